"""Expectations of who gets a slot: several at once, rejections that leave it free, retries."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from ....actors.appointment_body import Slot, offers
from ....bookkeeping.booking_log import appointment_url
from ....fhir import bundle_resources, contained
from ....histories.checking import impossible
from ....histories.recorded import operations
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.booking import AfterRefusals
from ....scenario.matches_request import nhs_number
from ....scenario.slot_leases import Found
from ....scenario.variations import Trial
from ....text import in_words


@decides("PRV-BOOK-02", "PRV-BOOK-10")
def exactly_one(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """PRV-BOOK-02 and PRV-BOOK-10: of simultaneous bookings of one slot exactly one succeeds."""
    made = [exchange for exchange in answers if exchange.ok]
    for requirement in ("PRV-BOOK-02", "PRV-BOOK-10"):
        recorder.expect(
            requirement,
            len(made) == 1,
            expected=f"one of {len(answers)} simultaneous bookings succeeds",
            actual=f"{len(made)} succeeded: {', '.join(str(exchange.status) for exchange in answers)}",
            of=answers,
            where="status",
        )
    for exchange in answers:
        if not exchange.ok:
            recorder.expect_answer("PRV-BOOK-10", "slot-taken", exchange)


@decides("PRV-BOOK-02")
def some_order_explains(recorder: Recorder, answers: Sequence[Exchange], found: Found) -> None:
    """PRV-BOOK-02: one order of all bookings and cancellations explains every answer: one at a time has the slot.

    Where there is no such order, the fewest answers that contradict each other are told.
    """
    tries = [exchange for exchange in answers if exchange.request.method == "POST"]
    done = [exchange for exchange in tries if exchange.ok]
    if not done or len([exchange for exchange in tries if exchange.status]) == 1:
        why = "only one of the bookings was answered" if done else "nobody got the slot"
        recorder.not_observed("PRV-BOOK-02", why, of=answers)
        return
    histories = impossible(operations(answers, found.part.base_url, found.slot.id))
    contradicting = [one for ones in histories.values() for one in ones]
    shown = {one.exchange for one in contradicting}
    recorder.expect(
        "PRV-BOOK-02",
        not contradicting,
        expected="nobody gets the slot while another one has it",
        actual="; ".join(one.in_words() for one in contradicting) or "as expected",
        of=[exchange for exchange in answers if exchange.id in shown] or tries,
    )


@decides("ERR-15")
def refusals_left_the_slot_free(recorder: Recorder, trial: Trial, seen: AfterRefusals | None) -> None:
    """ERR-15: after rejected bookings the slot is still free."""
    if seen is None:
        recorder.not_observed("ERR-15", "nothing was rejected")
        return
    free = offers(seen.search, seen.slot)
    recorder.expect(
        "ERR-15",
        free,
        expected="the slot is still free after the rejections",
        actual="still free" if free else f"not offered any more ({seen.search.answered()})",
        of=[*trial.refusals(), seen.search],
        where="Slot.status",
    )
    if seen.of_patient is not None:
        _left_no_appointment(recorder, trial, seen.of_patient, seen.nhs_number)


def _left_no_appointment(recorder: Recorder, trial: Trial, search: Exchange, number: str) -> None:
    """ERR-15: the patient has no appointment but those that were accepted."""
    if not number or search.status != 200:
        return  # what a search is answered with is told where it is asked for
    bookings = [exchange for exchange in recorder.exchanges if exchange.request.method == "POST"]
    if any(not 200 <= exchange.status < 500 for exchange in bookings):
        return  # what a request did that was not answered properly is not known
    made = {unquote(appointment_url(one, trial.part.base_url).rpartition("/")[2]) for one in bookings if one.ok}
    left = [
        str(one.get("id"))
        for one in bundle_resources(search.resource, "Appointment")
        if one.get("status") not in ("cancelled", "entered-in-error")
        and nhs_number(contained(one, "Patient") or {}) == number
        and one.get("id") not in made
    ]
    recorder.expect(
        "ERR-15",
        not left,
        expected="no appointment of the patient from what was rejected",
        actual=f"{len(left)} that nobody was told of: {', '.join(left[:3])}" if left else "none",
        of=[*trial.refusals(), search],
        where="Bundle.entry",
    )


@decides("PRV-XTI-03")
def retried(recorder: Recorder, first: Exchange, second: Exchange) -> None:
    """PRV-XTI-03: the second answer by edition (CF-47); if it is a success, it is the same appointment."""
    recorder.expect_answer("PRV-XTI-03", "reused-request-id-book", second)
    if second.ok:
        recorder.expect(
            "PRV-XTI-03",
            second.resource.get("id") == first.resource.get("id"),
            expected="the same appointment, not a second one",
            actual=f"ids {in_words(first.resource.get('id'))} and {in_words(second.resource.get('id'))}",
            of=[first, second],
            where="Appointment.id",
        )


@decides("PRV-XTI-03")
def refusal_is_not_repeated(recorder: Recorder, second: Exchange) -> None:
    """PRV-XTI-03: only a booking that succeeded uses its id up; what is right is not rejected as what was wrong."""
    recorder.expect_answer("PRV-XTI-03", "reused-request-id-after-failure", second)


@decides("PRV-XTI-03")
def reused(recorder: Recorder, first: Exchange, second: Exchange, slot: Slot, search: Exchange) -> None:
    """PRV-XTI-03: an id that was used makes no second appointment, whatever is booked with it."""
    retried(recorder, first, second)
    recorder.expect(
        "PRV-XTI-03",
        offers(search, slot),
        expected="the other slot is still free",
        actual="still free" if offers(search, slot) else "not offered any more",
        of=[second, search],
        where="Slot.status",
    )


@decides("PRV-XTI-03")
def one_of_two(recorder: Recorder, answers: Sequence[Exchange]) -> None:
    """PRV-XTI-03: two bookings at the same moment under one X-Request-ID make one appointment at most."""
    ids = {str(exchange.resource.get("id")) for exchange in answers if exchange.ok}
    recorder.expect(
        "PRV-XTI-03",
        len(ids) <= 1,
        expected="one appointment at most",
        actual=f"{len(ids)} appointments; answered {', '.join(str(exchange.status) for exchange in answers)}",
        of=answers,
        where="Appointment.id",
    )
