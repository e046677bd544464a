"""Expectations of what a consumer makes of the slots that it finds (CON-SRCH-09, -10, -14)."""

from __future__ import annotations

from ...consumer.contract import Saw
from ...consumer.requests import Interaction
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken
from ..call_records import exchanges, expect
from ..user_events import has_events, saw


@decides(named=True)
def copes_with_the_bundle(recorder: Recorder, taken: CallTaken, requirement: str) -> None:
    """CON-SRCH-09, CON-SRCH-10, whichever is named: a Bundle of another content than usual leads to a booking."""
    searched = [call for call in taken.of(Interaction.SLOTS) if call.exchange.extra.get("disturbed")]
    if not searched:
        recorder.not_observed(requirement, "no slots were searched", of=exchanges(taken.requests))
        return
    tried = taken.of(Interaction.BOOK)
    expect(
        recorder,
        requirement,
        bool(tried),
        "a slot of the Bundle is booked",
        taken.ended or taken.answer.why or "none was",
        tried or searched,
    )


@decides("CON-SRCH-14")
def tells_that_there_are_none(recorder: Recorder, taken: CallTaken) -> None:
    """CON-SRCH-14: the user is told that there are no slots."""
    searched = taken.of(Interaction.SLOTS)
    if not searched:
        recorder.not_observed("CON-SRCH-14", "no slots were searched", of=exchanges(taken.requests))
        return
    has_events(recorder, taken)
    saw(recorder, "CON-SRCH-14", taken, [Saw.TOLD], "the user is told that there are no slots", searched)


@decides("WKF-11")
def searches_slots_again(recorder: Recorder, taken: CallTaken) -> None:
    """WKF-11: between two bookings of one call the slots are searched again."""
    booked = [call for call in taken.of(Interaction.BOOK) if call.exchange.ok]
    if len(booked) < 2:
        recorder.not_observed("WKF-11", "there was no second booking", of=exchanges(taken.requests))
        return
    order = [call.exchange.id for call in taken.requests]
    between = taken.requests[order.index(booked[0].exchange.id) : order.index(booked[1].exchange.id)]
    fresh = any(call.interaction is Interaction.SLOTS for call in between)
    expect(
        recorder,
        "WKF-11",
        fresh,
        "the slots are searched again before the second booking",
        "booked from the list of before",
        booked,
    )
