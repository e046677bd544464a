"""What several patients have booked for them at once, or one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ..actors.appointment_body import offers
from ..actors.calls import cancel, read, search_slots
from ..actors.finding import search_around
from ..actors.paging import pages
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.versions import version_tag
from . import plain_cancellation
from .baselines import SINCE, UNTIL
from .concurrency import together
from .context import Appointment, Scenario
from .preconditions import search_and_lease
from .slot_leases import Found, NoSlot, slots_in
from .slot_search import look_for_slot, look_for_slot_in_all_ways

#: Under this name the appointment goes that took the freed slot.
LATER = "later"
#: And under this one the appointment in the slot behind.
NEXT = "next"


def book_each_at_once(scenario: Scenario, number: int) -> list[Appointment]:
    """As many consumers book a slot each, for a patient each, at the same moment: slots of different times, if any."""
    prepared = []
    # Of declared test patients there may be fewer: then some get two of the slots.
    patients = scenario.patients.several(scenario.patient, number)
    for index in range(number):
        what = _lease(scenario, SINCE + index * (UNTIL - SINCE) / number)
        consumer, patient = scenario.another_consumer("first_111"), patients[index % len(patients)]
        prepared.append((f"simultaneous {index}", consumer, what.part, what.slot, patient))

    together([partial(_booked, scenario, *arguments) for arguments in prepared])
    return [scenario.appointment(name) for name, *_ in prepared]


def _lease(scenario: Scenario, since: timedelta) -> Found:
    """A slot from that time on; where the diary has none so late, any that is left."""
    with scenario.going_on(without=NoSlot):
        return search_and_lease(scenario, "first_111", "provider", "later", since, UNTIL)
    return search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)


def _booked(scenario: Scenario, *arguments: Any) -> Exchange:
    return scenario.book(*arguments).booked


def read_each(scenario: Scenario, made: Sequence[Appointment]) -> Mapping[str, Exchange]:
    """Each that was booked is read by a consumer of its own at the same moment, and then once more, by itself.

    Whose it is at the same moment is looked at in every answer; returns the later reads, by the appointment's name.
    """
    there = [one for one in made if one.url]
    reads = [partial(scenario.another_consumer("first_111").send, one.part, read(one.url)) for one in there]
    if reads:
        together(reads)
    return {one.name: scenario.read(one) for one in there}


@dataclass(frozen=True)
class Rebooked:
    """A booking of a slot that was freed, and, where it was rejected, a search for the slot after it."""

    made: Appointment
    search: Exchange | None = None


def book_the_freed_slot(scenario: Scenario, who: str, appointment: Appointment) -> Rebooked | None:
    """Another patient gets the slot, where the provider offers it again (it need not: PRV-CAN-20); None elsewhere."""
    plain_cancellation.must_be_cancelled(scenario, appointment)
    slot, consumer = appointment.slot, scenario.consumer(who)
    if not offers(search_around(consumer, appointment.part, slot, "free"), slot):
        return None
    made = scenario.book(LATER, consumer, appointment.part, slot, patient=scenario.new_patient())
    return Rebooked(made, None if made.url else look_for_slot(made))


def book_the_next_slot(scenario: Scenario, who: str, appointment: Appointment) -> None:
    """Somebody else gets the slot that begins when the appointment ends, in the same diary, where there is one."""
    slot, consumer, part = appointment.slot, scenario.consumer(who), appointment.part
    behind = slots_in(consumer.send(part, search_slots(slot.service, slot.end, slot.end)), slot.service)
    free = [
        one
        for one in behind
        if (one.start, one.resource.get("status")) == (slot.end, "free")
        and one.resource.get("schedule") == slot.resource.get("schedule")
    ]
    leased = scenario.leases.lease(part, free)
    if leased is not None:
        scenario.book(NEXT, consumer, part, leased, patient=scenario.new_patient())


def book_the_latest_slot(scenario: Scenario, who: str) -> None:
    """A consumer books the latest of the slots that it is offered for the next two days.

    Raises:
        CannotGoOn: none is to be had.
    """
    part, consumer, now = scenario.part("provider"), scenario.consumer(who), datetime.now(UTC)
    call = search_slots(part.service("later"), now + SINCE, now + UNTIL)
    found = [slot for exchange in pages(consumer, part, call) for slot in slots_in(exchange, part.service("later"))]
    leased = scenario.leases.lease(part, [slot for slot in found[::-1] if slot.resource.get("status") == "free"])
    if leased is None:
        raise CannotGoOn("no free slot was found for the next two days")
    scenario.book("latest", consumer, part, leased)


def cancel_once_more(scenario: Scenario, appointment: Appointment) -> None:
    """The cancelled appointment is put back as cancelled, against its current version; any answer is right."""
    current = scenario.read(appointment)
    if current.status == 200:
        body = {**current.resource, "status": "cancelled"}
        appointment.consumer.send(appointment.part, cancel(appointment.url, body, version_tag(current)))


def that_was_booked(scenario: Scenario, name: str) -> Appointment | None:
    """The appointment of that name, if it was tried and accepted."""
    one = scenario.appointments.get(name)
    return one if one is not None and one.url else None


@dataclass(frozen=True)
class InNextSlot:
    """The appointment in the slot behind, and searches in which that slot would be shown if it were free."""

    appointment: Appointment
    answers: Mapping[str, Exchange]


def look_for_next_slot(scenario: Scenario) -> InNextSlot | None:
    """Search for the slot behind in all ways; None where it could not be booked."""
    beside = that_was_booked(scenario, NEXT)
    return InNextSlot(beside, look_for_slot_in_all_ways(scenario, beside)) if beside else None


@dataclass(frozen=True)
class OfTheLater:
    """The appointment that took the freed slot, and a search for that slot."""

    appointment: Appointment
    search: Exchange


def look_for_slot_of_the_later(scenario: Scenario) -> OfTheLater | None:
    """Search for the freed slot, as who has it now; None where it was not booked again."""
    later = that_was_booked(scenario, LATER)
    return OfTheLater(later, look_for_slot(later)) if later else None
