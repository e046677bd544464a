"""Whether a history is linearizable: each operation done at one moment between its request and its answer.

The search is that of Wing and Gong, with Lowe's memory of what was tried: an order of the operations is looked for that
agrees with their times and with ``state.after``. Slots are independent of each other, so each is looked at by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .operations import Came, Kind, Operation, by_slot
from .state import State, after


def impossible(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    """The slots whose history cannot have come about, each with the fewest of its operations that show it."""
    return {slot: _fewest(ones) for slot, ones in by_slot(operations).items() if not is_possible(ones)}


def is_possible(operations: Sequence[Operation]) -> bool:
    """Whether some order of these operations on one slot explains every answer."""
    ones = sorted(operations, key=lambda one: one.began)
    needed = sum(1 << place for place, one in enumerate(ones) if one.came != Came.LOST)
    tried: set[tuple[int, State]] = set()
    # What is done, as bits, and the state that it left.
    open_: list[tuple[int, State]] = [(0, State())]
    while open_:
        done, state = open_.pop()
        done = _without_effect(ones, done, state)
        if done & needed == needed:
            return True
        if (done, state) in tried:
            continue
        tried.add((done, state))
        for place in _next(ones, done):
            open_ += [(done | 1 << place, follows) for follows in after(state, ones[place])]
    return False


def _next(ones: Sequence[Operation], done: int) -> list[int]:
    """The operations that can come next: none that is left ended before they began."""
    found: list[int] = []
    earliest_end = float("inf")
    for place, one in enumerate(ones):
        if done >> place & 1:
            continue
        if one.began > earliest_end:
            break
        found.append(place)
        earliest_end = min(earliest_end, one.until)
    return found


def _without_effect(ones: Sequence[Operation], done: int, state: State) -> int:
    """With what is explained by the state as it is and leaves it so: to take it at once closes no way."""
    while True:
        taken = done
        for place in _next(ones, done):
            if ones[place].came != Came.LOST and state in after(state, ones[place]):
                taken |= 1 << place
        if taken == done:
            return done
        done = taken


def _fewest(operations: Sequence[Operation]) -> list[Operation]:
    """Operations of which none can be left out: without it the rest would be possible."""
    kept = _first_impossible(operations)
    smaller = True
    while smaller:
        smaller = False
        for one in reversed(kept):
            without = [other for other in kept if other is not one]
            if _may_be_left_out(one, without) and not is_possible(without):
                kept, smaller = without, True
    return kept


def _first_impossible(operations: Sequence[Operation]) -> list[Operation]:
    """The history up to the first answer that cannot be explained: what is longer is so neither."""
    ends = sorted({one.ended for one in operations if one.came != Came.LOST})
    place = bisect_left(ends, True, key=lambda moment: not is_possible(_up_to(moment, operations)))
    known = {one.exchange for one in _up_to(ends[place], operations)}
    return [one for one in operations if one.exchange in known]


def _up_to(moment: float, operations: Sequence[Operation]) -> list[Operation]:
    """What was known then: of what was under way, nobody knows what will come of it, as where an answer is lost."""
    return [
        one if one.ended <= moment else replace(one, came=Came.LOST)
        for one in operations
        if one.began <= moment
        and (one.ended <= moment or (one.kind != Kind.READ and one.came in (Came.DONE, Came.LOST)))
    ]


def _may_be_left_out(one: Operation, others: Iterable[Operation]) -> bool:
    """A cancellation stays as long as its booking does: without it the slot would seem to be taken still."""
    if one.kind != Kind.CANCEL:
        return True
    return all(other.kind != Kind.BOOK or other.appointment != one.appointment for other in others)
