"""Expectations of what may be asked in several ways: in each of them one can book, read and cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ....actors import calls
from ....actors.appointment_body import booking
from ....actors.calls import Call
from ....bookkeeping.booking_log import appointment_url
from ....http.exchange import Exchange
from ....judging.causes import PLAIN
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.baselines import SINCE, UNTIL
from ....scenario.context import Scenario, version_tag
from ....scenario.mutations import ALL
from ....scenario.preconditions import search_and_lease
from ....scenario.variations import named
from .negotiation import is_json

#: In the table: what succeeds as the request without any change does.
_SUCCESS = "success"


@dataclass(frozen=True)
class InAWay:
    """What a request made in some way was answered, and, where that was a refusal, an ordinary one."""

    way: str
    requirement: str
    situation: str
    exchange: Exchange
    twin: Exchange | None = None


def book_read_and_cancel(scenario: Scenario, rows: Iterable[Mapping[str, str]]) -> list[InAWay]:
    """An appointment of its own for each way, as far as it can be had."""
    return [seen for row in rows for seen in _one(scenario, row["change"], row["answer"], row["decides"])]


def _one(scenario: Scenario, way: str, answer: str, requirement: str) -> list[InAWay]:
    found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
    consumer, part = scenario.consumer("first_111"), found.part
    change = named(way, ALL)
    seen: list[InAWay] = []

    def ask(situation: str, call: Call) -> Exchange:
        """The answer to the call in that way, or to the ordinary call if that one was refused."""
        changed = change(call)
        assert changed is not None
        exchange = consumer.send(part, changed.changed(note=way))
        twin = None if exchange.ok else consumer.send(part, call.changed(note="the same without any change"))
        seen.append(InAWay(way, requirement, situation if answer == _SUCCESS else answer, exchange, twin))
        return twin or exchange

    booked = ask("book-ok", calls.book(booking(scenario.patient, found.slot, scenario.settings.edition)))
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    read = ask("read-ok", calls.read(url)) if url else None
    if read is not None and read.status == 200:
        ask("cancel-ok", calls.cancel(url, {**read.resource, "status": "cancelled"}, version_tag(read)))
    return seen


@decides(rows=True)
def each_is_accepted(recorder: Recorder, seen: Iterable[InAWay]) -> None:
    """Accepted each time; where the ordinary request was refused too, that says nothing of the way."""
    for one in seen:
        if one.twin is not None and not one.twin.ok:
            reason = f"the same without any change was itself answered with {one.twin.summary()}"
            recorder.not_observed(one.requirement, reason, of=one.twin, because=PLAIN.get(one.situation, ""))
        else:
            recorder.expect_answer(one.requirement, one.situation, one.exchange, expected=f"{one.way}: {one.situation}")


@decides(rows=True)
def each_is_in_json(recorder: Recorder, seen: Iterable[InAWay]) -> None:
    """What was accepted is answered in JSON, which can be read."""
    for one in seen:
        if one.exchange.ok:
            is_json(recorder, one.requirement, one.way, one.exchange)
