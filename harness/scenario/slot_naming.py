"""How a provider knows the slot of a booking: by the identifier of the contained Slot, as it must, or by its id.

A provider that looks at the wrong one rejects every booking, or books without claiming the slot, and a run would see
nothing else of it. So the first booking at each provider settles it: where the identifier does not claim the slot,
the booking is tried with the id of the slot that was offered. What came of both is kept once, and recorded
when the scenario has ended (``checks.preconditions``); the rest of the run names slots in the way that works (CF-32:
from API 2.0.0 on the slot is contained).
"""

from __future__ import annotations

from dataclasses import replace

from uec_booking.standard import editions

from ..actors.appointment_body import Slot, offers
from ..actors.finding import search_around
from ..http.exchange import OVERLOADED
from .context import Appointment, NamedById, Scenario

BY_IDENTIFIER, BY_ID = "identifier", "id"


def settled(scenario: Scenario, made: Appointment) -> Appointment:
    """The booking that was made or, where its slot has to be named by its id, the one made so."""
    leases, part = scenario.leases, made.part
    if leases.naming(part) or scenario.slot_is_taken or not editions.in_range(scenario.settings.edition, "0.1.16+"):
        return made
    if made.booked.status in OVERLOADED or not made.booked.reached or not made.slot.id:
        return made
    if made.booked.ok and not _still_offered(made):
        leases.settle_naming(part, BY_IDENTIFIER)
        return made
    if not made.booked.ok and not _still_offered(made):
        return made  # somebody else was quicker: this booking says nothing
    return _tried_by_id(scenario, made)


def _tried_by_id(scenario: Scenario, made: Appointment) -> Appointment:
    if made.booked.ok:
        cancelled = False
        with scenario.going_on():
            scenario.cancel(made)
            cancelled = True
        if not cancelled:
            return made
    other = scenario.book(made.name, made.consumer, made.part, by_id(made.slot), made.patient)
    works = other.booked.ok and not _still_offered(other)
    scenario.leases.settle_naming(made.part, BY_ID if works else BY_IDENTIFIER)
    if not works:
        if other.booked.ok or not made.booked.ok:
            return other if other.booked.ok else made
        return scenario.book(made.name, made.consumer, made.part, made.slot, made.patient)
    if scenario.found is not None:
        scenario.found = replace(scenario.found, slot=other.slot)
    scenario.named_by_id = NamedById(made.booked, other.booked)
    return other


def by_id(slot: Slot) -> Slot:
    """The slot, to be named in a booking by the id under which it was offered."""
    return replace(slot, contained_id=slot.id)


def _still_offered(made: Appointment) -> bool:
    return offers(search_around(made.consumer, made.part, made.slot, "free"), made.slot, "free")
