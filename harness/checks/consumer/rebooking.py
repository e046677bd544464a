"""Expectations of a re-booking: book anew, list, confirm, and only then cancel (CON-REB-*, WKF-*)."""

from __future__ import annotations

from ...consumer.contract import Saw
from ...consumer.requests import Interaction, ProviderCall
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.consumer_calls import CallTaken, Standing
from ...settings.consumer import CONSUMER
from ..user_events import exchanges, has_events, is_before, saw


def _cancels(taken: CallTaken, original: Standing) -> list[ProviderCall]:
    return [call for call in taken.of(Interaction.CANCEL) if call.appointment == original.known.url]


def level_shown(taken: CallTaken, original: Standing) -> str:
    """Which level of cancellation it takes to cancel the original in this call (CF-59)."""
    if any(call.exchange.id == original.booking.exchange.id for call in taken.requests):
        return "within the consultation"
    same = original.by == taken.wanted.service_111
    return "by the organisation that booked" if same else "by another 111 organisation"


@decides("CON-REB-01", "CON-REB-02")
def books_then_cancels(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """CON-REB-01, CON-REB-02: a booking and a cancellation, in this order."""
    cancels, booked = _cancels(taken, original), taken.booked
    ended = [call for call in cancels if call.exchange.ok]
    seen = exchanges(taken.requests)
    recorder.expect(
        "CON-REB-01",
        booked is not None and bool(ended),
        expected="a new booking, and the cancellation of the original",
        actual=f"booked: {'yes' if booked else 'no'}, cancelled: {'yes' if ended else 'no'}",
        of=seen,
        where=level_shown(taken, original),
        system=CONSUMER,
    )
    if booked is None or not cancels:
        reason = "there was no new booking" if booked is None else "the original was not cancelled"
        recorder.not_observed("CON-REB-02", reason, of=seen, because="CON-REB-01")
        return
    order = [call.exchange.id for call in taken.requests]
    first = order.index(booked.exchange.id) < order.index(cancels[0].exchange.id)
    recorder.expect(
        "CON-REB-02",
        first,
        expected="the new booking succeeds before the original is cancelled",
        actual="in this order" if first else "the original was cancelled first",
        of=[booked.exchange, cancels[0].exchange],
        system=CONSUMER,
    )


@decides("WKF-11", "WKF-12", "CON-REB-03")
def begins_afresh(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-11, WKF-12, CON-REB-03: a re-assessment, a new search of services, and slots searched anew."""
    booking = next(iter(taken.of(Interaction.BOOK)), None)
    searches = taken.of(Interaction.SLOTS)
    if booking is None:
        for requirement in ("WKF-11", "WKF-12", "CON-REB-03"):
            recorder.not_observed(requirement, "nothing was booked in this call", of=exchanges(taken.requests))
        return
    fresh = any(call.root == booking.root for call in searches)
    recorder.expect(
        "WKF-11",
        fresh,
        expected="the slots are searched again in this call",
        actual="searched" if fresh else "booked without a search in this call",
        of=exchanges([*searches, booking]),
        system=CONSUMER,
    )
    asked = any(lookup.system == "dos" for lookup in taken.lookups)
    recorder.expect(
        "WKF-12",
        asked,
        expected="the Directory of Services is searched in this call",
        actual="searched" if asked else "not asked",
        of=booking.exchange,
        system=CONSUMER,
    )
    has_events(taken)
    ended = taken.answer.saw(Saw.REASSESSED)
    before = bool(ended) and is_before(ended[0], searches[0] if searches else booking)
    recorder.expect(
        "CON-REB-03",
        before,
        expected="a re-assessment before slots are searched",
        actual="as expected" if before else "after the search" if ended else "none",
        of=booking.exchange,
        system=CONSUMER,
    )


@decides("WKF-04")
def offers_to_cancel(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-04: at the end of a re-assessment the user can choose to have the original cancelled."""
    has_events(taken)
    saw(recorder, "WKF-04", taken, [Saw.CANCEL_OFFERED], "the option to cancel the original is offered", taken.requests)


@decides("WKF-05", "WKF-06", "WKF-02", "WKF-07")
def confirms_before_it_cancels(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """WKF-05, WKF-06, WKF-02: the list is shown, and the patient confirms, before the cancellation is sent."""
    has_events(taken)
    cancels = _cancels(taken, original)
    if not cancels:
        for requirement in ("WKF-05", "WKF-06", "WKF-02", "WKF-07"):
            recorder.not_observed(
                requirement, "the original was not cancelled", of=exchanges(taken.requests), because="CON-REB-01"
            )
        return
    put = cancels[0]
    url = original.known.url
    for requirement, what, expected in (
        ("WKF-05", Saw.EXISTING_SHOWN, "the existing appointments are listed before the cancellation"),
        ("WKF-06", Saw.CONFIRMED, "the patient confirms which appointment goes before the cancellation is sent"),
    ):
        about = [event for event in taken.answer.saw(what) if url in event.about or not event.about]
        before = any(is_before(event, put) for event in about)
        recorder.expect(
            requirement,
            before,
            expected=expected,
            actual="as expected" if before else "only afterwards" if about else "not told of this appointment",
            of=put.exchange,
            where=what,
            system=CONSUMER,
        )
    done = taken.answer.saw(Saw.REASSESSED)
    before = bool(done) and is_before(done[0], put)
    recorder.expect(
        "WKF-02",
        before,
        expected="the cancellation is sent once the re-assessment is complete",
        actual="as expected" if before else "before its end",
        of=put.exchange,
        system=CONSUMER,
    )
    confirmed = taken.answer.saw(Saw.CONFIRMED)
    steps = [
        event.what
        for event in taken.answer.events
        if confirmed and confirmed[0].at < event.at and is_before(event, put) and event.what in _STEPS
    ]
    recorder.expect(
        "WKF-07",
        not steps,
        expected="after the confirmation the cancellation runs without further steps of the user",
        actual=", ".join(steps) or "none",
        of=put.exchange,
        system=CONSUMER,
    )


#: What a user does, rather than sees.
_STEPS = (Saw.CONFIRMED, Saw.DECLINED, Saw.REASSESSED)


@decides("CON-REB-04")
def shows_both_outcomes(recorder: Recorder, taken: CallTaken) -> None:
    """CON-REB-04: the user sees that the new one is booked and the original cancelled."""
    has_events(taken)
    cancelled = [call for call in taken.of(Interaction.CANCEL) if call.exchange.ok]
    if taken.booked is None or not cancelled:
        recorder.not_observed(
            "CON-REB-04", "there were not both outcomes", of=exchanges(taken.requests), because="CON-REB-01"
        )
        return
    both = taken.saw(Saw.BOOKED_SHOWN) and taken.saw(Saw.CANCELLED_SHOWN)
    recorder.expect(
        "CON-REB-04",
        both,
        expected="both outcomes are shown",
        actual="shown" if both else "not both",
        of=exchanges(cancelled),
        system=CONSUMER,
    )


@decides("WKF-03")
def cancels_nothing_else(recorder: Recorder, taken: CallTaken, allowed: list[Standing]) -> None:
    """WKF-03: no appointment is cancelled but those that the patient lets go."""
    urls = {standing.known.url for standing in allowed}
    others = [call for call in taken.of(Interaction.CANCEL) if call.appointment not in urls]
    recorder.expect(
        "WKF-03",
        not others,
        expected="no other appointment is cancelled" if urls else "no appointment is cancelled",
        actual=", ".join(call.appointment for call in others) or "none",
        of=exchanges(others or taken.requests),
        system=CONSUMER,
    )


@decides("WKF-15")
def takes_only_201_for_booked(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-15: a booking is confirmed by the 201 and by nothing else."""
    has_events(taken)
    shown, booked = taken.saw(Saw.BOOKED_SHOWN), taken.booked is not None
    recorder.expect(
        "WKF-15",
        booked or not shown,
        expected="a booking is told to the user only where the provider answered 201",
        actual="as expected" if booked or not shown else "told as booked without a 201",
        of=exchanges(taken.of(Interaction.BOOK)),
        system=CONSUMER,
    )


@decides("WKF-10")
def original_stays_without_new_booking(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-10: where the new booking fails the original is left untouched."""
    puts = taken.of(Interaction.CANCEL)
    if taken.booked is not None:
        recorder.not_observed("WKF-10", "there was a new booking after all", of=exchanges(taken.requests))
        return
    recorder.expect(
        "WKF-10",
        not puts,
        expected="the original is not cancelled",
        actual="a cancellation was sent" if puts else "none",
        of=exchanges(puts or taken.requests),
        system=CONSUMER,
    )


@decides("WKF-08")
def original_stays_unknown(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-08: the original may stay where the service does not know of it."""
    recorder.expect(
        "WKF-08",
        True,
        expected="told, not judged: the original may stay",
        actual="it stays",
        of=exchanges(taken.requests),
        system=CONSUMER,
    )


@decides("WKF-06")
def patient_said_no(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-06: what the patient keeps is not cancelled."""
    puts = taken.of(Interaction.CANCEL)
    recorder.expect(
        "WKF-06",
        not puts,
        expected="nothing is cancelled that the patient keeps",
        actual="a cancellation was sent" if puts else "none",
        of=exchanges(puts or taken.requests),
        system=CONSUMER,
    )


@decides("CON-CAN-07")
def cancels_no_cancelled_one(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """CON-CAN-07: an appointment that its provider has cancelled is not cancelled again, and the user is told."""
    read = [call for call in taken.of(Interaction.READ) if call.appointment == original.known.url]
    puts = _cancels(taken, original)
    has_events(taken)
    told = taken.saw(Saw.TOLD) or taken.saw(Saw.NOT_CANCELLED_SHOWN)
    right = not puts and told
    recorder.expect(
        "CON-CAN-07",
        right,
        expected="the user is told that it is cancelled already, and nothing is sent",
        actual="a cancellation was sent" if puts else "as expected" if told else "nothing was told",
        of=exchanges(puts or read or taken.requests),
        system=CONSUMER,
    )
