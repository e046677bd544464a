"""Slots and the booking: one is chosen, booked, and looked for where its answer was lost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from uec_booking.standard import names

from ..body import Bodies
from ..encounter import Encounter, KnownAppointment, Place, moment_of
from ..memory import Memory
from ..rules import DeskRules
from ..services import DosService
from ..slots import OfferedSlot, slots_in
from ..wire.addresses import Addresses
from ..wire.answers import Answer, contained, dicts, of_type
from ..wire.provider import ProviderClient
from .trouble import Trouble

#: How often another slot is chosen because the one before was taken.
_CHOICES = 4


@dataclass(frozen=True)
class Attempt:
    """One booking on its way: what is sent, under which request id, and of which slot."""

    place: Place
    service: DosService
    slot: OfferedSlot
    document: str
    body: Mapping[str, Any]
    request_id: str


class Booking:
    """Books at one provider."""

    def __init__(
        self,
        rules: DeskRules,
        bodies: Bodies,
        addresses: Addresses,
        provider: ProviderClient,
        memory: Memory,
        trouble: Trouble,
    ) -> None:
        self._rules = rules
        self._bodies = bodies
        self._addresses = addresses
        self._provider = provider
        self._memory = memory
        self._trouble = trouble

    def book(
        self, encounter: Encounter, place: Place, service: DosService, not_at: str = ""
    ) -> KnownAppointment | None:
        """Search slots and book the one wanted; None, and told, where it came to nothing.

        `not_at` is a time that does not suit the patient.
        """
        taken: set[str] = set()
        unsuitable = moment_of(not_at)
        for choice in range(_CHOICES):
            offered = self.search(encounter, place, service)
            if offered is None:
                return None
            left = [slot for slot in offered if slot.key not in taken and slot.moment != unsuitable]
            slot = self._rules.choose_slot(encounter.slot_wanted, left, again=choice > 0)
            if slot is None:
                encounter.show("user-told", text=self.why_none(encounter, left))
                return None
            outcome = self.attempt(encounter, place, service, slot)
            if outcome != "taken":
                return outcome if isinstance(outcome, KnownAppointment) else None
            taken.add(slot.key)
            encounter.note("slot-taken", service=service.id, start=slot.start)
            self.tell_taken(encounter, service, slot)
        encounter.show("user-told", text=f"No slot could be booked: {_CHOICES} in turn were taken by others.")
        return None

    def why_none(self, encounter: Encounter, left: list[OfferedSlot]) -> str:
        """What the user is told where no slot can be chosen (CON-SRCH-14)."""
        if left:
            return f"No free slot begins at {encounter.slot_wanted}."
        return "There are no free slots in the time frame."

    def search(self, encounter: Encounter, place: Place, service: DosService) -> list[OfferedSlot] | None:
        """The slots on offer, shown to the user; None, and told, where the search failed."""
        answer = self._provider.slots(encounter, place, self.parameters(encounter, service))
        if self._rules.is_unclear(answer):
            # A search changes nothing: it can be sent again.
            self.wait(encounter, 0)
            answer = self._provider.slots(encounter, place, self.parameters(encounter, service))
        if answer.status != 200 or answer.kind != "Bundle":
            self._trouble.log(encounter, "the slot search failed", answer, place)
            encounter.show("user-told", text=f"The slots could not be searched: {self._trouble.cause(answer)}.")
            return None
        slots = slots_in(answer.resource)
        about = [{"url": "", "start": slot.start, "service": service.id} for slot in slots]
        encounter.show("slots-shown", about, "\n".join(slot.text for slot in slots))
        return slots

    def parameters(self, encounter: Encounter, service: DosService) -> list[tuple[str, str]]:
        """The parameters of a slot search (CON-SRCH-01 to -04)."""
        bounds = self._rules.window(datetime.now(UTC), float(encounter.task["encounter"]["within_hours"]))
        return [(names.SERVICE_PARAMETER, service.id), *bounds, ("status", "free"), *self._rules.includes()]

    def attempt(
        self, encounter: Encounter, place: Place, service: DosService, slot: OfferedSlot
    ) -> KnownAppointment | str:
        """Book a slot: the booking, ``taken``, or ``failed``. Sent again under the same request id (PRV-XTI-03)."""
        document = self._bodies.new_document()
        body = self._bodies.booking(encounter.caller, slot, document)
        attempt = Attempt(place, service, slot, document, body, self._provider.request_id())
        answer = Answer(0)
        for tried in range(self._rules.tries()):
            if tried:
                self.wait(encounter, tried)
            answer = self._provider.book(encounter, place, body, self.request_id(attempt, tried))
            outcome = self._rules.outcome_of_booking(answer, sent_before=tried > 0)
            if outcome != "booked":
                encounter.note("booking-error", service=service.id, text=self._trouble.cause(answer))
            if outcome == "booked":
                return self.booked(encounter, attempt, answer)
            if outcome == "taken":
                return "taken"
            if outcome == "refused":
                return self.refused(encounter, attempt, answer)
            self._trouble.log(encounter, "it is not clear whether the booking was made", answer, place)
            if outcome == "look":
                break
        return self.looked_for(encounter, attempt, answer)

    def request_id(self, attempt: Attempt, tried: int) -> str:
        """X-Request-ID of a sending: the same each time."""
        return attempt.request_id

    def booked(self, encounter: Encounter, attempt: Attempt, answer: Answer) -> KnownAppointment | str:
        """The booking that a 201 confirms."""
        id_ = str((answer.resource or {}).get("id") or "") if answer.kind == "Appointment" else ""
        root = attempt.place.root
        url = self._addresses.kept(root, answer.location) if answer.location else ""
        url = url or (self._addresses.appointment(root, id_) if id_ else "")
        if not url:
            return self.looked_for(encounter, attempt, answer)
        return self.stands(encounter, attempt, url)

    def stands(self, encounter: Encounter, attempt: Attempt, url: str) -> KnownAppointment:
        """Remember and show a booking that stands; an empty `url` is one whose address is not known."""
        service, slot = attempt.service, attempt.slot
        made = KnownAppointment(
            url,
            slot.start,
            service.id,
            service.name,
            str(slot.resource["end"]),
            attempt.place.root,
            attempt.place.asid,
        )
        if url:
            self._memory.remember(encounter, made)
        encounter.bookings.append(made)
        encounter.show("booked-shown", [made], f"Booked: {slot.text}")
        return made

    def refused(self, encounter: Encounter, attempt: Attempt, answer: Answer) -> str:
        """Tell the user that the booking was rejected; it is not repeated unchanged (CON-BOOK-12)."""
        self._trouble.log(encounter, "the booking was rejected", answer, attempt.place)
        cause = self._trouble.cause(answer)
        about = [{"url": "", "start": attempt.slot.start, "service": attempt.service.id}]
        encounter.show("user-told", about, f"The booking was not made: {cause}. Choose another service or slot.")
        return "failed"

    def looked_for(self, encounter: Encounter, attempt: Attempt, answer: Answer) -> KnownAppointment | str:
        """Find out whether a booking was made whose answer did not tell; never book blindly again."""
        found = self.found_at_provider(encounter, attempt)
        if found:
            return self.stands(encounter, attempt, found)
        about = [{"url": "", "start": attempt.slot.start, "service": attempt.service.id}]
        duplicate = any(issue.get("code") == "duplicate" for issue in answer.issues())
        if found is None and (duplicate or self._rules.is_booked(answer)):
            text = "The provider says that the booking was made. Its address is not known, so it cannot be kept here."
            encounter.show("user-told", about, text)
            return self.stands(encounter, attempt, "")
        if found is not None and self._rules.is_taken(answer):
            return "taken"
        doubt = "The provider has no such booking." if found is not None else "Ask the provider whether it was made."
        encounter.show("user-told", about, f"The booking is not confirmed: {self._trouble.cause(answer)}. {doubt}")
        return "failed"

    def found_at_provider(self, encounter: Encounter, attempt: Attempt) -> str | None:
        """The address of the booking among the patient's appointments; empty: it is not there; None: cannot be told."""
        number = encounter.caller["nhs_number"]
        if not number:
            return None
        answer = self._provider.appointments_of(encounter, attempt.place, number)
        if answer.status != 200 or answer.kind != "Bundle":
            return None
        for one in of_type(answer.resource, "Appointment"):
            if self.is_that_booking(one, attempt) and one.get("id"):
                return self._addresses.appointment(attempt.place.root, str(one["id"]))
        return ""

    def is_that_booking(self, appointment: Mapping[str, Any], attempt: Attempt) -> bool:
        """Whether an appointment is the one attempted: it has the document that goes with it, and stands."""
        document = contained(appointment, "DocumentReference")
        values = [document.get("masterIdentifier"), *dicts(document, "identifier")]
        same = any(isinstance(one, dict) and one.get("value") == attempt.document for one in values)
        at_that_time = moment_of(appointment.get("start")) == attempt.slot.moment
        return same and at_that_time and appointment.get("status") == "booked"

    def tell_taken(self, encounter: Encounter, service: DosService, slot: OfferedSlot) -> None:
        """Tell the user that the slot is gone, and that slots are searched anew."""
        about = [{"url": "", "start": slot.start, "service": service.id}]
        encounter.show("user-told", about, f"The slot at {slot.start} has just been taken. Slots are searched again.")

    def wait(self, encounter: Encounter, tried: int) -> None:
        """Leave the other side a moment before the next try."""
        time.sleep(min(self._rules.pause_seconds(tried), encounter.seconds_left()))
