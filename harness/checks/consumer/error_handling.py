"""Expectations of what a consumer does when it is rejected, or not answered (ERR-10, SSP-10, CON-XTI-02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uec_booking.standard import names

from ...consumer.contract import Saw
from ...consumer.requests import Interaction, ProviderCall
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken
from ...settings.consumer import CONSUMER
from ..call_records import exchanges
from ..user_events import has_events, is_before


@decides("ERR-10")
def survives(recorder: Recorder, taken: CallTaken, failed: Interaction, lives: bool) -> None:
    """ERR-10: the consumer came to the end of the call, and takes the next one."""
    met = [call for call in taken.of(failed) if not call.exchange.ok]
    if not met:
        recorder.not_observed("ERR-10", f"no {failed} failed in this call", of=exchanges(taken.requests))
        return
    recorder.expect(
        "ERR-10",
        lives and not taken.ended,
        expected=f"it goes on after {met[-1].exchange.summary()}",
        actual=taken.ended or ("as expected" if lives else "it answered no more"),
        of=exchanges(met),
        system=CONSUMER,
    )


@decides("SSP-10")
def failure_of_the_proxy_is_no_booking(recorder: Recorder, taken: CallTaken) -> None:
    """SSP-10: an error that the proxy made does not count as a booking."""
    failed = [call for call in taken.of(Interaction.BOOK) if call.exchange.extra.get("disturbed")]
    if not failed:
        recorder.not_observed("SSP-10", "no booking met the failure of the proxy", of=exchanges(taken.requests))
        return
    if _ended(recorder, taken, failed):
        return
    has_events(recorder, taken)
    shown = taken.answer.saw(Saw.BOOKED_SHOWN) if taken.booked is None else []
    early = [event for event in shown if is_before(event, failed[0])]
    recorder.expect(
        "SSP-10",
        not shown,
        expected="it is not told as booked",
        actual="told as booked" if shown else "as expected",
        of=exchanges(failed),
        system=CONSUMER,
        # Who tells of a booking before it is sent does so whatever is answered.
        because="WKF-15" if early else "",
    )


@decides("SSP-10")
def failure_of_the_proxy_is_no_cancellation(recorder: Recorder, taken: CallTaken) -> None:
    """SSP-10: an error that the proxy made does not count as a cancellation."""
    failed = [call for call in taken.of(Interaction.CANCEL) if call.exchange.extra.get("disturbed")]
    if not failed:
        recorder.not_observed("SSP-10", "no cancellation met the failure of the proxy", of=exchanges(taken.requests))
        return
    if _ended(recorder, taken, failed):
        return
    has_events(recorder, taken)
    done = any(call.exchange.ok for call in taken.of(Interaction.CANCEL))
    shown = [] if done else taken.answer.saw(Saw.CANCELLED_SHOWN)
    early = [event for event in shown if is_before(event, failed[0])]
    recorder.expect(
        "SSP-10",
        not shown,
        expected="it is not told as cancelled",
        actual="told as cancelled" if shown else "as expected",
        of=exchanges(failed),
        system=CONSUMER,
        because="CON-CAN-07" if early else "",
    )


def _ended(recorder: Recorder, taken: CallTaken, failed: list[ProviderCall]) -> bool:
    """SSP-10: what the proxy answers does not bring the consumer to an end."""
    if taken.ended:
        recorder.expect(
            "SSP-10",
            False,
            expected=f"it goes on after {failed[-1].exchange.summary()}",
            actual=taken.ended,
            of=exchanges(failed),
            system=CONSUMER,
        )
    return bool(taken.ended)


@decides("CON-XTI-02")
def retries_with_the_same_id(recorder: Recorder, taken: CallTaken) -> None:
    """CON-XTI-02: where the answer to a booking is lost, it is tried again with the same id, or not at all.

    A try in another slot is a booking of its own: then the first one may stand, and the patient has two. Not so where
    the consumer has looked, and its provider had no such booking.
    """
    tried = taken.of(Interaction.BOOK)
    if not any(not call.definite for call in tried):
        recorder.not_observed("CON-XTI-02", "no answer to a booking was lost", of=exchanges(taken.requests))
        return
    different = [ids for ids in _ids_of_lost_bookings(taken.requests) if len(ids) > 1]
    recorder.expect(
        "CON-XTI-02",
        not different,
        expected="each try has the X-Request-ID of the first",
        actual=f"{len(different[0])} different ones" if different else "as expected",
        of=exchanges(tried),
        where=names.REQUEST_ID,
        system=CONSUMER,
    )


def _ids_of_lost_bookings(requests: Iterable[ProviderCall]) -> Iterator[set[str | None]]:
    """For each booking of which no answer came: its id, and those of the bookings after it."""
    lost: ProviderCall | None = None
    ids: set[str | None] = set()
    for call in requests:
        if lost is not None and call.shows_that_came_to_nothing(lost):
            yield ids
            lost = None
        elif call.interaction is Interaction.BOOK and (lost is not None or not call.definite):
            lost, ids = (call, set()) if lost is None else (lost, ids)
            ids.add(call.header(names.REQUEST_ID))
    if lost is not None:
        yield ids
