"""Defects whose one cause stands in the way of much else that a run wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Request, Response

from ..fault_making import breaks, done, rewriting
from ..http import request_body
from ..provider.booking import BookingRequest, SlotKey, contained_by_id, instant_seconds
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault

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
    except Refused:
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
        raise Refused("business-rule", "The times of the slot cannot be read.", "Appointment.contained") from None


CASCADES: tuple[Fault, ...] = (
    rewriting("bookings-are-answered-empty", "PRV-BOOK-07", "A booking is answered without a body.", _without_a_body),
)
