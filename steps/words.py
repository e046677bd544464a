"""How the sentences name organisations, systems, appointments and times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from parse import with_pattern
from pytest_bdd import parsers

_ORGANISATIONS = {
    "the first 111 service": "first_111",
    "the second 111 service": "second_111",
    "another organisation": "other",
}
#: How often a fault is met: a number of times, 0 for always.
_WHICH = {"the next": 1, "every": 0}
#: The 111 services that a consumer under test plays.
_DESKS = {"the first 111 service": "first", "the second 111 service": "second"}
_SYSTEMS = {"the provider": "provider", "the second provider": "second_provider"}

#: Phrase: purpose of the service id, and the span from now in which the slot starts.
_TIMES = {
    "within 2 hours": ("within_2_hours", timedelta(0), timedelta(hours=2)),
    "starting at least 6 hours from now": ("later", timedelta(hours=6), timedelta(hours=48)),
    "starting at least 12 hours from now": ("later", timedelta(hours=12), timedelta(hours=48)),
}


_Reading = TypeVar("_Reading", bound=Callable[[str], object])


def _one_of(words: Iterable[str]) -> Callable[[_Reading], _Reading]:
    """What reads one of these words in a sentence."""
    decorate: Callable[[_Reading], _Reading] = with_pattern("|".join(words))
    return decorate


@_one_of(_ORGANISATIONS)
def _organisation(text: str) -> str:
    return _ORGANISATIONS[text]


@_one_of(_SYSTEMS)
def _system(text: str) -> str:
    return _SYSTEMS[text]


@_one_of(_TIMES)
def _time(text: str) -> tuple[str, timedelta, timedelta]:
    return _TIMES[text]


@_one_of(("original", "first", "new", "other", "another"))
def _name(text: str) -> str:
    """``another`` is how the other appointment is introduced."""
    return "other" if text == "another" else text


@_one_of(_DESKS)
def _desk(text: str) -> str:
    return _DESKS[text]


@_one_of(_WHICH)
def _which(text: str) -> int:
    return _WHICH[text]


def sentence(text: str) -> parsers.parse:
    """A sentence with {who:Organisation}, {where:System}, {name:Name} and {when:Time} in it.

    Of a consumer under test, {who:Desk} is a 111 service that it plays; {which:Which} calls meet a fault.
    """
    kinds = {"Organisation": _organisation, "System": _system, "Time": _time, "Name": _name}
    return parsers.parse(text, {**kinds, "Desk": _desk, "Which": _which})


def table(datatable: list[list[str]]) -> list[dict[str, str]]:
    """The rows of a step's table, by the names in its first row."""
    head, *rows = datatable
    return [dict(zip(head, row, strict=True)) for row in rows]
