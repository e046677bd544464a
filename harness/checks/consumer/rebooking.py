"""Expectations of a re-booking: book anew, list, confirm, and only then cancel (CON-REB-*, WKF-*)."""

from __future__ import annotations

from ...consumer.contract import Saw
from ...consumer.requests import Interaction, ProviderCall
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.consumer_calls import ANOTHER_KIND, CallTaken, Standing
from ...settings.consumer import CONSUMER
from ..user_events import exchanges, has_events, is_before, saw


def _cancels(taken: CallTaken, original: Standing) -> list[ProviderCall]:
    return [call for call in taken.of(Interaction.CANCEL) if call.appointment == original.known.url]


def level_shown(taken: CallTaken, original: Standing) -> str:
    """Which level of cancellation it takes to cancel the original in this call (CF-59)."""
    if any(call.exchange.id == original.booking.exchange.id for call in taken.requests):
        return "within the consultation"
    if original.by == ANOTHER_KIND:
        return "by any consumer organisation"
    same = original.by == taken.wanted.service_111
    return "by the organisation that booked" if same else "by another 111 organisation"


#: What leaves a desk without an original to replace: it is not found, forgotten, or another one is taken for it.
_BEFORE_A_REBOOKING = ("REG-21", "REG-23", "REG-24", "REG-25", "CON-CAN-08", "CON-BOOK-05", "WKF-03")


def _came_to_nothing(taken: CallTaken) -> list[ProviderCall]:
    """What was sent for the step that is missing: bookings, else cancellations, or what was sent in their place.

    Within a consultation it may be the second booking that was refused.
    """
    bookings = taken.of(Interaction.BOOK)
    if taken.booked is None:
        return bookings or taken.unknown
    return taken.of(Interaction.CANCEL) or taken.unknown or [call for call in bookings if not call.exchange.ok]


@decides("CON-REB-01", "CON-REB-02")
def books_then_cancels(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """CON-REB-01, CON-REB-02: a booking and a cancellation, in this order."""
    cancels, booked = _cancels(taken, original), taken.booked
    ended = [call for call in cancels if call.exchange.ok]
    seen = exchanges(taken.requests)
    # What was refused for a fault in the request, or not sent for another failure, is one failure.
    refused = _came_to_nothing(taken)
    fault = recorder.fault_in(exchanges(refused)) or recorder.first_failed(*_BEFORE_A_REBOOKING)
    recorder.expect(
        "CON-REB-01",
        booked is not None and bool(ended),
        expected="a new booking, and the cancellation of the original",
        actual=f"booked: {'yes' if booked else 'no'}, cancelled: {'yes' if ended else 'no'}",
        of=exchanges(refused) or seen,
        where=level_shown(taken, original),
        system=CONSUMER,
        because=fault,
    )
    if booked is None or not cancels:
        reason = "there was no new booking" if booked is None else "the original was not cancelled"
        recorder.not_observed("CON-REB-02", reason, of=seen, because=fault or "CON-REB-01")
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


#: The operation of the Directory of Services that lists the services for a case.
_SEARCH_OF_SERVICES = "CheckCapacitySummary"


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
    # The endpoints of a service that was found before are asked for by another operation.
    asked = any(lookup.system == "dos" and _SEARCH_OF_SERVICES in lookup.what for lookup in taken.lookups)
    recorder.expect(
        "WKF-12",
        asked,
        expected="the Directory of Services is searched in this call",
        actual="searched" if asked else "not asked",
        of=booking.exchange,
        system=CONSUMER,
    )
    has_events(recorder, taken)
    # The new booking may belong to the re-assessment (WKF-02), so its end may come later: when is for WKF-02 to say.
    ended = taken.saw(Saw.REASSESSED)
    recorder.expect(
        "CON-REB-03",
        ended,
        expected="a re-assessment in this call",
        actual="as expected" if ended else "none",
        of=booking.exchange,
        system=CONSUMER,
    )


@decides("WKF-04")
def offers_to_cancel(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-04: at the end of a re-assessment the user can choose to have the original cancelled."""
    has_events(recorder, taken)
    if not taken.saw(Saw.CANCEL_OFFERED) and (cause := recorder.first_failed("CON-CAN-08")):
        recorder.not_observed("WKF-04", "the original is not known", of=exchanges(taken.requests), because=cause)
        return
    saw(recorder, "WKF-04", taken, [Saw.CANCEL_OFFERED], "the option to cancel the original is offered", taken.requests)


@decides("WKF-05", "WKF-06", "WKF-02", "WKF-07")
def confirms_before_it_cancels(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """WKF-05, WKF-06, WKF-02: the list is shown, and the patient confirms, before the cancellation is sent."""
    has_events(recorder, taken)
    cancels = _cancels(taken, original)
    if not cancels:
        cause = recorder.first_failed(*_BEFORE_A_REBOOKING) or "CON-REB-01"
        for requirement in ("WKF-05", "WKF-06", "WKF-02", "WKF-07"):
            reason = "the original was not cancelled"
            recorder.not_observed(requirement, reason, of=exchanges(taken.requests), because=cause)
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
    if not done:
        recorder.not_observed("WKF-02", "there was no re-assessment", of=put.exchange, because="CON-REB-03")
    else:
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
    has_events(recorder, taken)
    cancelled = [call for call in taken.of(Interaction.CANCEL) if call.exchange.ok]
    if taken.booked is None or not cancelled:
        tried = taken.of(Interaction.CANCEL)
        cause = recorder.fault_in(exchanges(tried)) or recorder.first_failed(*_BEFORE_A_REBOOKING) or "CON-REB-01"
        recorder.not_observed(
            "CON-REB-04", "there were not both outcomes", of=exchanges(tried or taken.requests), because=cause
        )
        return
    lacking = [what for what in (Saw.BOOKED_SHOWN, Saw.CANCELLED_SHOWN) if not taken.saw(what)]
    recorder.expect(
        "CON-REB-04",
        not lacking,
        expected="both outcomes are shown",
        actual=f"without {', '.join(lacking)}" if lacking else "shown",
        of=exchanges(cancelled),
        system=CONSUMER,
        # Whether the user is told of a cancellation at all is a clause of its own.
        because="CON-CAN-07" if lacking == [Saw.CANCELLED_SHOWN] else "",
    )


@decides("WKF-03")
def cancels_nothing_else(recorder: Recorder, taken: CallTaken, allowed: list[Standing]) -> None:
    """WKF-03: no appointment is cancelled but those that the patient lets go."""
    urls = {standing.known.url for standing in allowed}
    others = [
        call
        for call in taken.of(Interaction.CANCEL)
        # At an address of no appointment nothing is cancelled: that is for CON-CAN-04 and CON-BOOK-05 to say.
        if call.appointment and call.appointment not in urls and call.exchange.status not in (404, 405)
    ]
    recorder.expect(
        "WKF-03",
        not others,
        expected="no other appointment is cancelled" if urls else "no appointment is cancelled",
        actual=", ".join(call.appointment for call in others) or "none",
        of=exchanges(others or taken.requests),
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
