"""Expectations of what several patients have at once or one after the other: nobody gets what is another's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ...actors.appointment_body import offers
from ...actors.calls import cancel, search_slots
from ...actors.calls import read as read_call
from ...actors.finding import search_around
from ...actors.paging import pages
from ...errors import CannotGoOn
from ...http.exchange import Exchange
from ...scenario import plain_cancellation
from ...scenario.baselines import SINCE, UNTIL
from ...scenario.concurrency import together
from ...scenario.context import Appointment, Scenario, version_tag
from ...scenario.matches_request import strays
from ...scenario.preconditions import search_and_lease
from ...scenario.slot_leases import Found, NoSlot, slots_in
from ...text import in_words
from ..provider.slot_search.search_results import not_offered

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
    try:
        return search_and_lease(scenario, "first_111", "provider", "later", since, UNTIL)
    except NoSlot:
        return search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)


def read_each_at_once(scenario: Scenario, made: Sequence[Appointment]) -> None:
    """Each is read by a consumer of its own at the same moment; whose it is then is looked at in every answer."""
    reads = [
        partial(scenario.another_consumer("first_111").send, one.part, read_call(one.url)) for one in made if one.url
    ]
    if reads:
        together(reads)


def _booked(scenario: Scenario, *arguments: Any) -> Exchange:
    return scenario.book(*arguments).booked


def not_mixed_up(scenario: Scenario, made: Sequence[Appointment]) -> None:
    """PRV-BOOK-01, PRV-BOOK-07, PRV-GET-01: each answer, and each read, is of the patient and slot asked for."""
    read_each_at_once(scenario, made)
    for appointment in made:
        booked = appointment.booked
        if booked.status in (409, 422, 503):
            for requirement in ("PRV-BOOK-01", "PRV-BOOK-07", "PRV-GET-01"):
                scenario.recorder.does_not_arise(requirement, f"it was not booked: {booked.summary()}", of=booked)
            continue
        scenario.recorder.expect_answer("PRV-BOOK-01", "book-ok", booked)
        if not appointment.url:
            for requirement in ("PRV-BOOK-07", "PRV-GET-01"):
                scenario.recorder.not_observed(requirement, f"it was not booked: {booked.summary()}", of=booked)
            continue
        read = scenario.read(appointment)
        for requirement, exchange in (("PRV-BOOK-07", booked), ("PRV-GET-01", read)):
            wrong = strays(exchange.resource, appointment.sent)
            scenario.recorder.expect(
                requirement,
                not wrong,
                expected="the appointment of the patient and slot asked for",
                actual="as asked for" if not wrong else "; ".join(wrong[:3]),
                of=[booked, exchange],
                where="Appointment",
            )


def book_the_freed_slot(scenario: Scenario, who: str, appointment: Appointment) -> None:
    """Another patient gets the slot, where the provider offers it again (it need not: PRV-CAN-20)."""
    plain_cancellation.must_be_cancelled(scenario, appointment)
    slot, consumer = appointment.slot, scenario.consumer(who)
    if offers(search_around(consumer, appointment.part, slot, "free"), slot):
        made = scenario.book(LATER, consumer, appointment.part, slot, patient=scenario.new_patient())
        _could_be_booked(scenario, made)


def _could_be_booked(scenario: Scenario, made: Appointment) -> None:
    """PRV-SRCH-34: what was offered again can be booked again, unless somebody else was faster."""
    if not made.url:
        search = search_around(made.consumer, made.part, made.slot, "free")
        if not offers(search, made.slot):
            reason = "the freed slot is not offered any more: somebody else may have booked it"
            scenario.recorder.does_not_arise("PRV-SRCH-34", reason, of=[made.booked, search])
            return
    scenario.recorder.expect_answer("PRV-SRCH-34", "book-ok", made.booked)


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


def next_slot_is_kept(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-BOOK-03: a cancellation frees its own slot, and not the one beside it."""
    beside = scenario.appointments.get(NEXT)
    if beside is None or not beside.url:
        scenario.recorder.does_not_arise("PRV-BOOK-03", "the slot beside it was not to be had", of=appointment.booked)
        return
    not_offered(scenario, beside)


def cancel_once_more(scenario: Scenario, appointment: Appointment) -> None:
    """The cancelled appointment is put back as cancelled, against its current version; any answer is right."""
    current = scenario.read(appointment)
    if current.status == 200:
        body = {**current.resource, "status": "cancelled"}
        appointment.consumer.send(appointment.part, cancel(appointment.url, body, version_tag(current)))


def still_cancelled(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-GET-13: the cancelled appointment stays; PRV-BOOK-08: the one that took its slot has another id."""
    now = scenario.read(appointment)
    status = now.resource.get("status")
    scenario.recorder.expect(
        "PRV-GET-13",
        now.status == 200 and status == "cancelled",
        expected="the cancelled appointment still reads as cancelled",
        actual=f"its status is {in_words(status)}" if now.status == 200 else now.summary(),
        of=now,
        where="Appointment.status",
    )
    later = scenario.appointments.get(LATER)
    if later is None or not later.url:
        reason = "the freed slot was not offered again, or not booked"
        scenario.recorder.does_not_arise("PRV-BOOK-08", reason, of=now)
        return
    scenario.recorder.expect(
        "PRV-BOOK-08",
        later.url != appointment.url,
        expected="another id than that of the cancelled appointment",
        actual=later.url,
        of=[appointment.booked, later.booked],
        where="Location",
    )


def slot_is_of_the_later(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-BOOK-03: the slot is not offered, whatever was sent for the appointment that had it before."""
    later = scenario.appointments.get(LATER)
    if later is None or not later.url:
        reason = "the freed slot was not offered again, or not booked"
        scenario.recorder.does_not_arise("PRV-BOOK-03", reason, of=appointment.booked)
        return
    search = search_around(later.consumer, later.part, later.slot, "free")
    offered = offers(search, later.slot)
    scenario.recorder.expect(
        "PRV-BOOK-03",
        not offered,
        expected="the slot is not offered while the later appointment stands",
        actual="it is offered" if offered else "it is not",
        of=[later.booked, search],
        where="Slot.status",
    )
