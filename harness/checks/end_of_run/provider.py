"""Expectations at the end of a run: what was booked and cancelled long ago still reads so at its provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.times import moment
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.end_of_run import FirstVersion, Left
from ...scenario.matches_request import strays
from ...settings.model import Part
from ...text import in_words

_MOST_TOLD = 5


@decides("PRV-BOOK-09", "PRV-GET-01")
def each_is_there(recorder: Recorder, left: Sequence[Left]) -> None:
    """PRV-BOOK-09: the URL accepts later reads; PRV-GET-01: with the appointment that was booked."""
    for part, of_part in _by_provider(left):
        gone = [one for one in of_part if one.read.status in (404, 410) or (one.read.ok and not one.read.resource)]
        _tell(recorder, part, "PRV-BOOK-09", "each URL accepts reads", [(g, g.told(g.read.summary())) for g in gone])
        wrong = [
            (one, one.told("; ".join(found[:2])))
            for one in of_part
            if one.read.status == 200
            and moment(one.booking.sent.get("start"))
            and (found := strays(one.read.resource, one.booking.sent))
        ]
        _tell(recorder, part, "PRV-GET-01", "each appointment as it was asked for", wrong)


@decides("PRV-GET-13")
def each_is_as_it_was_left(recorder: Recorder, left: Sequence[Left]) -> None:
    """PRV-GET-13: what was cancelled still reads as cancelled."""
    for part, of_part in _by_provider(left):
        ended = [one for one in of_part if one.booking.ended and one.read.ok and one.read.resource]
        back = [one for one in ended if one.read.resource.get("status") != "cancelled"]
        wrong = [(one, one.told(f"status {in_words(one.read.resource.get('status'))}")) for one in back]
        if ended:
            _tell(recorder, part, "PRV-GET-13", "each cancelled appointment still cancelled", wrong)


@decides("PRV-CAN-06")
def first_versions_are_kept(recorder: Recorder, versions: Sequence[FirstVersion]) -> None:
    """PRV-CAN-06: where versions can be read, the first one of what was cancelled still reads as booked (CF-78)."""
    for part, of_part in _by_provider([one.left for one in versions]):
        reads = [(one.left, one.exchange) for one in versions if one.left in of_part]
        if not any(exchange.status == 200 for _, exchange in reads):
            # A provider that keeps none is spoken of where versions are read at once.
            recorder.does_not_arise("PRV-CAN-06", f"no version is kept: {reads[0][1].summary()}", of=reads[0][1])
            continue
        wrong = [
            (
                one,
                one.told(
                    exchange.summary()
                    if exchange.status != 200
                    else f"it reads {in_words(exchange.resource.get('status'))}"
                ),
            )
            for one, exchange in reads
            if exchange.status != 200 or exchange.resource.get("status") != "booked"
        ]
        _tell(recorder, part, "PRV-CAN-06", "the first version of each, booked", wrong)


def _by_provider(left: Sequence[Left]) -> Iterator[tuple[Part, list[Left]]]:
    for part in {one.booking.part.key: one.booking.part for one in left}.values():
        yield part, [one for one in left if one.booking.part.key == part.key]


def _tell(recorder: Recorder, part: Part, clause: str, expected: str, wrong: Sequence[tuple[Left, str]]) -> None:
    """One observation over all bookings at a provider."""
    exchanges = [one.read for one, _ in wrong[:_MOST_TOLD]]
    more = f"; and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
    recorder.expect(
        clause,
        not wrong,
        expected=expected,
        actual="; ".join(text for _, text in wrong[:_MOST_TOLD]) + more if wrong else "as expected",
        of=exchanges,
        where="at the end of the run",
        system=part.key,
    )
