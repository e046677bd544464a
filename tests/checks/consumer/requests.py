"""Requests of a consumer as the proxy records them, made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from uec_booking.harness.consumer.requests import ProviderCall, provider_call
from uec_booking.harness.consumer.tokens import authorization
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import NOT_MET, TOLERATED, Observation
from uec_booking.harness.settings.consumer import CONSUMER, ConsumerUnderTest, Service111
from uec_booking.standard import names

PROXY = "https://ssp.example"
ROOT, OTHER_ROOT = "https://provider.example/a/STU3/1", "https://provider.example/b/STU3/1"
FIRST, SECOND = Service111("918999198101", "X9A01"), Service111("918999198102", "X9A02")
UNDER_TEST = ConsumerUnderTest("a consumer", FIRST, SECOND)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def request(
    method: str,
    path: str,
    *,
    root: str = ROOT,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    after: float = 0.0,
    status: int = 200,
) -> ProviderCall:
    """A request that came to the proxy ``after`` so many seconds."""
    started = (NOW + timedelta(seconds=after)).isoformat()
    sent = Sent(method, f"{PROXY}/{root}{path}", tuple(headers), body)
    extra: dict[str, Any] = {"authorization": authorization(sent.headers)}
    exchange = Exchange(
        f"{method}{path}{after}", CONSUMER, "", "", started, 0.0, sent, Received(status, "", (), b""), extra=extra
    )
    return provider_call(exchange, [ROOT, OTHER_ROOT])


def search(token: str, **more: Any) -> ProviderCall:
    """A slot search with an Authorization header."""
    return request("GET", f"/Slot?{names.SERVICE_PARAMETER}=1", headers=[("Authorization", token)], **more)


def booking(token: str, **more: Any) -> ProviderCall:
    """A booking with an Authorization header."""
    return request("POST", "/Appointment", headers=[("Authorization", token)], **more)


def found(observations: Iterable[Observation]) -> dict[str, str]:
    """What is not met, or met with a warning, by requirement."""
    return {one.requirement: str(one.outcome) for one in observations if one.outcome in (NOT_MET, TOLERATED)}
