"""What the cancellations of a consumer show, in the order of its requests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from uec_booking.harness.checks.every_exchange.consumer.updates import Updates
from uec_booking.harness.consumer.requests import ProviderCall, provider_call
from uec_booking.harness.http.exchange import Exchange, Received, Sent
from uec_booking.harness.judging.observations import NOT_MET
from uec_booking.harness.settings.consumer import CONSUMER

ROOT = "https://provider.example/a/STU3/1"
URL = "/Appointment/one"
READ = {"resourceType": "Appointment", "id": "one", "meta": {"versionId": "1"}, "status": "booked", "comment": "note"}
CANCELLED = {**READ, "status": "cancelled"}
WEAK = 'W/"1"'


def request(
    method: str,
    path: str = URL,
    status: int = 200,
    body: Any = None,
    answer: Any = READ,
    version: str = WEAK,
    encounter: int = 0,
) -> ProviderCall:
    headers = (("Content-Type", "application/fhir+json"), *([("If-Match", version)] if method == "PUT" else []))
    sent = Sent(
        method, f"https://ssp.example/{ROOT}{path}", headers, b"" if body is None else json.dumps(body).encode()
    )
    received = Received(
        status, "", (("Content-Type", "application/fhir+json"), ("ETag", WEAK)), json.dumps(answer).encode()
    )
    extra = {"encounter": encounter}
    return provider_call(Exchange(f"{method}{path}", CONSUMER, "", "", "", 0.0, sent, received, extra=extra), [ROOT])


def put(**more: Any) -> ProviderCall:
    return request("PUT", **{"body": CANCELLED, **more})


def failed(*calls: ProviderCall) -> set[str]:
    updates = Updates("1.0.0")
    return {one.requirement for one in seen(updates, calls) if one.outcome == NOT_MET}


def seen(updates: Updates, calls: Iterable[ProviderCall]) -> list[Any]:
    return [one for call in calls for one in updates.check(call)]


def test_what_was_read_and_is_sent_back_cancelled_is_right() -> None:
    assert failed(request("GET"), put()) == set()


@pytest.mark.parametrize(
    ("calls", "requirement"),
    [
        ([put()], "CON-CAN-01"),
        ([request("GET"), put(encounter=1)], "CON-CAN-01"),
        ([request("GET", f"{URL}/_history/1"), put(status=409)], "CON-CAN-01"),
        ([request("GET"), put(version='W/"0"')], "CON-CAN-03"),
        ([request("GET"), put(body={**CANCELLED, "description": "other"})], "CON-CAN-02"),
        ([request("GET"), put(body={k: v for k, v in CANCELLED.items() if k != "comment"})], "CON-CAN-05"),
        ([request("GET"), put(status=409), put()], "CON-CAN-06"),
        ([request("GET"), put(status=403), request("GET"), put(status=403)], "CON-BOOK-12"),
        ([request("GET"), put(status=403), put(status=403)], "CON-BOOK-12"),
        ([request("GET"), put(body={**CANCELLED, "meta": {"versionId": "0"}, "comment": "old"})], "CON-CAN-02"),
        ([request("GET", "/Slot?start=ge1", 400), request("GET", "/Slot?start=ge1", 400)], "CON-BOOK-12"),
    ],
)
def test_each_mistake_fails_its_own_requirement(calls: list[ProviderCall], requirement: str) -> None:
    assert failed(*calls) == {requirement}


@pytest.mark.parametrize(
    "calls",
    [
        [request("GET", f"{URL}/_history/1"), put()],
        [request("GET"), put(status=412), request("GET"), put()],
        [request("GET"), put(status=500), request("GET"), put()],
        [request("GET"), put(status=500), put()],
        [request("GET", "/Slot?start=ge1", 400), request("GET", "/Slot?start=ge2", 400)],
    ],
)
def test_what_no_clause_forbids_is_let_pass(calls: list[ProviderCall]) -> None:
    assert failed(*calls) == set()
