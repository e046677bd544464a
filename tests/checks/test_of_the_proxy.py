"""Which answers are the Spine Secure Proxy's own, and so bind no provider."""

from __future__ import annotations

import pytest
from uec_booking.harness.checks.every_exchange.of_the_proxy import is_of_the_proxy
from uec_booking.harness.http.exchange import Exchange, Received, Sent

PROVIDER = "https://provider.example/STU3/1/booking/Slot?status=free"
THROUGH = f"https://proxy.example/{PROVIDER}"


def answer(url: str, status: int, *headers: tuple[str, str]) -> Exchange:
    sent = Sent("GET", url, ())
    received = Received(status, "", headers, b"")
    return Exchange("x1", "provider", "us", "", "2026-11-30T12:00:00Z", 0.1, sent, received)


@pytest.mark.parametrize("status", [403, 405, 415, 502, 504])
def test_what_lacks_every_id_behind_the_proxy_is_of_the_proxy(status: int) -> None:
    assert is_of_the_proxy(answer(THROUGH, status))
    assert not is_of_the_proxy(answer(PROVIDER, status))


@pytest.mark.parametrize(
    "one",
    [
        answer(THROUGH, 403, ("X-Request-ID", "a")),
        answer(THROUGH, 403, ("x-correlation-id", "a")),
        answer(THROUGH, 400),
        answer(THROUGH, 200),
        answer("https://provider.example/Slot?next=/https://other.example/", 403),
    ],
)
def test_all_else_is_of_the_provider(one: Exchange) -> None:
    assert not is_of_the_proxy(one)
