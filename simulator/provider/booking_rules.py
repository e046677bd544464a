"""A provider's decisions on bookings, and on requests that are sent again."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ..answers import at_least
from ..clock import as_instant, from_epoch, instant_seconds
from ..refusals import Rejected
from ..structure import known_structure
from ..terms import LOCAL_PATIENT
from ..tokens import Caller
from .booking import BookingRequest, SlotKey, read_booking
from .common_rules import CommonRules, patient_identifier
from .stored import SlotRow


class BookingRules(CommonRules):
    """What is booked, and what a retry of it is answered with."""

    def check_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body without what STU3 does not know (FMT-13), if it is a valid Appointment (PRV-BOOK-13)."""
        return known_structure(body, "Appointment")

    def booking(self, body: Mapping[str, Any]) -> BookingRequest:
        """What a booking body asks for, if it keeps the profile and the business rules (PRV-BOOK-12)."""
        return read_booking(body, self.edition)

    def check_slot(self, booking: BookingRequest, slot: SlotRow | None, caller: Caller, now: datetime) -> SlotRow:
        """The slot exists, is the one described, is open to the caller and not over (PRV-BOOK-14)."""
        where = "Appointment.slot[0].reference"
        if slot is None:
            raise Rejected("unknown-slot", "The slot is not known here.", where)
        if (slot.start, slot.end) != (booking.start, booking.end):
            raise Rejected("business-rule", "The slot does not have the times of the appointment.", "Appointment.start")
        if booking.slot.schedule and booking.slot.schedule != slot.diary:
            raise Rejected("business-rule", "The slot belongs to another schedule.", where)
        diary = self.profile.diary(slot.diary)
        if diary is not None and not self.open_to(diary, caller):
            raise Rejected("organisation-refused", "The slot is kept for other organisations.", where)
        if slot.start <= now.timestamp():
            raise Rejected("slot-taken", "Slot no longer available", where)
        return slot

    def slot_key(self, booking: BookingRequest) -> SlotKey:
        """By what the slot of a booking is looked up."""
        return booking.slot

    def slot_was_taken(self) -> Rejected:
        """The rejection of a booking whose slot is not free (PRV-BOOK-10, CF-02)."""
        return Rejected("slot-taken", "Slot no longer available", "Appointment.slot[0].reference")

    def booked(self, body: Mapping[str, Any], new_id: str, now: datetime) -> dict[str, Any]:
        """The appointment that a booking body becomes: with id, created and a patient identifier."""
        resource = copy.deepcopy(dict(body))
        resource = {"resourceType": "Appointment", "id": new_id, **resource}
        if at_least(self.edition, "0.2.0") or not resource.get("created"):
            resource["created"] = as_instant(now)
        _to_utc(resource)
        for contained in resource.get("contained") or []:
            if contained.get("resourceType") == "Patient" and not contained.get("identifier"):
                contained["identifier"] = [{"system": LOCAL_PATIENT, "value": _local_value(new_id)}]
            if contained.get("resourceType") == "Slot":
                contained["status"] = "busy"
                _to_utc(contained)
        return self.as_version(resource, self.first_version(), now)

    def heeds_request_ids(self, action: str) -> bool:
        """Whether a repeated X-Request-ID counts for a ``book`` or ``cancel`` (0.2.0 and later)."""
        return at_least(self.edition, "0.2.0")

    def repeats_answer(self) -> bool:
        """Whether a retried booking is answered with the appointment it made (0.2.0 only; CF-47)."""
        return self.edition == "0.2.0"

    def request_was_used(self) -> Rejected:
        """The rejection of a request whose X-Request-ID has already succeeded (PRV-XTI-03, PRV-XTI-04)."""
        return Rejected("reused-request-id", "The X-Request-ID was already used by a request that succeeded.")

    def patient_key(self, resource: Mapping[str, Any]) -> tuple[str, str]:
        """System and value of the identifier under which a patient's appointments are found."""
        nhs_number = patient_identifier(resource, NHS_NUMBER_SYSTEM)
        if nhs_number:
            return NHS_NUMBER_SYSTEM, nhs_number
        return LOCAL_PATIENT, patient_identifier(resource, LOCAL_PATIENT)


def _local_value(new_id: str) -> str:
    # Of the same form whatever form ids have.
    return f"L-{hashlib.sha256(new_id.encode()).hexdigest()[:8].upper()}"


def _to_utc(resource: dict[str, Any]) -> None:
    """start and end in UTC, as times are sent (FMT-19), whatever the offset they came in."""
    for name in ("start", "end"):
        if name in resource:
            resource[name] = as_instant(from_epoch(instant_seconds(resource[name])))
