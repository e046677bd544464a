"""The part of the suite for a person: the calls to 111 that decide most requirements within half an hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

#: How the part is called in expressions of --only.
ATTENDED = "attended"
#: Minutes that a person needs for a call, and how many of them a session has.
MINUTES = 2
SESSION = 30
#: What a sentence says that is a call.
_CALLS = (" books the caller ", " rings the ", " has booked at ", " tries to book the caller ")


class OfASuite(Protocol):
    """A scenario of the suite."""

    @property
    def id(self) -> str: ...
    @property
    def requirements(self) -> tuple[str, ...]: ...
    @property
    def calls(self) -> int: ...


def calls_in(steps: Iterable[str]) -> int:
    """How many calls to 111 these sentences ask for."""
    return sum(any(words in f" {step} " for words in _CALLS) for step in steps)


def within_a_session(scenarios: Sequence[OfASuite]) -> frozenset[str]:
    """The ids of scenarios of a consumer that fit into a session together, chosen one after the other.

    Each time the one is taken that adds most requirements for its calls; of several alike the first.
    """
    left = {name for one in scenarios if one.calls for name in one.requirements}
    taken: list[str] = []
    room = SESSION // MINUTES
    while fitting := [one for one in scenarios if 0 < one.calls <= room and left & set(one.requirements)]:
        best = max(fitting, key=lambda one: len(left & set(one.requirements)) / one.calls)
        taken.append(best.id)
        left -= set(best.requirements)
        room -= best.calls
    return frozenset(taken)
