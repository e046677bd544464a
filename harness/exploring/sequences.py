"""How sequences are drawn: any steps in any order, which hypothesis makes as short as can be where they fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from ..model import near_misses
from .booking_steps import Book, BookAgain, BookOddly, BookUnderUsedId
from .cancelling_steps import Cancel, CancelOddly, CancelUnderUsedId, Reinstate
from .diary import EACH
from .reading_steps import Find, FindOddly, Read, ReadOddly, ReadVersion
from .searching_steps import Search, SearchInXml, SearchNarrowly, SearchOddly
from .step import Step
from .token_steps import BadToken

#: Patients of a sequence, and how different the patients of different sequences can be.
PATIENTS, _TRAITS = 2, 12
#: Steps of a sequence as it is drawn.
_LONGEST = 7


@dataclass(frozen=True)
class Plan:
    """A sequence as it was drawn. ``traits`` say what its patients are like."""

    traits: int
    steps: tuple[Step, ...]


def plans(xml: bool) -> st.SearchStrategy[Plan]:
    """All sequences; those with XML only where the provider claims it."""
    steps = st.lists(st.one_of(*_steps(xml)), min_size=1, max_size=_LONGEST).map(tuple)
    return st.builds(Plan, st.integers(0, _TRAITS), steps)


def looks(appointments: int) -> Iterator[Step]:
    """What is looked at after the steps of a sequence, one by one: whatever they did shows in it."""
    yield Search()
    for number in range(appointments):
        yield Read(number)
        yield ReadVersion(number)
    for patient in range(PATIENTS):
        yield Find(patient)
    yield Search(any_status=True)


def _steps(xml: bool) -> Iterator[st.SearchStrategy[Step]]:
    slots, patients, who, one = (st.integers(0, most) for most in (EACH - 1, PATIENTS - 1, 1, 2))
    in_xml = st.booleans() if xml else st.just(False)
    # What others need to be there comes more often, and what is simple first: a sequence shrinks towards it.
    yield from (st.builds(Book, slots, patients, who, each) for each in (st.just(False), st.just(False), in_xml))
    yield from (st.builds(Cancel, one, each, in_xml) for each in (st.just(0), who))
    yield st.builds(Search, st.booleans())
    yield st.builds(Read, one, who, in_xml)
    yield st.builds(ReadVersion, one)
    yield st.builds(Find, patients)
    yield st.builds(SearchNarrowly, slots)
    yield st.builds(BookAgain, one)
    yield st.builds(BookUnderUsedId, slots, one)
    yield st.builds(CancelUnderUsedId, one, one)
    yield st.builds(Reinstate, one)
    yield st.builds(BookOddly, slots, patients, _one_of(near_misses.BOOKINGS))
    yield st.builds(CancelOddly, one, _one_of(near_misses.CANCELLATIONS))
    yield st.builds(ReadOddly, one, _one_of(near_misses.READS))
    yield st.builds(SearchOddly, _one_of(near_misses.SEARCHES))
    yield st.builds(FindOddly, _one_of(near_misses.FINDS))
    yield st.builds(BadToken, st.integers(0, 14), _one_of(near_misses.TOKENS))
    if xml:
        yield st.builds(SearchInXml)


def _one_of(misses: Sequence[near_misses.NearMiss]) -> st.SearchStrategy[int]:
    return st.integers(0, len(misses) - 1)
