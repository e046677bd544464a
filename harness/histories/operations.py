"""What clients did with a slot and its appointments, each in the time between its request and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf


class Kind(StrEnum):
    """What was asked."""

    BOOK = "book"
    CANCEL = "cancel"
    READ = "read"


class Came(StrEnum):
    """What came of it."""

    DONE = "done"
    #: For a reason that says nothing of the state: a slot may be kept for others, a token may be too old.
    REFUSED = "refused"
    #: As not of the current version: the appointment had another one, or was not booked any more.
    STALE = "stale"
    #: No answer came: it may have been done or not, then or later.
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``began`` and ``ended`` are seconds of one clock, those of requests sent and answers taken in.

    ``slot``: that a booking asks for. ``appointment``: that was made, cancelled or read; empty where no answer told.
    ``version``: that a cancellation names, or a read shows; empty: none. ``made``: the version that the answer of a
    booking or a cancellation told. ``request_id``: two operations of one client under one are one that was sent again.
    ``cancelled``: what a read shows. ``exchange`` is where it stands in the record: each has one of its own.
    """

    kind: Kind
    came: Came
    client: str
    began: float
    ended: float
    slot: str = ""
    appointment: str = ""
    version: str = ""
    made: str = ""
    request_id: str = ""
    cancelled: bool = False
    exchange: str = ""

    @property
    def until(self) -> float:
        """The last moment at which it can have been done: what was lost may be done at any time."""
        return inf if self.came == Came.LOST else self.ended

    def in_words(self) -> str:
        """As a person tells it."""
        name = self.appointment.rpartition("/")[2]
        what = f"{self.kind} {self.slot if self.kind == Kind.BOOK else name}"
        if self.kind == Kind.CANCEL and self.version:
            what += f" of version {self.version}"
        if self.came == Came.DONE and self.kind == Kind.READ:
            return f"{what}: {'cancelled' if self.cancelled else 'booked'}"
        made = f", {name}" if self.kind == Kind.BOOK and self.appointment else ""
        return f"{what}: {self.came}{made}"


def by_slot(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    """The operations of each slot, and of what was booked there; of an appointment booked before, by its own name."""
    every = sorted(operations, key=lambda one: one.began)
    slot_of = {one.appointment: one.slot for one in every if one.kind == Kind.BOOK and one.appointment}
    found: dict[str, list[Operation]] = {}
    for one in every:
        key = one.slot if one.kind == Kind.BOOK else slot_of.get(one.appointment, one.appointment)
        found.setdefault(key, []).append(one)
    return found
