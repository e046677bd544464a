"""A lifecycle as a machine: states, and in each what answers a request and which state follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Input(StrEnum):
    """What is asked. The appointment is the last one that was made; before the first there is nothing to ask of it."""

    SEARCH = "search for the slot"
    BOOK = "book the slot"
    READ = "read the appointment"
    CANCEL = "cancel it"
    CANCEL_STALE = "cancel it from a version it does not have"
    CANCEL_ANY = "cancel it without a version"


class Output(StrEnum):
    """What comes of it."""

    OFFERED = "offered"
    NOT_OFFERED = "not offered"
    DONE = "done"
    REFUSED = "refused"
    BOOKED = "reads booked"
    CANCELLED = "reads cancelled"
    OTHER = "reads otherwise"
    GONE = "not there"
    #: Nothing was asked: there is no appointment yet.
    NOTHING = "nothing to ask of"


@dataclass(frozen=True, slots=True)
class Step:
    """The answer to one request in one state, and the state that follows."""

    output: Output
    then: str


@dataclass(frozen=True)
class Machine:
    """States by their names, the first one where nothing is booked."""

    first: str
    steps: Mapping[str, Mapping[Input, Step]]

    def states(self) -> list[str]:
        return list(self.steps)
