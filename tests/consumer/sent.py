"""Requests of a consumer as they come to the Spine Secure Proxy."""

from __future__ import annotations

from typing import Any

from uec_booking.harness.consumer.requests import ProviderCall, provider_call
from uec_booking.harness.consumer.tokens import authorization
from uec_booking.harness.http.exchange import Exchange, Received, Sent

SSP = "https://ssp.example"
ROOTS = ("https://one.example/1/STU3/1/booking", "https://two.example:8443/2/STU3/1/booking")


def sent(
    path: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    status: int = 200,
    answer: bytes = b"{}",
    **extra: Any,
) -> ProviderCall:
    """A request to ``path`` behind the address of the proxy, and what it was answered."""
    request = Sent(method, SSP + path, tuple((headers or {}).items()), body)
    response = Received(status, "", (("Content-Type", "application/fhir+json"),), answer)
    extra = {"authorization": authorization(request.headers), **extra}
    exchange = Exchange("x1", "consumer", "", "", "2026-11-29T12:00:00.000Z", 0.0, request, response, extra=extra)
    return provider_call(exchange, ROOTS)
