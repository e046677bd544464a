"""How sequences of requests to a registry are drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from ..model import near_misses
from ..model.registry import RegistryModel
from .registry_mixed_up_steps import EndAtAnother, EndQuotingAnother
from .registry_searching_steps import FindByUrl, FindEntries
from .registry_steps import (
    KINDS,
    BadRegistryToken,
    EndEntry,
    EndEntryOddly,
    ReadEntry,
    ReadEntryOddly,
    Register,
    RegisterOddly,
)
from .sequences import PATIENTS, Plan, flattened, moves
from .step import Step

_SHORTEST, _LONGEST, _AT_ONCE = 2, 6, 8
#: Hours from now to the start of an entry: some start at one time, some on one day, one in days.
_HOURS = st.sampled_from((6, 6, 7, 30, 200))


def plans() -> st.SearchStrategy[Plan]:
    """All sequences that begin with a registration."""
    patients, one = st.integers(0, PATIENTS - 1), st.sampled_from((0, 0, 1, 2, -1))
    register = st.builds(Register, patients, _HOURS)
    right: list[st.SearchStrategy[Step]] = [
        st.builds(Register, patients, _HOURS),
        st.builds(EndEntry, one),
        st.builds(ReadEntry, one),
        st.builds(FindEntries, patients),
        st.builds(FindByUrl, one),
    ]
    wrong: list[st.SearchStrategy[Step]] = [
        st.builds(EndEntry, one, st.just(True)),
        st.builds(EndEntryOddly, one, st.integers(0, len(near_misses.UPDATES) - 1)),
        st.builds(EndQuotingAnother, one, one),
        st.builds(EndAtAnother, one, one),
    ]
    # A patient's entries come and go.
    turn = st.builds(lambda patient, one, hours: (EndEntry(one), Register(patient, hours)), patients, one, _HOURS)
    drawn = st.lists(moves(right, wrong, [turn]), min_size=_SHORTEST, max_size=_LONGEST)
    return st.builds(lambda first, more: Plan(0, (first, *flattened(more))), register, drawn)


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


def looks(model: RegistryModel) -> Iterator[Step]:
    """What is looked at after the steps of a sequence; what stands is ended then, and looked at once more."""
    for number in range(len(model.entries)):
        yield ReadEntry(number)
        yield FindByUrl(number)
    standing = [number for number, one in enumerate(model.entries.values()) if not one.ended]
    yield from (FindEntries(patient) for patient in range(PATIENTS))
    yield from (EndEntry(number) for number in standing)
    yield from (FindEntries(patient) for patient in range(PATIENTS) if standing)
