"""How sequences of requests to a registry are drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from ..model import near_misses
from .registry_steps import (
    KINDS,
    BadRegistryToken,
    EndEntry,
    EndEntryOddly,
    FindByUrl,
    FindEntries,
    ReadEntry,
    ReadEntryOddly,
    Register,
    RegisterOddly,
)
from .sequences import PATIENTS, Plan
from .step import Step

_SHORTEST, _LONGEST, _AT_ONCE = 3, 12, 8
#: Hours from now to the start of an entry: some start at one time, some on one day, one in days.
_HOURS = st.sampled_from((6, 6, 7, 30, 200))


def plans() -> st.SearchStrategy[Plan]:
    """All sequences that begin with a registration."""
    patients, one = st.integers(0, PATIENTS - 1), st.sampled_from((0, 0, 1, 2))
    register = st.builds(Register, patients, _HOURS)
    steps: list[st.SearchStrategy[Step]] = [
        st.builds(Register, patients, _HOURS),
        st.builds(EndEntry, one, st.booleans()),
        st.builds(ReadEntry, one),
        st.builds(FindEntries, patients),
        st.builds(FindByUrl, one),
        st.builds(EndEntryOddly, one, st.integers(0, len(near_misses.UPDATES) - 1)),
    ]
    drawn = st.lists(st.one_of(*steps), min_size=_SHORTEST, max_size=_LONGEST)
    return st.builds(lambda first, more: Plan(0, (first, *more)), register, drawn)


def round_trip(chance: random.Random) -> Iterator[Plan]:
    """Each near miss once, in an order drawn by ``chance``."""
    kinds: list[Step] = [
        *(RegisterOddly(number % PATIENTS, number) for number in range(len(near_misses.REGISTRATIONS))),
        *(EndEntryOddly(0, number) for number in range(len(near_misses.UPDATES))),
        *(ReadEntryOddly(0, number) for number in range(len(near_misses.ENTRY_READS))),
        *(BadRegistryToken(kind, 0, n) for kind in range(KINDS) for n in range(len(near_misses.REGISTRY_TOKENS))),
    ]
    chance.shuffle(kinds)
    for start in range(0, len(kinds), _AT_ONCE):
        steps: tuple[Step, ...] = (
            Register(0),
            ReadEntry(0),
            *kinds[start : start + _AT_ONCE],
            FindEntries(0),
            FindEntries(1),
        )
        yield Plan(0, steps, looked_at=False)


def looks(entries: int) -> Iterator[Step]:
    """What is looked at after the steps of a sequence."""
    for patient in range(PATIENTS):
        yield FindEntries(patient)
    for number in range(entries):
        yield ReadEntry(number)
        yield FindByUrl(number)
