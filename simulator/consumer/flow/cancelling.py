"""Cancelling: offered, confirmed, read, updated, and its result shown."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from uec_booking.standard import names

from ..body import Bodies
from ..encounter import Encounter, KnownAppointment, Place, moment_of
from ..memory import Memory
from ..rules import DeskRules
from ..wire.answers import Answer, contained, dicts
from ..wire.provider import ProviderClient
from .discovery import Discovery
from .existing import Existing
from .trouble import Trouble


class Cancelling:
    """Cancels what the patient has confirmed, and nothing else."""

    def __init__(
        self,
        rules: DeskRules,
        bodies: Bodies,
        provider: ProviderClient,
        memory: Memory,
        discovery: Discovery,
        existing: Existing,
        trouble: Trouble,
    ) -> None:
        self._rules = rules
        self._bodies = bodies
        self._provider = provider
        self._memory = memory
        self._discovery = discovery
        self._existing = existing
        self._trouble = trouble

    def offer(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """Offer to cancel (WKF-04), and give back what the patient confirms."""
        if not known:
            return []
        encounter.show("cancel-offered", known, "The user asks the patient which appointment is not needed any more.")
        if not self._rules.must_confirm():
            return list(known)
        return self.confirmed(encounter, known)

    def confirmed(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """What the patient says is to go (WKF-06)."""
        says = encounter.task["patient_says"]
        meant = [] if says["declines"] else self.meant(encounter, known)
        if not meant:
            encounter.show("patient-declined", known, "The patient keeps the appointment(s).")
            return []
        encounter.show("patient-confirmed", meant, "The patient confirms that it is to be cancelled.")
        return meant

    def meant(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """The appointments that the patient names; those named that are not in the list are told."""
        wishes = list(encounter.task["patient_says"]["cancel"])
        if "all" in wishes:
            return list(known)
        if encounter.slot_wanted == "change" and not wishes:
            # Within the consultation it is the slot just booked that does not suit.
            return [one for one in known if one in encounter.bookings]
        found = []
        for wish in (wish for wish in wishes if wish != "none"):
            matching = [
                one for one in known if self._rules.existing_matches(wish, one.start, self.called(encounter, one))
            ]
            if not matching:
                encounter.show("user-told", text=f"“{wish}” is none of the appointments in the list.")
            found += [one for one in matching if one not in found]
        return found

    def called(self, encounter: Encounter, known: KnownAppointment) -> list[str]:
        """What a patient may call the service of an appointment."""
        return [known.service, self._discovery.name_of(encounter, known)]

    def cancel(self, encounter: Encounter, known: KnownAppointment) -> bool:
        """Read the appointment and cancel the version read; tells what came of it, and whether it is cancelled now."""
        place = self._existing.place_of(encounter, known)
        if place is None or not known.url:
            return self.not_cancelled(encounter, known, "its provider's system is not known")
        before: Mapping[str, Any] | None = None
        request_id = ""
        answer = Answer(0)
        for tried in range(2):
            read = self._provider.read(encounter, place, known.url)
            hindrance = self.hindrance(encounter, known, read, before)
            if hindrance:
                return self.hindered(encounter, known, read, hindrance, sent_before=tried > 0)
            resource = read.resource or {}
            # What is sent once more unchanged is the same transaction.
            same = before is not None and self.version(before) == self.version(resource)
            request_id = request_id if same else self._provider.request_id()
            answer = self.update(encounter, place, known, read, request_id)
            if self._rules.is_cancelled(answer):
                return self.cancelled(encounter, known)
            self._trouble.log(encounter, "the appointment was not cancelled", answer, place)
            if not self.may_look_again(answer):
                return self.not_cancelled(encounter, known, self._trouble.cause(answer))
            before = resource
            time.sleep(min(self._rules.pause_seconds(tried), encounter.seconds_left()))
        return self.after_the_last(encounter, place, known, answer)

    def update(
        self, encounter: Encounter, place: Place, known: KnownAppointment, read: Answer, request_id: str
    ) -> Answer:
        """Send the appointment as read, cancelled."""
        body = self._bodies.cancellation(read.resource or {})
        return self._provider.update(encounter, place, known.url, body, self._rules.version_to_name(read), request_id)

    def may_look_again(self, answer: Answer) -> bool:
        """Whether a read may show what became of an update: after a conflict, and where the answer does not tell."""
        return self._rules.is_conflict(answer) or self._rules.is_unclear(answer) or answer.status < 300

    def hindrance(
        self, encounter: Encounter, known: KnownAppointment, read: Answer, before: Mapping[str, Any] | None
    ) -> str:
        """Why what was read cannot be cancelled, or empty."""
        resource = read.resource or {}
        if read.status != 200 or read.kind != "Appointment":
            return self._trouble.cause(read)
        if resource.get("status") != "booked":
            return f"it is already {resource.get('status')}"
        if not self.is_of_caller(encounter, resource):
            return "it is the appointment of another patient"
        if not self._rules.is_to_come(str(resource.get("start", ""))):
            return "its time has passed"
        confirmed = moment_of(known.start)
        if before is not None and confirmed is not None and moment_of(resource.get("start")) != confirmed:
            return "it has been moved since the patient confirmed it"
        return ""

    def is_of_caller(self, encounter: Encounter, resource: Mapping[str, Any]) -> bool:
        """Whether an appointment is the caller's, as far as its NHS number says."""
        identifiers = dicts(contained(resource, "Patient"), "identifier")
        numbers = [one.get("value") for one in identifiers if one.get("system") == names.NHS_NUMBER_SYSTEM]
        number = encounter.caller["nhs_number"]
        return not numbers or not number or number in numbers

    def hindered(
        self, encounter: Encounter, known: KnownAppointment, read: Answer, why: str, *, sent_before: bool
    ) -> bool:
        """Tell why an appointment was not updated; one that is cancelled by an update of ours is a success."""
        status = (read.resource or {}).get("status") if read.kind == "Appointment" else ""
        if status in ("cancelled", "entered-in-error"):
            if sent_before:
                return self.cancelled(encounter, known)
            self._memory.ended(known.url)
            encounter.show("user-told", [known], f"The appointment at {known.start} need not be cancelled: {why}.")
            return True
        return self.not_cancelled(encounter, known, why)

    def after_the_last(self, encounter: Encounter, place: Place, known: KnownAppointment, answer: Answer) -> bool:
        """Look once more how it stands when there are no more tries."""
        read = self._provider.read(encounter, place, known.url)
        if read.kind == "Appointment" and (read.resource or {}).get("status") == "cancelled":
            return self.cancelled(encounter, known)
        return self.not_cancelled(encounter, known, self._trouble.cause(answer))

    def version(self, resource: Mapping[str, Any]) -> object:
        """The version of a resource."""
        meta = resource.get("meta")
        return meta.get("versionId") if isinstance(meta, dict) else None

    def cancelled(self, encounter: Encounter, known: KnownAppointment) -> bool:
        """Show that the appointment is cancelled (CON-REB-04)."""
        self._memory.ended(known.url)
        encounter.show("cancelled-shown", [known], f"The appointment at {known.start} is cancelled.")
        return True

    def not_cancelled(self, encounter: Encounter, known: KnownAppointment, why: str) -> bool:
        """Show that it is not cancelled, and why (CON-CAN-07, CON-CAN-12)."""
        text = (
            f"The appointment at {known.start} is not cancelled: {why}. Unless the provider says otherwise it stands."
        )
        encounter.show("not-cancelled-shown", [known], text)
        return False
