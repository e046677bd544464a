"""Expectations of tokens that are good, each in its own way: whoever has one can book, read and cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .. import calls
from ..bookings import booking
from ..calls import Call
from ..changes.tokens import TOKENS
from ..exchange import Exchange
from ..journal import appointment_url
from ..recording import Recorder
from ..scenario import Scenario, version_tag
from ..situations import search_and_lease
from ..subjects import SINCE, UNTIL
from ..trials import named


@dataclass(frozen=True)
class LetIn:
    """What a request with a token of some kind was answered, and, where that was a refusal, an ordinary one."""

    kind: str
    requirement: str
    situation: str
    exchange: Exchange
    twin: Exchange | None = None


def book_read_and_cancel(scenario: Scenario, rows: Iterable[Mapping[str, str]]) -> list[LetIn]:
    """An appointment of its own for each kind of token, as far as it can be had."""
    return [let_in for row in rows for let_in in _one(scenario, row["token"], row["decides"])]


def _one(scenario: Scenario, kind: str, requirement: str) -> list[LetIn]:
    found = search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)
    consumer, part = scenario.consumer("first_111"), found.part
    change = named(kind, TOKENS)
    seen: list[LetIn] = []

    def ask(situation: str, call: Call) -> Exchange:
        """The answer to the call with that token, or to the ordinary call if that one was refused."""
        with_token = change(call)
        assert with_token is not None
        exchange = consumer.send(part, with_token.changed(note=kind))
        twin = None if exchange.ok else consumer.send(part, call.changed(note="the same without any change"))
        seen.append(LetIn(kind, requirement, situation, exchange, twin))
        return twin or exchange

    booked = ask("book-ok", calls.book(booking(scenario.patient, found.slot, scenario.settings.edition)))
    url = appointment_url(booked, part.base_url) if booked.ok else ""
    read = ask("read-ok", calls.read(url)) if url else None
    if read is not None and read.status == 200:
        ask("cancel-ok", calls.cancel(url, {**read.resource, "status": "cancelled"}, version_tag(read)))
    return seen


def each_is_let_in(recorder: Recorder, seen: Iterable[LetIn]) -> None:
    """SEC-25, -28, -29: accepted; where the ordinary request was refused too, it says nothing of the token."""
    for one in seen:
        if one.twin is not None and not one.twin.ok:
            reason = f"the same with an ordinary token was itself answered with {one.twin.told()}"
            recorder.not_observed(one.requirement, reason, of=one.twin)
        else:
            recorder.expect_answer(
                one.requirement, one.situation, one.exchange, expected=f"{one.kind}: {one.situation}"
            )
