"""Reading a booking request: what it asks for, once it is known to be a well-formed Appointment.

Pure checks of the booking overrides (API page "book an appointment"; UEC FHIR overrides page). The resources
inside are found by type and reference, never by position (CF-31).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uec_booking.standard.names import NHS_NUMBER_SYSTEM, UUID_SYSTEM

from ..answers import at_least
from ..clock import instant_seconds
from ..refusals import Rejected
from .patient import check_patient

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class SlotKey:
    """How a booking names its slot: by identifier, by id, or by schedule and start. Empty is not given."""

    identifier: str
    id: str
    schedule: str


@dataclass(frozen=True)
class BookingRequest:
    """What a booking asks for. `start` and `end` are Unix seconds; `nhs_number` is empty if none was sent."""

    slot: SlotKey
    start: int
    end: int
    nhs_number: str


def read_booking(body: Resource, edition: str) -> BookingRequest:
    """The booking in a structurally valid Appointment. Raises Rejected (422 situations)."""
    if "id" in body:
        raise _breach("A new appointment has no id.", "Appointment.id")
    if body.get("status") != "booked":
        raise _breach("The status of a booking is booked.", "Appointment.status")
    for name in ("start", "end", "description", "slot", "participant"):
        if not body.get(name):
            raise _breach(f"A booking has {name}.", f"Appointment.{name}")
    contained = contained_by_id(body)
    start, end = _seconds(body, "start"), _seconds(body, "end")
    if end <= start:
        raise Rejected("business-rule", "The appointment ends before it starts.", "Appointment.end")
    patient = _patient(body, contained)
    nhs_number = check_patient(patient)
    _check_participant_identifier(body, nhs_number)
    _check_document(body, contained, edition)
    return BookingRequest(_slot_key(body, contained, start, end), start, end, nhs_number)


def contained_by_id(body: Resource) -> dict[str, Resource]:
    """The contained resources under their ids. Raises Rejected if an id is missing or used twice."""
    found: dict[str, Resource] = {}
    for number, resource in enumerate(body.get("contained") or []):
        key = resource.get("id")
        if not key or key in found:
            raise _breach("Each contained resource has an id of its own.", f"Appointment.contained[{number}].id")
        found[key] = resource
    return found


def _breach(reason: str, where: str) -> Rejected:
    return Rejected("profile-breach", reason, where)


def _seconds(body: Resource, name: str) -> int:
    try:
        return instant_seconds(body[name])
    except (ValueError, OverflowError):
        raise _breach(f"{name} is an instant with seconds and an offset.", f"Appointment.{name}") from None


def _resolve(reference: object, contained: Mapping[str, Resource], kind: str, where: str) -> Resource:
    text = str(reference or "")
    resource = contained.get(text.removeprefix("#")) if text.startswith("#") else None
    if resource is None or resource.get("resourceType") != kind:
        raise _breach(f"The reference must lead to a contained {kind}.", where)
    return resource


def _patient(body: Resource, contained: Mapping[str, Resource]) -> Resource:
    patients = [resource for resource in contained.values() if resource.get("resourceType") == "Patient"]
    if len(patients) != 1:
        raise _breach("A booking contains exactly one Patient.", "Appointment.contained")
    for number, participant in enumerate(body["participant"]):
        reference = (participant.get("actor") or {}).get("reference")
        if reference == f"#{patients[0]['id']}":
            return patients[0]
        if str(reference or "").startswith("#") and str(reference)[1:] not in contained:
            where = f"Appointment.participant[{number}].actor.reference"
            raise _breach("The reference leads nowhere.", where)
    raise _breach("A participant refers to the contained Patient.", "Appointment.participant")


def _check_participant_identifier(body: Resource, nhs_number: str) -> None:
    for number, participant in enumerate(body["participant"]):
        identifier = (participant.get("actor") or {}).get("identifier") or {}
        if identifier.get("system") == NHS_NUMBER_SYSTEM and nhs_number and identifier.get("value") != nhs_number:
            where = f"Appointment.participant[{number}].actor.identifier"
            raise Rejected("business-rule", "The participant and the Patient have different NHS numbers.", where)


def _check_document(body: Resource, contained: Mapping[str, Resource], edition: str) -> None:
    references = body.get("supportingInformation") or []
    for number, entry in enumerate(references):
        where = f"Appointment.supportingInformation[{number}].reference"
        _resolve(entry.get("reference"), contained, "DocumentReference", where)
    if not references and at_least(edition, "1.0.0-RC1"):
        raise _breach("A booking refers to its document.", "Appointment.supportingInformation")


def _slot_key(body: Resource, contained: Mapping[str, Resource], start: int, end: int) -> SlotKey:
    if len(body["slot"]) != 1:
        raise _breach("A booking has exactly one slot.", "Appointment.slot")
    reference = str(body["slot"][0].get("reference") or "")
    if reference.startswith("Slot/"):
        return SlotKey("", reference.removeprefix("Slot/"), "")
    slot = _resolve(reference, contained, "Slot", "Appointment.slot[0].reference")
    for name, expected in (("start", start), ("end", end)):
        try:
            agrees = instant_seconds(slot.get(name)) == expected
        except ValueError:
            agrees = False
        if not agrees:
            reason = f"The {name} of the slot and of the appointment differ."
            raise Rejected("business-rule", reason, f"Appointment.contained.where($this is Slot).{name}")
    identifier = next(
        (str(e.get("value", "")) for e in slot.get("identifier") or [] if e.get("system") == UUID_SYSTEM), ""
    )
    schedule = str((slot.get("schedule") or {}).get("reference") or "")
    return SlotKey(identifier.lower().removeprefix("urn:uuid:"), "", schedule.rpartition("Schedule/")[2])
