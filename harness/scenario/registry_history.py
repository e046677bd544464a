"""The Appointment Registry beside the history of a run: what it was told of each booking, and what it shows.

What passed the recording proxy is looked at first, where there is one; what the registry shows, by a search for
the URL.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from uec_booking.standard.roles import PROVIDER

from ..bookkeeping.history import Booking
from ..errors import CannotGoOn, ToAttest
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..http.notes import is_to_be_rejected
from ..http.sent import sent_resource
from ..http.times import moment
from ..http.urls import unversioned
from ..settings.model import Part
from .context import Scenario
from .registry_log import record, stands, taken
from .registry_pointer import identifier_url

#: Seconds between two looks while something is awaited.
_PAUSE = 0.05

_ENDED = ("cancelled", "entered-in-error")


@dataclass
class Line:
    """A booking, and all that is known of it at the registry.

    ``registering`` and ``updating`` passed the recording proxy; ``shown`` are the entries that a search for the URL
    found, where the registry was searched.
    """

    booking: Booking
    registering: list[Exchange] = field(default_factory=list)
    updating: list[Exchange] = field(default_factory=list)
    shown: list[Mapping[str, Any]] = field(default_factory=list)
    search: Exchange | None = None

    def registered(self) -> list[str]:
        """The ids that the registry gave to what it took; more than one is a registration too many."""
        return list(dict.fromkeys(str(e.extra.get("made") or e.id) for e in self.registering if taken(e)))

    def was_refused(self) -> bool:
        """Whether the registry would not have it, or could not: that is no fault of who tried."""
        last = self.registering[-1] if self.registering else None
        return last is not None and not taken(last) and (last.extra.get("disturbed") or "rejecting") == "rejecting"

    def put(self) -> str:
        """The status that the last update which was taken has set; empty where there was none."""
        return next((str(sent_resource(e).get("status")) for e in reversed(self.updating) if taken(e)), "")

    def shown_ended(self) -> bool:
        return any(entry.get("status") in _ENDED for entry in self.shown)

    def was_ended(self) -> bool:
        """Whether the entry is no longer booked, as it was put or else as it shows."""
        return self.put() not in ("", "booked") if self.registering else self.shown_ended()

    def was_answered_by_registry(self) -> bool:
        """Whether the registry took one registration, and the recording proxy let all its answers through."""
        kinds = {exchange.extra.get("disturbed") or "" for exchange in (*self.registering, *self.updating)}
        return len(self.registered()) == 1 and kinds <= {"", "slow"}

    def is_to_come(self) -> bool:
        """Whether the appointment is not past: a registry may leave out what is."""
        start = moment(self.booking.sent.get("start"))
        return start is not None and start > datetime.now(UTC)


@dataclass
class Comparison:
    """All lines of a run; ``strange``: registrations seen by the recording proxy that are of no booking of the run."""

    lines: list[Line]
    strange: list[Exchange]
    tapped: bool

    def of(self, part: Part) -> list[Line]:
        return [line for line in self.lines if line.booking.part.key == part.key]


def compared(scenario: Scenario) -> Comparison:
    """The registry beside the history, as soon as nothing is missing or the deadline is over.

    Raises:
        CannotGoOn: the run booked nothing of which a registry is told.
        ToAttest: the registry is that of the bundled world, of which the providers were not told.
    """
    scenario.history.note(scenario.recorder.scenario, scenario.recorder.exchanges)
    registry, tapped = scenario.part("registry"), stands(scenario)
    providers = [scenario.part(key) for key in PROVIDER.parts]
    told = [part for part in providers if tapped or part.bundled or not registry.bundled]
    if not told:
        raise ToAttest("the providers were not told of a registry that this run can see: name it as [registry]")
    # What should have been refused, and was not, is told where it was sent.
    booked = [b for b in scenario.history.bookings(told) if b.nhs_number and not is_to_be_rejected(b.booked)]
    found = Comparison([Line(b) for b in booked], [], tapped)
    if not found.lines:
        raise CannotGoOn("this run booked nothing of which a registry is told")
    deadline = time.monotonic() + scenario.settings.limits.registry_seconds
    waiting = found.lines
    while True:
        if tapped:
            found.strange = _look_at_the_tap(scenario, found.lines)
        waiting = [line for line in waiting if not _is_settled(scenario, line)]
        if not waiting or time.monotonic() > deadline:
            return found
        time.sleep(_PAUSE)


def _look_at_the_tap(scenario: Scenario, lines: Sequence[Line]) -> list[Exchange]:
    """Put what passed the recording proxy to the lines; returns the registrations that are of none."""
    by_url = {url: line for line in lines for url in line.booking.urls}
    by_id: dict[str, Line] = {}
    strange: list[Exchange] = []
    for line in lines:
        line.registering, line.updating = [], []
    for exchange in record(scenario).exchanges():
        url = identifier_url(sent_resource(exchange))
        if exchange.request.method == "POST":
            told = by_url.get(url)
            if told is None:
                strange.append(exchange)
            else:
                told.registering.append(exchange)
                by_id[str(exchange.extra.get("made"))] = told
        elif exchange.request.method in ("PUT", "DELETE"):
            told = by_url.get(url) or by_id.get(_id_in(exchange))
            if told is not None:
                told.updating.append(exchange)
    return strange


def _is_settled(scenario: Scenario, line: Line) -> bool:
    """Whether nothing more is to be waited for."""
    if not line.registering:
        # Not by way of the recording proxy, or there is none: what the registry shows has to do.
        search(scenario, line)
        return bool(line.shown) and (line.shown_ended() or not line.booking.ended)
    return line.was_refused() or bool(line.registered() and (line.put() or not line.booking.ended))


def search(scenario: Scenario, line: Line) -> None:
    """Have the registry searched for the appointment's URL."""
    consumer = scenario.consumer("first_111")
    line.search = consumer.registered_by_url(scenario.part("registry"), line.booking.url)
    found = bundle_resources(line.search.resource, "Appointment")
    line.shown = [entry for entry in found if identifier_url(entry) in line.booking.urls]


def _id_in(exchange: Exchange) -> str:
    path = unquote(urlsplit(exchange.request.url).path)
    return unversioned(path.partition("/Appointment/")[2]).split("/")[0]
