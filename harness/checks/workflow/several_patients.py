"""Expectations of what several patients have at once or one after the other: nobody gets what is another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...actors.appointment_body import offers
from ...http.exchange import Exchange
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.context import Appointment
from ...scenario.matches_request import strays
from ...scenario.several_patients import InNextSlot, OfTheLater, Rebooked
from ...text import in_words
from ..provider.slot_search.search_results import not_offered


@decides("PRV-BOOK-01", "PRV-BOOK-07", "PRV-GET-01")
def not_mixed_up(recorder: Recorder, made: Sequence[Appointment], reads: Mapping[str, Exchange]) -> None:
    """PRV-BOOK-01, PRV-BOOK-07, PRV-GET-01: each answer, and each read, is of the patient and slot asked for."""
    for appointment in made:
        booked = appointment.booked
        if booked.status in (409, 422, 503):
            for requirement in ("PRV-BOOK-01", "PRV-BOOK-07", "PRV-GET-01"):
                recorder.does_not_arise(requirement, f"it was not booked: {booked.summary()}", of=booked)
            continue
        recorder.expect_answer("PRV-BOOK-01", "book-ok", booked)
        if not appointment.url:
            for requirement in ("PRV-BOOK-07", "PRV-GET-01"):
                recorder.not_observed(requirement, f"it was not booked: {booked.summary()}", of=booked)
            continue
        for requirement, exchange in (("PRV-BOOK-07", booked), ("PRV-GET-01", reads[appointment.name])):
            wrong = strays(exchange.resource, appointment.sent)
            recorder.expect(
                requirement,
                not wrong,
                expected="the appointment of the patient and slot asked for",
                actual="as asked for" if not wrong else "; ".join(wrong[:3]),
                of=[booked, exchange],
                where="Appointment",
            )


@decides("PRV-SRCH-34")
def could_be_booked(recorder: Recorder, appointment: Appointment, seen: Rebooked | None) -> None:
    """PRV-SRCH-34: what was offered again can be booked again, unless somebody else was faster."""
    if seen is None:
        # It need not be (PRV-CAN-20), and where it is not, there is nothing here to be bookable.
        recorder.does_not_arise("PRV-SRCH-34", "the freed slot is not offered again", of=appointment.booked)
        return
    if seen.search is not None and not offers(seen.search, seen.made.slot):
        reason = "the freed slot is not offered any more: somebody else may have booked it"
        recorder.does_not_arise("PRV-SRCH-34", reason, of=[seen.made.booked, seen.search])
        return
    recorder.expect_answer("PRV-SRCH-34", "book-ok", seen.made.booked)


@decides("PRV-BOOK-03")
def next_slot_is_kept(recorder: Recorder, appointment: Appointment, beside: InNextSlot | None) -> None:
    """PRV-BOOK-03: a cancellation frees its own slot, and not the one beside it."""
    if beside is None:
        recorder.does_not_arise("PRV-BOOK-03", "the slot beside it was not to be had", of=appointment.booked)
        return
    not_offered(recorder, beside.appointment, beside.answers)


@decides("PRV-BOOK-08", "PRV-GET-13")
def still_cancelled(recorder: Recorder, appointment: Appointment, now: Exchange, later: Appointment | None) -> None:
    """PRV-GET-13: the cancelled appointment stays; PRV-BOOK-08: the one that took its slot has another id."""
    status = now.resource.get("status")
    recorder.expect(
        "PRV-GET-13",
        now.status == 200 and status == "cancelled",
        expected="the cancelled appointment still reads as cancelled",
        actual=f"its status is {in_words(status)}" if now.status == 200 else now.summary(),
        of=now,
        where="Appointment.status",
    )
    if later is None:
        recorder.does_not_arise("PRV-BOOK-08", "the freed slot was not offered again, or not booked", of=now)
        return
    recorder.expect(
        "PRV-BOOK-08",
        later.url != appointment.url,
        expected="another id than that of the cancelled appointment",
        actual=later.url,
        of=[appointment.booked, later.booked],
        where="Location",
    )


@decides("PRV-BOOK-03")
def slot_is_of_the_later(recorder: Recorder, appointment: Appointment, later: OfTheLater | None) -> None:
    """PRV-BOOK-03: the slot is not offered, whatever was sent for the appointment that had it before."""
    if later is None:
        reason = "the freed slot was not offered again, or not booked"
        recorder.does_not_arise("PRV-BOOK-03", reason, of=appointment.booked)
        return
    offered = offers(later.search, later.appointment.slot)
    recorder.expect(
        "PRV-BOOK-03",
        not offered,
        expected="the slot is not offered while the later appointment stands",
        actual="it is offered" if offered else "it is not",
        of=[later.appointment.booked, later.search],
        where="Slot.status",
    )
