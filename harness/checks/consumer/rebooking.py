"""Expectations of a re-booking: book anew, list, confirm, and only then cancel (CON-REB-*, WKF-*)."""

from __future__ import annotations

from collections.abc import Sequence

from ...consumer.contract import Event, Saw
from ...consumer.requests import Interaction, ProviderCall
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import ANOTHER_KIND, CallTaken, Standing
from ...settings.consumer import CONSUMER
from ..call_records import exchanges, expect, not_observed
from ..user_events import has_events, is_before, saw, taken_for_booked


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

    Within a consultation it may be the second booking that was rejected.
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
    # What was refused for a fault in the request, or not sent for another failure, is one failure.
    refused = _came_to_nothing(taken)
    fault = recorder.fault_in(exchanges(refused)) or recorder.first_failed(*_BEFORE_A_REBOOKING)
    expect(
        recorder,
        "CON-REB-01",
        booked is not None and bool(ended),
        "a new booking, and the cancellation of the original",
        f"booked: {'yes' if booked else 'no'}, cancelled: {'yes' if ended else 'no'}",
        refused or taken.requests,
        where=level_shown(taken, original),
        because=fault,
    )
    if booked is None or not cancels:
        reason = "there was no new booking" if booked is None else "the original was not cancelled"
        not_observed(recorder, ["CON-REB-02"], reason, taken.requests, because=fault or "CON-REB-01")
        return
    first = taken.requests.index(booked) < taken.requests.index(cancels[0])
    expected = "the new booking succeeds before the original is cancelled"
    expect(recorder, "CON-REB-02", first, expected, "the original was cancelled first", [booked, cancels[0]])


#: The operation of the Directory of Services that lists the services for a case.
_SEARCH_OF_SERVICES = "CheckCapacitySummary"


