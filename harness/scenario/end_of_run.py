"""What is read at the end of a run: the bookings of long ago, at their providers and at the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uec_booking.standard.roles import PROVIDER

from ..actors.calls import read
from ..bookkeeping.history import Booking
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.sent import sent_resource
from ..http.versions import version_id
from .context import Scenario
from .registry_history import Comparison, Line, search
from .registry_pointer import identifier_url

#: The oldest bookings are looked at, as most can have happened to them: so many, and so many first versions of them.
_READ, _VERSIONS = 40, 10


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
    return [Left(b, consumer.send(b.part, read(b.url))) for b in usual[:_READ]]


@dataclass(frozen=True)
class FirstVersion:
    """A booking that was cancelled, and a read of the version that was booked."""

    left: Left
    exchange: Exchange


def read_first_versions(scenario: Scenario, left: Sequence[Left]) -> list[FirstVersion]:
    """Read the first version of some of those that were cancelled, of each provider."""
    consumer, found = scenario.consumer("first_111"), []
    for key in PROVIDER.parts:
        ended = [
            one for one in left if one.booking.part.key == key and one.booking.ended and version_id(one.booking.booked)
        ]
        for one in ended[:_VERSIONS]:
            call = read(f"{one.booking.url}/_history/{version_id(one.booking.booked)}")
            found.append(FirstVersion(one, consumer.send(one.booking.part, call)))
    return found


def those_still_booked(scenario: Scenario, found: Comparison) -> list[Line]:
    """The lines whose entry was ended though nobody cancelled, and whose appointment still reads as booked.

    Others than this run may have cancelled it.
    """
    consumer = scenario.consumer("first_111")
    untold = [line for line in found.lines if not line.booking.ended and not line.booking.unsure and line.was_ended()]
    return [
        line
        for line in untold
        if consumer.send(line.booking.part, read(line.booking.url)).resource.get("status") == "booked"
    ]


@dataclass(frozen=True)
class Stranger:
    """A registration that is of no booking of the run, and a read of the appointment that it points to."""

    registration: Exchange
    read: Exchange


def read_strangers(scenario: Scenario, found: Comparison) -> list[Stranger]:
    """Read what was registered at a provider under test and was not booked by this run: it may be somebody else's."""
    consumer, read_ = scenario.consumer("first_111"), []
    for part in (scenario.part(key) for key in PROVIDER.parts):
        for exchange in found.strange if found.of(part) else ():
            url = identifier_url(sent_resource(exchange))
            if url.startswith(f"{part.base_url}/"):
                read_.append(Stranger(exchange, consumer.send(part, read(url))))
    return read_


def search_for_taken(scenario: Scenario, found: Comparison) -> list[Line]:
    """The lines that the registry took itself and that are to come, each searched for by its URL now."""
    lines = [line for line in found.lines if line.is_to_come() and line.was_answered_by_registry()]
    for line in lines:
        search(scenario, line)
    return lines
