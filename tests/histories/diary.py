"""A made-up diary that several clients use at once, and what they saw of it; right, or with one of the known races.

It knows nothing of how histories are checked: it keeps a slot's holder and an appointment's version as a provider does,
each step of an operation at a moment of its own.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf

from uec_booking.harness.histories.operations import Came, Kind, Operation

#: Ways to be wrong that only show where several ask at once.
RACES = ("looks-then-books", "looks-then-cancels", "takes-any-version", "frees-late", "reads-from-a-copy")

#: A step of an operation: how long until it is carried out.
Steps = Iterator[float]


@dataclass
class Diary:
    """``race``: what is looked at in one moment and written in another, or not looked at at all; empty: nothing."""

    chance: random.Random
    race: str = ""
    holder: dict[str, str] = field(default_factory=dict)
    slot_of: dict[str, str] = field(default_factory=dict)
    version: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def books(self, slot: str, answer: dict[str, str]) -> Steps:
        free = slot not in self.holder
        if self.race == "looks-then-books":
            yield self.chance.uniform(0.001, 0.02)
        if not free:
            answer["came"] = Came.REFUSED
            return
        name = f"A{len(self.version) + 1}"
        self.holder[slot], self.slot_of[name], self.version[name] = name, slot, 1
        answer.update(came=Came.DONE, appointment=name, made="1")

    def cancels(self, name: str, version: str, answer: dict[str, str]) -> Steps:
        current = name not in self.ended and str(self.version[name]) == version
        if self.race == "looks-then-cancels":
            yield self.chance.uniform(0.001, 0.02)
        if self.race == "takes-any-version":
            current = name not in self.ended or self.chance.random() < 0.5
        if not current:
            answer["came"] = Came.STALE
            return
        self.ended.add(name)
        self.version[name] += 1
        answer.update(came=Came.DONE, made=str(self.version[name]))
        if self.race == "frees-late":
            # Whoever has booked the slot in the meantime loses it.
            self.holder.pop(self.slot_of[name], None)
            yield self.chance.uniform(0.001, 0.02)
            self.holder.pop(self.slot_of[name], None)
        elif self.holder.get(self.slot_of[name]) == name:
            del self.holder[self.slot_of[name]]

    def reads(self, name: str, answer: dict[str, str]) -> Steps:
        ended, version = name in self.ended, self.version[name]
        if self.race == "reads-from-a-copy" and self.chance.random() < 0.3:
            ended, version = False, 1
        answer.update(came=Came.DONE, version=str(version), cancelled="yes" if ended else "")
        return
        yield


def history(seed: int, operations: int, clients: int = 16, slots: int = 8, race: str = "") -> list[Operation]:
    """What the clients saw, of as many operations; one answer in thirty is lost."""
    chance = random.Random(seed)
    diary, seen = Diary(chance, race), list[Operation]()
    clock: list[tuple[float, int, Callable[[float], None]]] = []
    turn = iter(range(10**9))

    def at(moment: float, what: Callable[[float], None]) -> None:
        heapq.heappush(clock, (moment, next(turn), what))

    def begin(client: str, now: float) -> None:
        if len(seen) + len(under_way) >= operations:
            return
        under_way.add(client)
        answer: dict[str, str] = {}
        known = sorted(diary.version)
        kind = chance.choice([Kind.BOOK, Kind.BOOK, Kind.CANCEL, Kind.READ]) if known else Kind.BOOK
        slot = f"S{chance.randrange(slots)}" if kind == Kind.BOOK else ""
        # Of the last appointments more is wanted than of those long ago.
        name = "" if kind == Kind.BOOK else chance.choice(known[-12:])
        version = "1" if kind == Kind.CANCEL else ""
        steps = {
            Kind.BOOK: lambda: diary.books(slot, answer),
            Kind.CANCEL: lambda: diary.cancels(name, version, answer),
            Kind.READ: lambda: diary.reads(name, answer),
        }[kind]()

        def goes_on(moment: float) -> None:
            try:
                at(moment + next(steps), goes_on)
            except StopIteration:
                at(moment + chance.uniform(0.001, 0.02), ends)

        def ends(moment: float) -> None:
            under_way.discard(client)
            lost = chance.random() < 1 / 30
            seen.append(
                Operation(
                    kind,
                    Came.LOST if lost else Came(answer["came"]),
                    client,
                    now,
                    inf if lost else moment,
                    slot,
                    name if lost else answer.get("appointment", name),
                    "" if lost and kind == Kind.READ else answer.get("version", version),
                    "" if lost else answer.get("made", ""),
                    cancelled=bool(answer.get("cancelled")) and not lost,
                    exchange=f"x{len(seen)}",
                )
            )
            at(moment + chance.uniform(0.0, 0.01), lambda then: begin(client, then))

        at(now + chance.uniform(0.001, 0.02), goes_on)

    under_way: set[str] = set()
    for number in range(clients):
        at(chance.uniform(0.0, 0.01), lambda then, client=f"C{number}": begin(client, then))  # type: ignore[misc]
    while clock:
        moment, _, what = heapq.heappop(clock)
        what(moment)
    return seen
