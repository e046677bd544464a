"""A call from its beginning to its end: the order in which things are done at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from ..encounter import CannotCarryOut, Encounter, KnownAppointment, Place, Stopped
from ..rules import DeskRules
from ..services import DosService
from .booking import Booking
from .cancelling import Cancelling
from .capability import Capability
from .discovery import Discovery
from .existing import Existing


class CallFlow:
    """Takes calls. Each step is a method, and what goes wrong in one is told to the user."""

    def __init__(
        self,
        rules: DeskRules,
        existing: Existing,
        discovery: Discovery,
        capability: Capability,
        booking: Booking,
        cancelling: Cancelling,
    ) -> None:
        self._rules = rules
        self._existing = existing
        self._discovery = discovery
        self._capability = capability
        self._booking = booking
        self._cancelling = cancelling

    def take(self, encounter: Encounter) -> None:
        """Carry out a call. Raises CannotCarryOut at its end where the booking could not be tried as asked."""
        known = self._existing.at_the_start(encounter)
        self.reassess(encounter)
        known = self._existing.with_details(encounter, known)
        self.before_booking(encounter, known)
        if not self._rules.booking_comes_first():
            self.cancel_existing(encounter, known)
            known = []
        hindrance = self.book_new(encounter) if encounter.service_wanted else None
        if self.may_cancel(encounter):
            self.cancel_existing(encounter, self.cancellable(encounter, known))
        elif known:
            encounter.show("user-told", known, "No new appointment was booked, so the existing one stays as it is.")
        if hindrance is not None:
            raise hindrance

    def reassess(self, encounter: Encounter) -> None:
        """The assessment of the patient: what it found comes with the task."""
        about = encounter.task["encounter"]
        text = f"{about['disposition']} within {about['within_hours']} hours"
        encounter.show("reassessment-finished", text=text)

    def before_booking(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> None:
        """What is asked before the new booking: nothing. What goes is asked when it is made (CF-58)."""

    def book_new(self, encounter: Encounter) -> CannotCarryOut | None:
        """Find a service and book there; what hindered the desk from trying is given back, and was told."""
        service: DosService | None = None
        try:
            service = self._discovery.chosen(encounter, self._discovery.services(encounter))
            place = self._discovery.place(encounter, service.id)
        except CannotCarryOut as error:
            return error
        except Stopped as stopped:
            if stopped.refers and service is not None:
                self.refer(encounter, service)
            return None
        if place is not None:
            self._capability.look(encounter, place)
            self.book_at(encounter, place, service)
        else:
            text = f"{service.name or service.id} cannot be booked from here. The existing ways of referral go on."
            encounter.show("user-told", text=text)
        self.refer(encounter, service)
        return None

    def book_at(self, encounter: Encounter, place: Place, service: DosService) -> None:
        """Book; and book anew where the patient finds that the first booking does not suit."""
        first = self._booking.book(encounter, place, service)
        if first is not None and self.changes(encounter):
            encounter.show("user-told", [first], "The patient cannot attend at that time. Slots are searched again.")
            self._booking.book(encounter, place, service, not_at=first.start)

    def changes(self, encounter: Encounter) -> bool:
        """Whether the patient asks for another time within the consultation."""
        return encounter.slot_wanted == "change"

    def refer(self, encounter: Encounter, service: DosService) -> None:
        """Send the referral, unless the service takes it only with a booking (DOS-09, DOS-11, DOS-12)."""
        about = [{"url": "", "start": "", "service": service.id}]
        if not encounter.bookings and self._rules.referral_needs_booking(service.requires_booking):
            text = f"{service.name or service.id} requires a booking, and none was made. Choose another service."
            encounter.show("referral-blocked", about, text)
            return
        encounter.show("referral-sent", encounter.bookings[-1:] or about)

    def may_cancel(self, encounter: Encounter) -> bool:
        """Whether existing appointments may go now."""
        enough = 2 if self.changes(encounter) else 1
        return self._rules.may_cancel_after(bool(encounter.service_wanted), len(encounter.bookings) >= enough)

    def cancellable(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """What may be cancelled: what was there before, and the first booking where a second one was made."""
        return [*known, *(encounter.bookings[:-1] if self.changes(encounter) else [])]

    def cancel_existing(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> None:
        """Cancel what the patient lets go."""
        for one in self.let_go(encounter, known):
            self._cancelling.cancel(encounter, one)

    def let_go(self, encounter: Encounter, known: Sequence[KnownAppointment]) -> list[KnownAppointment]:
        """Show the list and ask; what the patient confirms."""
        self._existing.show(encounter, known)
        return self._cancelling.offer(encounter, known)