@decides("WKF-11", "WKF-12", "CON-REB-03")
def begins_afresh(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-11, WKF-12, CON-REB-03: a re-assessment, a new search of services, and slots searched anew."""
    booking = next(iter(taken.of(Interaction.BOOK)), None)
    if booking is None:
        reason = "nothing was booked in this call"
        not_observed(recorder, ["WKF-11", "WKF-12", "CON-REB-03"], reason, taken.requests)
        return
    searches = taken.of(Interaction.SLOTS)
    fresh = any(call.root == booking.root for call in searches)
    expected = "the slots are searched again in this call"
    expect(recorder, "WKF-11", fresh, expected, "booked without a search in this call", [*searches, booking])
    # The endpoints of a service that was found before are asked for by another operation.
    asked = any(lookup.system == "dos" and _SEARCH_OF_SERVICES in lookup.what for lookup in taken.lookups)
    expect(
        recorder, "WKF-12", asked, "the Directory of Services is searched in this call", "it was not asked", [booking]
    )
    has_events(recorder, taken)
    # The new booking may belong to the re-assessment (WKF-02), so its end may come later: when is for WKF-02 to say.
    ended = taken.saw(Saw.REASSESSED)
    expect(recorder, "CON-REB-03", ended, "a re-assessment in this call", "none", [booking])


@decides("WKF-04")
def offers_to_cancel(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-04: at the end of a re-assessment the user can choose to have the original cancelled."""
    has_events(recorder, taken)
    if not taken.saw(Saw.CANCEL_OFFERED) and (cause := recorder.first_failed("CON-CAN-08")):
        not_observed(recorder, ["WKF-04"], "the original is not known", taken.requests, because=cause)
        return
    saw(recorder, "WKF-04", taken, [Saw.CANCEL_OFFERED], "the option to cancel the original is offered", taken.requests)


@decides("WKF-05", "WKF-06", "WKF-02", "WKF-07")
def confirms_before_it_cancels(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """WKF-05, WKF-06, WKF-02, WKF-07: the list is shown, and the patient confirms, before the cancellation is sent."""
    has_events(recorder, taken)
    cancels = _cancels(taken, original)
    if not cancels:
        cause = recorder.first_failed(*_BEFORE_A_REBOOKING) or "CON-REB-01"
        reason = "the original was not cancelled"
        not_observed(recorder, ["WKF-05", "WKF-06", "WKF-02", "WKF-07"], reason, taken.requests, because=cause)
        return
    put, url = cancels[0], original.known.url
    for requirement, what, expected in (
        ("WKF-05", Saw.EXISTING_SHOWN, "the existing appointments are listed before the cancellation"),
        ("WKF-06", Saw.CONFIRMED, "the patient confirms which appointment goes before the cancellation is sent"),
    ):
        about = [event for event in taken.answer.saw(what) if url in event.about or not event.about]
        if not about:
            expect(recorder, requirement, False, expected, "not told of this appointment", [put], where=what)
        else:
            _comes_before(recorder, requirement, taken, about, put, expected)
    _comes_after_the_reassessment(recorder, taken, put)
    _needs_no_further_steps(recorder, taken, put)


def _comes_after_the_reassessment(recorder: Recorder, taken: CallTaken, put: ProviderCall) -> None:
    done = taken.answer.saw(Saw.REASSESSED)
    if not done:
        not_observed(recorder, ["WKF-02"], "there was no re-assessment", [put], because="CON-REB-03")
        return
    expected = "the cancellation is sent once the re-assessment is complete"
    _comes_before(recorder, "WKF-02", taken, done[:1], put, expected)


def _comes_before(
    recorder: Recorder, requirement: str, taken: CallTaken, events: Sequence[Event], put: ProviderCall, expected: str
) -> None:
    """One of the events comes before the cancellation; where the clocks may differ by more, that cannot be told."""
    before = any(is_before(event, put) for event in events)
    if not before and any(is_before(event, put, taken.ahead) for event in events):
        reason = "the consumer's clock may be ahead of ours by more: set both by one time server"
        not_observed(recorder, [requirement], reason, [put])
        return
    expect(recorder, requirement, before, expected, "only afterwards", [put], where=events[0].what)


#: What a user does, rather than sees.
_STEPS = (Saw.CONFIRMED, Saw.DECLINED, Saw.REASSESSED)


def _needs_no_further_steps(recorder: Recorder, taken: CallTaken, put: ProviderCall) -> None:
    confirmed = taken.answer.saw(Saw.CONFIRMED)
    steps = [
        event.what
        for event in taken.answer.events
        if confirmed and confirmed[0].at < event.at and is_before(event, put) and event.what in _STEPS
    ]
    expected = "after the confirmation the cancellation runs without further steps of the user"
    expect(recorder, "WKF-07", not steps, expected, ", ".join(steps), [put])


@decides("CON-REB-04")
def shows_both_outcomes(recorder: Recorder, taken: CallTaken) -> None:
    """CON-REB-04: the user sees that the new one is booked and the original cancelled."""
    has_events(recorder, taken)
    tried = taken.of(Interaction.CANCEL)
    cancelled = [call for call in tried if call.exchange.ok]
    if taken.booked is None or not cancelled:
        cause = recorder.fault_in(exchanges(tried)) or recorder.first_failed(*_BEFORE_A_REBOOKING) or "CON-REB-01"
        reason = "there were not both outcomes"
        not_observed(recorder, ["CON-REB-04"], reason, tried or taken.requests, because=cause)
        return
    lacking = [what for what in (Saw.BOOKED_SHOWN, Saw.CANCELLED_SHOWN) if not taken.saw(what)]
    expect(
        recorder,
        "CON-REB-04",
        not lacking,
        "both outcomes are shown",
        f"without {', '.join(lacking)}",
        cancelled,
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
    expected = "no other appointment is cancelled" if urls else "no appointment is cancelled"
    cancelled = ", ".join(call.appointment for call in others)
    expect(recorder, "WKF-03", not others, expected, cancelled, others or taken.requests)


@decides("WKF-10")
def original_stays_without_new_booking(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-10: where the new booking fails the original is left untouched."""
    puts = taken.of(Interaction.CANCEL)
    if taken.booked is not None:
        not_observed(recorder, ["WKF-10"], "there was a new booking after all", taken.requests)
        return
    expected = "the original is not cancelled"
    cause = taken_for_booked(taken)
    # Who takes the booking for made cancels rightly: then it hangs on the requests by which it was tried.
    of = taken.of(Interaction.BOOK) if cause else puts or taken.requests
    expect(recorder, "WKF-10", not puts, expected, "a cancellation was sent", of, because=cause)


@decides("WKF-08")
def original_stays_unknown(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-08: the original may stay where the service does not know of it."""
    recorder.expect(
        "WKF-08",
        True,
        expected="told, not judged: whether the original stays",
        actual="a cancellation was sent" if taken.of(Interaction.CANCEL) else "it stays",
        of=exchanges(taken.requests),
        system=CONSUMER,
    )


@decides("WKF-06")
def patient_said_no(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-06: what the patient keeps is not cancelled."""
    puts = taken.of(Interaction.CANCEL)
    expected = "nothing is cancelled that the patient keeps"
    expect(recorder, "WKF-06", not puts, expected, "a cancellation was sent", puts or taken.requests)
