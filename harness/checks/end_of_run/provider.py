"""Expectations at the end of a run: what was booked and cancelled long ago still reads so at its provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from uec_booking.standard.roles import PROVIDER

from ...actors.calls import read as read_call
from ...bookkeeping.history import Booking
from ...errors import CannotGoOn
from ...http.exchange import Exchange
from ...http.times import moment
from ...judging.decides import decides
from ...scenario.context import Scenario, version_id
from ...scenario.matches_request import strays
from ...settings.model import Part
from ...text import in_words

#: The oldest bookings are looked at, as most can have happened to them: so many, and so many first versions of them.
_READ, _VERSIONS = 40, 10
_MOST_TOLD = 5


@dataclass(frozen=True)
class Left:
    """A booking of the run, as it reads at the end."""

    booking: Booking
    read: Exchange

    def told(self, what: str) -> str:
        return f"{what}: {self.booking.summary()}"


def read_again(scenario: Scenario) -> list[Left]:
    """Read the oldest bookings of the run, each as the first 111 service.

    Raises:
        CannotGoOn: the run booked nothing.
    """
    scenario.history.note(scenario.recorder.scenario, scenario.recorder.exchanges)
    parts = [scenario.part(key) for key in PROVIDER.parts]
    # What was refused by the rules that this run tried may have been taken all the same: that is told where it was.
    usual = [b for b in scenario.history.bookings(parts) if b.booked.note in ("", "the same without any change")]
    if not usual:
        raise CannotGoOn("this run booked nothing")
    consumer = scenario.consumer("first_111")
    return [Left(b, consumer.send(b.part, read_call(b.url))) for b in usual[:_READ]]


@decides("PRV-BOOK-09", "PRV-GET-01")
def each_is_there(scenario: Scenario, left: Sequence[Left]) -> None:
    """PRV-BOOK-09: the URL accepts later reads; PRV-GET-01: with the appointment that was booked."""
    for part, of_part in _by_provider(scenario, left):
        gone = [one for one in of_part if one.read.status in (404, 410) or (one.read.ok and not one.read.resource)]
        _tell(scenario, part, "PRV-BOOK-09", "each URL accepts reads", [(g, g.told(g.read.summary())) for g in gone])
        wrong = [
            (one, one.told("; ".join(found[:2])))
            for one in of_part
            if one.read.status == 200
            and moment(one.booking.sent.get("start"))
            and (found := strays(one.read.resource, one.booking.sent))
        ]
        _tell(scenario, part, "PRV-GET-01", "each appointment as it was asked for", wrong)


@decides("PRV-GET-13")
def each_is_as_it_was_left(scenario: Scenario, left: Sequence[Left]) -> None:
    """PRV-GET-13: what was cancelled still reads as cancelled."""
    for part, of_part in _by_provider(scenario, left):
        ended = [one for one in of_part if one.booking.ended and one.read.ok and one.read.resource]
        back = [one for one in ended if one.read.resource.get("status") != "cancelled"]
        wrong = [(one, one.told(f"status {in_words(one.read.resource.get('status'))}")) for one in back]
        if ended:
            _tell(scenario, part, "PRV-GET-13", "each cancelled appointment still cancelled", wrong)


@decides("PRV-CAN-06")
def first_versions_are_kept(scenario: Scenario, left: Sequence[Left]) -> None:
    """PRV-CAN-06: where versions can be read, the first one of what was cancelled still reads as booked (CF-78)."""
    consumer = scenario.consumer("first_111")
    for part, of_part in _by_provider(scenario, left):
        ended = [one for one in of_part if one.booking.ended and version_id(one.booking.booked)][:_VERSIONS]
        reads = [
            (one, consumer.send(part, read_call(f"{one.booking.url}/_history/{version_id(one.booking.booked)}")))
            for one in ended
        ]
        if not any(exchange.status == 200 for _, exchange in reads):
            # A provider that keeps none is spoken of where versions are read at once.
            for _, exchange in reads[:1]:
                scenario.recorder.does_not_arise("PRV-CAN-06", f"no version is kept: {exchange.summary()}", of=exchange)
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
        _tell(scenario, part, "PRV-CAN-06", "the first version of each, booked", wrong)


def _by_provider(scenario: Scenario, left: Sequence[Left]) -> Iterator[tuple[Part, list[Left]]]:
    for key in PROVIDER.parts:
        of_part = [one for one in left if one.booking.part.key == key]
        if of_part:
            yield scenario.part(key), of_part


def _tell(scenario: Scenario, part: Part, clause: str, expected: str, wrong: Sequence[tuple[Left, str]]) -> None:
    """One observation over all bookings at a provider."""
    exchanges = [one.read for one, _ in wrong[:_MOST_TOLD]]
    more = f"; and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
    scenario.recorder.expect(
        clause,
        not wrong,
        expected=expected,
        actual="; ".join(text for _, text in wrong[:_MOST_TOLD]) + more if wrong else "as expected",
        of=exchanges,
        where="at the end of the run",
        system=part.key,
    )
