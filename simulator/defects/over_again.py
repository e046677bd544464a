"""Defects in what is asked for over again: retries, second cancellations, requests under another's id, all at once."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import Request, Response, g, request
from sqlalchemy import delete

from .. import database as db
from ..fault_making import interaction, near, provider, rewriting, with_body, with_status
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..seams import Fault


def _forgotten(original: Any, tx: Any, request_id: str) -> None:
    table, key = db.requests_seen, original.__self__.provider.key
    tx.execute(delete(table).where(table.c.system == key, table.c.request_id == request_id))


def _for_the_last_five() -> Callable[..., Any]:
    """Only the X-Request-IDs of the last five requests are known again."""
    known: deque[str] = deque(maxlen=5)

    def seen(original: Any, tx: Any, request_id: str) -> Any:
        if request_id not in known:
            _forgotten(original, tx, request_id)
        known.append(request_id)
        return original(tx, request_id)

    return seen


def _not_of_cancelled(original: Any, tx: Any, request_id: str) -> Any:
    found = original(tx, request_id)
    stored = original.__self__.current(tx, found.appointment) if found else None
    if stored is not None and stored.status == "cancelled":
        _forgotten(original, tx, request_id)
    return original(tx, request_id)


def _not_at_once() -> Callable[..., Any]:
    """A request that arrives within a moment of the first is not seen to repeat it."""
    first: dict[str, float] = {}

    def seen(original: Any, tx: Any, request_id: str) -> Any:
        now = time.monotonic()
        if now - first.setdefault(request_id, now) < 0.5 and request.method == "POST":
            _forgotten(original, tx, request_id)
        return original(tx, request_id)

    return seen


def _kept_for_bookings(original: Any, tx: Any, request_id: str, done: Any) -> None:
    if done.action == "book":
        original(tx, request_id, done)


def _any_status(original: Any, current: Any, body: Any) -> None:
    original(current, {**body, "status": "cancelled"})


def _back_to_booked(original: Any, current: Any, body: Any) -> None:
    if current.status == "booked" or body.get("status") != "booked":
        original(current, body)


def _of_the_body(original: Any, tx: Any, appointment_id: str) -> Any:
    """The appointment that the body names is cancelled, whatever the address says."""
    found = original(tx, appointment_id)
    named = original(tx, _sent().get("id", "")) if request.method == "PUT" and found is not None else None
    return named or found


def _sent() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(g.get("raw_body") or b"{}")
    return body


def _whatever_id(original: Any, body: Any) -> Any:
    return original({name: value for name, value in body.items() if name != "id"})


def _under_its_id(resource: dict[str, Any]) -> None:
    resource["id"] = _sent()["id"]


def _came_with_an_id(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and response.status_code == 201 and "id" in _sent()


def _created_as_sent(original: Any, body: Any, new_id: str, now: Any) -> Any:
    stored = original(body, new_id, now)
    return {**stored, "created": body["created"]} if "created" in body else stored


def _at_the_slots_time(original: Any, body: Any) -> Any:
    """The time of the appointment is not looked at: it is that of its slot."""
    slot = next((one for one in body.get("contained") or [] if one.get("resourceType") == "Slot"), {})
    times = {name: slot[name] for name in ("start", "end") if name in slot and request.method == "POST"}
    return original({**body, **times})


def _has_null(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and b": null" in g.get("raw_body", b"")


def _or_the_current(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    return original(tx, appointment_id, version) or original.__self__.current(tx, appointment_id)


def _two_at_most(original: Any, tx: Any, query: Any, not_before: Any) -> Any:
    return original(tx, query, not_before)[:2]


def _whatever_system(original: Any, parameters: Any) -> Any:
    return original([(name, value.rpartition("|")[2]) for name, value in parameters])


OVER_AGAIN: tuple[Fault, ...] = (
    near(
        provider(
            "request-ids-for-the-last-five",
            "PRV-XTI-03",
            "Only the last five X-Request-IDs are remembered.",
            ProviderRecords.seen,
            _for_the_last_five(),
        ),
        "PRV-BOOK-22",
    ),
    provider(
        "request-ids-go-with-the-appointment",
        "PRV-XTI-03",
        "The X-Request-ID of a booking is forgotten when it is cancelled.",
        ProviderRecords.seen,
        _not_of_cancelled,
    ),
    provider(
        "request-ids-race",
        "PRV-XTI-03",
        "Two bookings at the same moment under one X-Request-ID are both made.",
        ProviderRecords.seen,
        _not_at_once(),
    ),
    provider(
        "request-ids-of-bookings-only",
        "PRV-XTI-04",
        "The X-Request-ID of a cancellation can be used for another one.",
        ProviderRecords.remember,
        _kept_for_bookings,
    ),
    provider(
        "any-status-cancels",
        "PRV-CAN-07",
        "A PUT cancels whatever status it has.",
        ProviderRules.check_cancel,
        _any_status,
    ),
    provider(
        "puts-back-to-booked",
        "PRV-CAN-07",
        "A cancelled appointment can be put back.",
        ProviderRules.check_cancel,
        _back_to_booked,
    ),
    provider(
        "cancels-the-id-in-the-body",
        "PRV-CAN-07",
        "A PUT is for the appointment whose id is in the body, whatever its address.",
        ProviderRecords.current,
        _of_the_body,
    ),
    Fault(
        "books-under-the-senders-id",
        "PRV-BOOK-08",
        "A booking that comes with an id is answered under that id.",
        "provider",
        ProviderRules.booking,
        _whatever_id,
        with_body(_under_its_id, _came_with_an_id),
    ),
    near(
        provider(
            "keeps-created-as-sent",
            "PRV-BOOK-27",
            "created is what the consumer sent.",
            ProviderRules.booked,
            _created_as_sent,
        ),
        "PRV-BOOK-22",
    ),
    provider(
        "books-at-the-slots-time",
        "PRV-BOOK-12",
        "A booking for another time than its slot's is made at the slot's time.",
        ProviderRules.check_body,
        _at_the_slots_time,
    ),
    rewriting("null-is-a-fault", "PRV-BOOK-12", "An element that is null is a 500.", with_status(500, _has_null)),
    provider(
        "unknown-version-is-the-current",
        "PRV-GET-02",
        "A version that never was reads as the current one.",
        ProviderRecords.version,
        _or_the_current,
    ),
    provider(
        "finds-two-at-most",
        "PRV-SAPT-01",
        "A search by patient finds two appointments at most.",
        ProviderRecords.find,
        _two_at_most,
    ),
    provider(
        "finds-under-any-system",
        "PRV-SAPT-01",
        "A search by patient looks at the number alone, whatever its system.",
        ProviderRules.appointment_query,
        _whatever_system,
    ),
)
