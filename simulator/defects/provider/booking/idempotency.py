"""Defects of bookings that are sent again, or under another's id, or all at once."""

from __future__ import annotations

from typing import Any

from flask import Request, Response, g, request

from ....fault_making import breaks, interaction, rewriting, with_body, with_status
from ....provider.rules import ProviderRules
from ....seams import Fault
from ...building_blocks import request_body


@breaks("PRV-BOOK-12", ProviderRules.check_body)
def gender_in_any_case(original: Any, body: dict[str, Any]) -> Any:
    """A booking whose patient's gender is no code of FHIR is made.

    The gender of a patient is not held against the codes of FHIR.
    """
    for resource in body.get("contained") or []:
        if resource.get("resourceType") == "Patient" and str(resource.get("gender")).lower() in ("female", "male"):
            resource["gender"] = resource["gender"].lower()
    return original(body)


def _whatever_id(original: Any, body: Any) -> Any:
    return original({name: value for name, value in body.items() if name != "id"})


def _under_its_id(resource: dict[str, Any]) -> None:
    resource["id"] = request_body()["id"]


def _came_with_an_id(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and response.status_code == 201 and "id" in request_body()


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
    slot: dict[str, Any] = next((one for one in body.get("contained") or [] if one.get("resourceType") == "Slot"), {})
    times = {name: slot[name] for name in ("start", "end") if name in slot and request.method == "POST"}
    return original({**body, **times})


def _has_null(request: Request, response: Response) -> bool:
    return interaction(request) == "book" and b": null" in g.get("raw_body", b"")


IDEMPOTENCY: tuple[Fault, ...] = (
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
