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
from ..fault_making import breaks, interaction, near, provider, rewriting, with_body, with_status
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


@breaks("PRV-XTI-03", ProviderRecords.seen)
def request_ids_go_with_the_appointment(original: Any, tx: Any, request_id: str) -> Any:
    """The X-Request-ID of a booking is forgotten when it is cancelled."""
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


@breaks("PRV-XTI-04", ProviderRecords.remember)
def request_ids_of_bookings_only(original: Any, tx: Any, request_id: str, done: Any) -> None:
    """The X-Request-ID of a cancellation can be used for another one."""
    if done.action == "book":
        original(tx, request_id, done)


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def any_status_cancels(original: Any, current: Any, body: Any) -> None:
    """A PUT cancels whatever status it has."""
    original(current, {**body, "status": "cancelled"})


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def puts_back_to_booked(original: Any, current: Any, body: Any) -> None:
    """A cancelled appointment can be put back."""
    if current.status == "booked" or body.get("status") != "booked":
        original(current, body)


@breaks("PRV-CAN-07", ProviderRecords.current)
def cancels_the_id_in_the_body(original: Any, tx: Any, appointment_id: str) -> Any:
    """A PUT is for the appointment whose id is in the body, whatever its address.

    The appointment that the body names is cancelled, whatever the address says.
    """
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


@breaks("PRV-BOOK-27", ProviderRules.booked, near="PRV-BOOK-22")
def keeps_created_as_sent(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """created is what the consumer sent."""
    stored = original(body, new_id, now)
    return {**stored, "created": body["created"]} if "created" in body else stored


@breaks("PRV-BOOK-12", ProviderRules.check_body)
def books_at_the_slots_time(original: Any, body: Any) -> Any:
    """A booking for another time than its slot's is made at the slot's time.

    The time of the appointment is not looked at: it is that of its slot.
    """
    slot = next((one for one in body.get("contained") or [] if one.get("resourceType") == "Slot"), {})
    times = {name: slot[name] for name in ("start", "end") if name in slot and request.method == "POST"}
    return original({**body, **times})


def _has_null(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and b": null" in g.get("raw_body", b"")


@breaks("PRV-GET-02", ProviderRecords.version)
def unknown_version_is_the_current(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """A version that never was reads as the current one."""
    return original(tx, appointment_id, version) or original.__self__.current(tx, appointment_id)


@breaks("PRV-SAPT-01", ProviderRecords.find)
def finds_two_at_most(original: Any, tx: Any, query: Any, not_before: Any) -> Any:
    """A search by patient finds two appointments at most."""
    return original(tx, query, not_before)[:2]


@breaks("PRV-SAPT-01", ProviderRules.appointment_query)
def finds_under_any_system(original: Any, parameters: Any) -> Any:
    """A search by patient looks at the number alone, whatever its system."""
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
        "request-ids-race",
        "PRV-XTI-03",
        "Two bookings at the same moment under one X-Request-ID are both made.",
        ProviderRecords.seen,
        _not_at_once(),
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
    rewriting("null-is-a-fault", "PRV-BOOK-12", "An element that is null is a 500.", with_status(500, _has_null)),
)
