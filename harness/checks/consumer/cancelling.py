"""Expectations of a cancellation by the consumer under test (CON-CAN-*)."""

from __future__ import annotations

from collections.abc import Collection

from ...consumer.contract import Saw
from ...consumer.requests import Interaction, ProviderCall
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken, Standing
from ...settings.consumer import CONSUMER
from ..call_records import exchanges, expect, not_observed
from ..user_events import has_events


@decides("CON-CAN-08", "CON-CAN-09", "CON-BOOK-05")
def cancels_its_booking(
    recorder: Recorder, taken: CallTaken, original: Standing, booked: Collection[Standing] = ()
) -> None:
    """CON-CAN-08, CON-CAN-09, CON-BOOK-05: what it booked can be cancelled later, at the address that it was given.

    ``booked`` is all that it booked: where another one of these is cancelled, the address is not what is wrong.
    """
    puts, url = taken.of(Interaction.CANCEL), original.known.url
    there = [call for call in puts if call.appointment == url]
    if any(call.appointment in {one.known.url for one in booked} for call in puts) and not there:
        all_three = ("CON-CAN-08", "CON-CAN-09", "CON-BOOK-05")
        not_observed(recorder, all_three, "another one was cancelled", puts, because="WKF-03")
        return
    reads = [call for call in taken.of(Interaction.READ) if call.appointment != url]
    astray = puts or ([] if taken.at(url) else reads)
    if astray and not there:
        _goes_astray(recorder, url, astray, recorder.fault_in(exchanges(puts)))
        return
    done = any(call.exchange.ok for call in there)
    # What is sent in place of a cancellation, as a PATCH, is wrong by a clause of its own.
    tried = there or taken.unknown
    fault = recorder.fault_in(exchanges(tried))
    expect(
        recorder,
        "CON-CAN-08",
        done,
        "the booking is cancelled",
        there[-1].exchange.summary() if there else "no cancellation was sent",
        tried or taken.requests,
        because=fault or recorder.first_failed("WKF-06"),
    )
    if not done:
        others = ("CON-CAN-09", "CON-BOOK-05")
        not_observed(recorder, others, "nothing was cancelled", tried or taken.requests, because=fault or "CON-CAN-08")
        return
    for requirement in ("CON-CAN-09", "CON-BOOK-05"):
        expect(recorder, requirement, True, "cancelled", "", there)


def _goes_astray(recorder: Recorder, url: str, astray: list[ProviderCall], fault: str) -> None:
    """``fault``: what is wrong with the cancellations on the whole, and so with their address."""
    why = "another address was used"
    if fault:
        not_observed(recorder, ("CON-CAN-08", "CON-CAN-09", "CON-BOOK-05"), why, astray, because=fault)
        return
    others = ", ".join(dict.fromkeys(call.appointment or call.target for call in astray))
    expect(recorder, "CON-BOOK-05", False, url, others, astray)
    not_observed(recorder, ("CON-CAN-08", "CON-CAN-09"), why, astray, because="CON-BOOK-05")


@decides("CON-CAN-07")
def tells_what_came_of_it(recorder: Recorder, taken: CallTaken) -> None:
    """CON-CAN-07: the user sees whether the cancellation succeeded, by the answer of the provider."""
    has_events(recorder, taken)
    puts = taken.of(Interaction.CANCEL)
    done = any(call.exchange.ok for call in puts)
    shown = taken.saw(Saw.CANCELLED_SHOWN)
    not_shown = taken.saw(Saw.NOT_CANCELLED_SHOWN) or taken.saw(Saw.TOLD)
    right = shown if done else not_shown and not shown
    recorder.expect(
        "CON-CAN-07",
        right,
        expected="the user is told that it is cancelled" if done else "the user is told that it is not cancelled",
        actual="as expected" if right else "told that it is cancelled" if shown else "not told",
        of=exchanges(puts) or exchanges(taken.requests),
        system=CONSUMER,
        # An answer of the proxy that is taken for a cancellation has a clause of its own.
        because="SSP-10" if puts and all(call.exchange.extra.get("disturbed") for call in puts) else "",
    )


@decides("CON-CAN-06")
def does_not_resend_blindly(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """CON-CAN-06: after a 409 or 412 it is read again before it is tried again, or left."""
    calls = [one for one in taken.requests if one.appointment == original.known.url and not one.of_a_version]
    refused = [number for number, call in enumerate(calls) if call.exchange.status in (409, 412)]
    if not refused:
        recorder.not_observed(
            "CON-CAN-06", "no cancellation was rejected with 409 or 412", of=exchanges(taken.requests)
        )
        return
    following = [calls[number + 1] for number in refused if number + 1 < len(calls)]
    blind = [call for call in following if call.interaction is Interaction.CANCEL]
    expect(
        recorder,
        "CON-CAN-06",
        not blind,
        "read again before the next try, or no further try",
        "sent again without being read",
        blind or calls,
        # What was read, but in another version than the current one, is another failure.
        because=recorder.first_failed("CON-CAN-01"),
    )


@decides("CON-CAN-07")
def cancels_no_cancelled_one(recorder: Recorder, taken: CallTaken, original: Standing) -> None:
    """CON-CAN-07: the user is told how it stands with an appointment that its provider has cancelled.

    No clause forbids to send the cancellation all the same: it changes nothing.
    """
    read = [call for call in taken.of(Interaction.READ) if call.appointment == original.known.url]
    puts = [call for call in taken.of(Interaction.CANCEL) if call.appointment == original.known.url]
    has_events(recorder, taken)
    told = any(taken.saw(what) for what in (Saw.TOLD, Saw.NOT_CANCELLED_SHOWN, Saw.CANCELLED_SHOWN))
    if not told and not read and not puts:
        reason = "the appointment was neither read nor updated"
        not_observed(recorder, ["CON-CAN-07"], reason, taken.requests, because="CON-CAN-08")
        return
    expect(
        recorder,
        "CON-CAN-07",
        told,
        "the user is told that it is cancelled already",
        "nothing was told",
        puts or read or taken.requests,
    )
