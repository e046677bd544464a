"""Defects of the slot that a booking claims, and of what one cause of them keeps a run from seeing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Request, Response
from sqlalchemy import select

from .... import database as db
from ....clock import instant_seconds
from ....fault_making import breaks, done, provider, rewriting, with_body
from ....http import request_body
from ....provider.booking import BookingRequest, SlotKey, contained_by_id
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ....world import SLOT_MINUTES
from ...building_blocks import searched_for_slots


def _free_whatever(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        if entry["resource"]["resourceType"] == "Slot":
            entry["resource"]["status"] = "free"


_BOOKED = done("book")


@breaks("PRV-BOOK-01")
def bookings_are_answered_200(request: Request, response: Response) -> None:
    """A booking is answered with 200, not 201."""
    if _BOOKED(request, response):
        response.status_code = 200


def _without_a_body(request: Request, response: Response) -> None:
    if _BOOKED(request, response):
        response.set_data(b"")
        response.headers.pop("Content-Type", None)


@breaks("PRV-BOOK-07")
def bookings_are_answered_bare(request: Request, response: Response) -> None:
    """A booking is answered with Location alone: no body, ETag or Last-Modified."""
    if _BOOKED(request, response):
        _without_a_body(request, response)
        response.headers.pop("ETag", None)
        response.headers.pop("Last-Modified", None)


@breaks("PRV-BOOK-01", ProviderRules.booking)
def slots_go_by_the_contained_id(original: Any, body: Mapping[str, Any]) -> BookingRequest:
    """The id of the contained Slot must be that of the slot offered; its identifier is not looked at.

    The contained Slot's own id is taken for the id of the slot that is offered; its identifier is not looked at.
    """
    request: BookingRequest = original(body)
    reference = str(body["slot"][0].get("reference") or "").removeprefix("#")
    return replace(request, slot=SlotKey("", reference, "")) if reference in contained_by_id(body) else request


@breaks("PRV-BOOK-03", ProviderRecords.claim_slot)
def claims_by_the_contained_id(original: Any, tx: Any, slot_id: str) -> bool:
    """A booking claims the slot whose id the contained Slot has; its identifier is looked at for all else.

    What is claimed is the slot whose id the contained Slot has, if there is one.
    """
    references = [str(slot.get("reference") or "") for slot in request_body().get("slot") or []]
    original(tx, references[0].removeprefix("#") if references else slot_id)
    return True


@breaks("PRV-BOOK-12", ProviderRules.booking)
def bookings_are_not_validated(original: Any, body: Mapping[str, Any]) -> BookingRequest:
    """A booking is made of whatever names a slot.

    Breaches of the profile and of the business rules are not looked for, as far as a slot can be read.
    """
    try:
        request: BookingRequest = original(body)
    except Rejected:
        slot = next((r for r in body.get("contained") or [] if r.get("resourceType") == "Slot"), None)
        if slot is None:
            raise
        identifier = next((str(e.get("value", "")) for e in slot.get("identifier") or []), "")
        key = SlotKey(identifier.lower().removeprefix("urn:uuid:"), "", "")
        if not key.identifier or not slot.get("start") or not slot.get("end"):
            raise
        return _request(key, slot)
    return request


def _request(key: SlotKey, slot: Mapping[str, Any]) -> BookingRequest:
    try:
        return BookingRequest(key, instant_seconds(slot["start"]), instant_seconds(slot["end"]), "")
    except ValueError:
        raise Rejected("business-rule", "The times of the slot cannot be read.", "Appointment.contained") from None


def _second_attempt_succeeds() -> Callable[..., bool]:
    """Whoever finds a slot taken and tries again gets it."""
    tried: set[tuple[str, str]] = set()

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        key = (original.__self__.provider.key, slot_id)
        claimed: bool = original(tx, slot_id) or key in tried
        tried.discard(key) if claimed else tried.add(key)
        return claimed

    return claim_slot


@breaks("PRV-BOOK-03", ProviderRecords.claim_slot, near="PRV-BOOK-10")
def refusals_free_the_slot(original: Any, tx: Any, slot_id: str) -> bool:
    """When a booking is rejected because its slot is taken, the slot becomes free.

    What cleans up after a rejected booking gives the slot back, as if this booking had taken it.
    """
    claimed: bool = original(tx, slot_id)
    if not claimed:
        threading.Timer(0.01, _release, (original.__self__, slot_id)).start()
    return claimed


def _release(records: Any, slot_id: str) -> None:
    with records.database.write() as tx:
        records.release_slot(tx, slot_id)


@breaks("PRV-BOOK-03", ProviderRecords.release_slot)
def cancelling_frees_the_next_slot(original: Any, tx: Any, slot_id: str) -> None:
    """A cancellation frees the slot after its own, too, whoever has it."""
    original(tx, slot_id)
    diary, _, minute = slot_id.rpartition("-")
    if minute.isdigit():
        original(tx, f"{diary}-{int(minute) + SLOT_MINUTES}")


@breaks("PRV-BOOK-03", ProviderRecords.search_slots)
def shows_taken_as_free(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """The slot booked last is still offered as free.

    Only the slot booked last, so that consumers still find slots that are really free.
    """
    booked = (
        select(db.appointments.c.slot)
        .join(db.audit, db.audit.c.appointment == db.appointments.c.id)
        .where(db.audit.c.system == original.__self__.provider.key, db.audit.c.action == "book")
    )
    latest = booked.order_by(db.audit.c.seq.desc()).limit(1)
    slot_id = tx.execute(latest).scalar()
    found = original(tx, diaries, earliest, before, frozenset())
    shown = [replace(slot, status="free") if slot.id == slot_id else slot for slot in found]
    return [slot for slot in shown if not statuses or slot.status in statuses]


SLOTS: tuple[Fault, ...] = (
    rewriting(
        "all-free-without-status",
        "PRV-BOOK-03",
        "A search without status shows every slot as free.",
        with_body(_free_whatever, searched_for_slots(lambda request: "status" not in request.args)),
    ),
    rewriting("bookings-are-answered-empty", "PRV-BOOK-07", "A booking is answered without a body.", _without_a_body),
    provider(
        "second-attempt-succeeds",
        "PRV-BOOK-10",
        "A consumer that is rejected because the slot is taken, and tries again, gets it.",
        ProviderRecords.claim_slot,
        _second_attempt_succeeds(),
    ),
)
