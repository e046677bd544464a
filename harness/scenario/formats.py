"""Requests in several formats, and in several ways that should make no difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..actors import calls
from ..actors.appointment_body import booking
from ..actors.calls import Call
from ..bookkeeping.booking_log import appointment_url
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.versions import version_tag
from .baselines import SINCE, UNTIL
from .context import Scenario
from .mutations import ALL
from .preconditions import search_and_lease
from .variations import Trial, named

#: In the table: what succeeds as the request without any change does.
_SUCCESS = "success"


@dataclass(frozen=True)
class Preference:
    """A request with a preference for a format, and what should be served."""

    words: str
    requirement: str
    served: str
    exchange: Exchange
    #: What the good request was answered, where it was refused itself: the preference is not to blame then.
    trouble: str = ""


def send_preferences(trial: Trial, rows: Iterable[Mapping[str, str]]) -> list[Preference]:
    """Send the good request with each preference; an empty cell leaves that preference out."""
    sent = []
    for row in rows:
        call = trial.good()
        headers = {**call.headers, "Accept": row["accept"] or None}
        if row["encoding"]:
            headers["Accept-Encoding"] = row["encoding"]
        query = (*call.query, ("_format", row["format"])) if row["format"] else call.query
        words = f"Accept {row['accept'] or 'none'}, _format {row['format'] or 'none'}"
        exchange = trial.consumer.send(trial.part, call.changed(headers=headers, query=query, note=words))
        twin = exchange if exchange.ok else trial.send_twin()
        sent.append(Preference(words, row["decides"], row["served"], exchange, "" if twin.ok else twin.summary()))
    return sent


def ask_for_unknown(trial: Trial) -> Exchange:
    """The good request, for an answer in a format that nobody serves."""
    call = trial.good()
    return trial.consumer.send(
        trial.part,
        call.changed(
            headers={**call.headers, "Accept": "text/csv"},
            query=(*call.query, ("_format", "text/csv")),
            note="a format that nobody serves",
        ),
    )


def without_preference(scenario: Scenario) -> list[Exchange]:
    """Book, read and cancel with neither Accept nor _format."""
    found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
    consumer, part = scenario.consumer("first_111"), found.part
    booked = consumer.send(
        part,
        calls.book(booking(scenario.patient, found.slot, scenario.settings.edition)).with_headers(Accept=None),
    )
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    if not url:
        raise CannotGoOn(f"the booking was answered with {booked.summary()}", "PRV-BOOK-01")
    read = consumer.send(part, calls.read(url).with_headers(Accept=None))
    if read.status != 200:
        raise CannotGoOn(f"the read was answered with {read.summary()}", "PRV-GET-01")
    body = {**read.resource, "status": "cancelled"}
    cancelled = consumer.send(part, calls.cancel(url, body, version_tag(read)).with_headers(Accept=None))
    return [booked, read, cancelled]


@dataclass(frozen=True)
class InAWay:
    """What a request made in some way was answered, and, where that was a rejection, an ordinary one."""

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
        """The answer to the call in that way, or to the ordinary call if that one was rejected."""
        changed = change(call)
        assert changed is not None
        exchange = consumer.send(part, replace(changed, note=way))
        twin = None if exchange.ok else consumer.send(part, call.changed(note="the same without any change"))
        seen.append(InAWay(way, requirement, situation if answer == _SUCCESS else answer, exchange, twin))
        return twin or exchange

    booked = ask("book-ok", calls.book(booking(scenario.patient, found.slot, scenario.settings.edition)))
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    read = ask("read-ok", calls.read(url)) if url else None
    if read is not None and read.status == 200:
        ask("cancel-ok", calls.cancel(url, {**read.resource, "status": "cancelled"}, version_tag(read)))
    return seen
