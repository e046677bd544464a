"""The reference model of a provider: the answers allowed in the state that our own requests have brought about.

Each method tells what may answer a request, or takes in what was seen. The rules are those that the standard decides;
where it is silent, or its documents differ, every answer is allowed that one of them has. What the model cannot know
(who else books, what a lost answer has done) makes the sets larger, never smaller.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from uec_booking.standard import editions

from .allowed import Allowed, Breach, Situations
from .slots import NOT_TO_BE_HAD, OFFERED, OPEN, SlotState, held_by

#: Refusals of what a local rule may forbid to another organisation (SEC-35, CF-59).
_LOCAL_RULE = (401, 403)
#: Refusals of a request that no longer means anything: the standard has none for it in particular.
_NOTHING_TO_DO = (400, 403, 405, 409, 410, 412, 422)
#: The editions that know X-Request-ID, and those that have a used one refused (CF-47).
KNOW_REQUEST_IDS, REFUSE_USED_IDS = "0.2.0+", "1.0.0-RC1+"


@dataclass
class AppointmentState:
    """An appointment of ours, with the version ids that it was seen with while it stood, and since it is cancelled."""

    name: str
    slot: str
    patient: str
    booker: str
    cancelled: bool = False
    standing_version: str = ""
    cancelled_version: str = ""


class ProviderModel:
    """A provider's slots and appointments, as far as one sequence of requests has to do with them."""

    def __init__(self, edition: str, reading: str = "") -> None:
        self._edition = edition
        self._situations = Situations(edition, reading)
        self._slots: dict[str, SlotState] = {}
        #: The slots that an appointment of ours has held, and those that were offered and then were not.
        self._held: set[str] = set()
        self._withheld: set[str] = set()
        #: The cancelled appointments whose version from before was shown, and those whose version was not.
        self._versions_shown: set[str] = set()
        self._versions_missing: set[str] = set()
        self.appointments: dict[str, AppointmentState] = {}

    def slot(self, slot: str) -> SlotState:
        return self._slots.get(slot, OPEN)

    # -- booking ------------------------------------------------------------------------

    def booking(self, slot: str, patient: str) -> Allowed:
        """A valid booking. A free slot is booked (PRV-BOOK-01); one that an appointment holds is not (PRV-BOOK-10).

        Where others may have been quicker it may be rejected as taken.
        """
        taken = self._situations.allowed("PRV-BOOK-10", "slot-taken")
        state = self.slot(slot)
        if state.is_ours:
            return taken
        standing = any(one.patient == patient and not one.cancelled for one in self.appointments.values())
        free = self._situations.allowed("WKF-09" if standing else "PRV-BOOK-01", "book-ok").or_refused(taken)
        if state.is_offered:
            return free
        return free.or_refused(self._situations.allowed("PRV-BOOK-14", "unknown-slot"))

    def odd_booking(self, slot: str, requirement: str, situation: str) -> Allowed:
        """A booking with one thing changed, which the table has as ``situation``, of a slot that may be taken."""
        asked = self._situations.allowed(requirement, situation)
        taken = self._situations.allowed("PRV-BOOK-10", "slot-taken")
        state = self.slot(slot)
        if state.is_ours:
            return Allowed(requirement, asked.expected, frozenset(), asked.refused | taken.refused)
        if not state.is_offered:
            return asked.or_refused(taken, self._situations.allowed("PRV-BOOK-14", "unknown-slot"))
        return asked.or_refused(taken) if asked.done else asked

    def booked(self, name: str, slot: str, patient: str, booker: str) -> None:
        """A booking was accepted: its slot is held."""
        self._slots[slot] = held_by(name)
        self._held.add(slot)
        self._withheld.discard(slot)
        self.appointments[name] = AppointmentState(name, slot, patient, booker)

    def refused_as_taken(self, slot: str) -> None:
        """A booking was rejected, and the slot was not ours: who has it is not known."""
        if not self.slot(slot).is_ours:
            self._slots[slot] = NOT_TO_BE_HAD

    def withheld(self, slot: str) -> Breach | None:
        """A booking was accepted of a slot that a search has left out, and one before had offered (PRV-SRCH-07).

        Of a slot that was ours this says nothing: a search may be behind what was given back.
        """
        what = f"{slot} was not offered any more, and was booked"
        breach = Breach("PRV-SRCH-07", "a slot that can be booked is offered, as it was before", what)
        return breach if slot in self._withheld else None

    def booking_again(self) -> Allowed | None:
        """A booking that was accepted, sent again under its X-Request-ID; None where the edition knows no such id.

        It is rejected, or answered with the appointment that there is already (CF-47); which one is for the caller
        to look at (``another``).
        """
        if not editions.in_range(self._edition, KNOW_REQUEST_IDS):
            return None
        again = self._situations.allowed("PRV-XTI-03", "reused-request-id-book")
        taken = self._situations.allowed("PRV-BOOK-10", "slot-taken")
        idempotent = Allowed("PRV-XTI-03", again.expected, frozenset({200, 201}), again.refused)
        return idempotent.or_refused(taken) if taken.refused - again.refused else idempotent

    def another(self, first: str, second: str) -> Breach | None:
        """A used X-Request-ID makes no second appointment."""
        if first == second:
            return None
        expected = "a rejection, or the appointment that the X-Request-ID was used for"
        return Breach("PRV-XTI-03", expected, "another appointment under the same X-Request-ID")

    def used_id_is_refused(self) -> bool:
        """Whether the edition has a request rejected whose X-Request-ID was used for another (CF-47)."""
        return editions.in_range(self._edition, REFUSE_USED_IDS)

    # -- cancelling ----------------------------------------------------------------------

    def cancellation(self, name: str, by: str) -> Allowed:
        """The cancellation of an appointment from its current version."""
        if self.appointments[name].cancelled:
            # Nothing changes, so it may as well be accepted.
            nothing = Allowed("ERR-11", "an answer that some document has for an update", frozenset({200}))
            return nothing.or_refused_with(_NOTHING_TO_DO, "it is cancelled already")
        usual = self._situations.allowed("PRV-CAN-01", "cancel-ok")
        if by == self.appointments[name].booker:
            return usual
        return usual.or_refused_with(_LOCAL_RULE, "or a rejection by a local rule")

    def reinstatement(self, name: str, by: str) -> Allowed:
        """A PUT of a cancelled appointment as booked: no consumer may bring it back (PRV-CAN-07)."""
        asked = self._situations.allowed("PRV-CAN-07", "cancel-to-other-status")
        return asked.or_refused_with((*_NOTHING_TO_DO, *_LOCAL_RULE), "or any other rejection")

    def odd_cancellation(self, name: str, requirement: str, situation: str) -> Allowed:
        """A cancellation of an appointment that stands with one thing wrong, which the table has as ``situation``."""
        assert not self.appointments[name].cancelled
        return self._situations.allowed(requirement, situation)

    def cancellation_quoting_another(self) -> Allowed:
        """A cancellation of an appointment that stands, whose If-Match has the current version of another one.

        The two versions differ; this appointment may have had the other's before, or not.
        """
        never = self._situations.allowed("PRV-CAN-08", "no-version-that-was")
        return never.or_refused(self._situations.allowed("PRV-CAN-08", "stale-version"))

    def cancellation_at_another(self) -> Allowed:
        """A whole cancellation of one appointment that stands, at the address of another one (PRV-CAN-07)."""
        return self._situations.allowed("PRV-CAN-07", "cancel-under-other-id")

    def cancellation_under_used_id(self) -> Allowed:
        """A cancellation whose X-Request-ID was used for something else (PRV-XTI-04)."""
        return self._situations.allowed("PRV-XTI-04", "reused-request-id-cancel")

    def cancelled(self, name: str) -> None:
        """It was cancelled: its time may be offered again."""
        one = self.appointments[name]
        one.cancelled = True
        if self.slot(one.slot).by == name:
            self._slots[one.slot] = OPEN

    # -- reading and searching -------------------------------------------------------------

    def read(self, name: str, by: str) -> Allowed:
        """The read of an appointment, which stands or is cancelled."""
        one = self.appointments[name]
        usual = self._situations.allowed("PRV-GET-13" if one.cancelled else "PRV-GET-01", "read-ok")
        return usual if by == one.booker else usual.or_refused_with(_LOCAL_RULE, "or a rejection by a local rule")

    def old_version(self, name: str, by: str) -> Allowed:
        """The read of a version that there was: a server may keep no history (CF-78)."""
        usual = self._situations.allowed("PRV-GET-02", "vread-old-version")
        if by == self.appointments[name].booker:
            return usual
        return usual.or_refused_with(_LOCAL_RULE, "or a rejection by a local rule")

    def version_shown(self, name: str, by: str, there: bool) -> Breach | None:
        """The version from when an appointment stood was shown, or not: who shows one keeps them all (PRV-CAN-06).

        Of the current version this says nothing, and neither does a rejection of who did not book.
        """
        one = self.appointments[name]
        if not one.cancelled or by != one.booker:
            return None
        (self._versions_shown if there else self._versions_missing).add(name)
        if not (self._versions_shown and self._versions_missing):
            return None
        shown, missing = min(self._versions_shown), min(self._versions_missing)
        actual = f"that of the {missing} appointment is not there, and that of the {shown} one was shown"
        return Breach("PRV-CAN-06", "each version from before a cancellation", actual)

    def shown(self, name: str, version: str) -> Breach | None:
        """An appointment was shown in a version: it stays while nothing changes (FMT-24), and goes with a change."""
        one = self.appointments[name]
        known = one.cancelled_version if one.cancelled else one.standing_version
        if not version or version == known:
            return None
        if one.cancelled:
            one.cancelled_version = version
        else:
            one.standing_version = version
        if known:
            return Breach("FMT-24", f"version {known}, as nothing was changed since", f"version {version}")
        if one.cancelled and version == one.standing_version:
            return Breach("PRV-CAN-02", "another version than before the cancellation", f"version {version}, as before")
        return None

    def searched(self, asked: Collection[str], found: Collection[str]) -> Breach | None:
        """A search for free slots over the times of ``asked``: none is among them that an appointment holds."""
        for slot in asked:
            state = self.slot(slot)
            if slot in found and state.is_ours:
                return Breach("PRV-BOOK-03", "a slot that is booked is not offered as free", f"{slot} is offered")
            if slot in found:
                self._slots[slot] = OFFERED
                self._withheld.discard(slot)
            elif not state.is_ours:
                if state.is_offered and slot not in self._held:
                    self._withheld.add(slot)
                self._slots[slot] = NOT_TO_BE_HAD
        return None

    def found_for(self, asked: Collection[str], found: Collection[str]) -> Breach | None:
        """A search by patient shows those of the appointments ``asked`` for that stand (PRV-SAPT-01)."""
        standing = [name for name in asked if not self.appointments[name].cancelled]
        missing = [name for name in standing if name not in found]
        if not missing:
            return None
        expected = f"the {len(standing)} appointments of the patient that stand"
        return Breach("PRV-SAPT-01", expected, f"the {missing[0]} one is missing")

    def situation(self, requirement: str, situation: str) -> Allowed | None:
        """What answers a request that has nothing to do with the state; None where the edition does not know it."""
        if not self._situations.known(situation):
            return None
        return self._situations.allowed(requirement, situation)
