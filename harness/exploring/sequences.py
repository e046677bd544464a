"""How sequences are drawn: any steps in any order, which hypothesis makes as short as can be where they fail."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from ..model import near_misses
from ..model.near_misses import ACCEPTED, NearMiss
from ..model.provider import ProviderModel
from .booking_steps import ALL_BOOKINGS, Book, BookAgain, BookOddly, BookUnderUsedId
from .cancelling_steps import ALL_CANCELLATIONS, Cancel, CancelOddly, CancelUnderUsedId, Reinstate
from .diary import EACH
from .mixed_up_steps import CancelAtAnother, CancelQuotingAnother
from .reading_steps import Find, FindOddly, Read, ReadOddly, ReadVersion
from .searching_steps import Search, SearchInXml, SearchNarrowly, SearchOddly
from .step import Step
from .token_steps import ALL_TOKENS, KINDS, BadToken

Strategy = st.SearchStrategy[Step]
Moves = st.SearchStrategy[tuple[Step, ...]]

#: Patients of a sequence, and how different the patients of different sequences can be.
PATIENTS, _TRAITS = 2, 12
#: Moves of a sequence as it is drawn, behind its first step; and near misses of one of the round trip through all.
_SHORTEST, _LONGEST, _AT_ONCE = 2, 9, 6
#: Near misses made by rule of one sequence, most of which take one request.
_BY_RULE_AT_ONCE = 20
#: Steps of a sequence as it is drawn.
_MOST = 16
#: Most steps are about one slot, so that they have to do with each other.
_SLOTS = st.sampled_from((0, 0, 1, 2))
#: The appointment that was booked last.
_LAST = -1
_ONE = st.sampled_from((0, 0, 1, 2, _LAST))
#: Bookings of a patient who has no NHS number, and of one who says less of themselves than otherwise.
_NAMELESS, _OTHER_DETAILS = (
    next(number for number, miss in enumerate(near_misses.BOOKINGS) if miss.change == change)
    for change in ("a patient without NHS number", "details of a third party only")
)
#: Who booked, or another organisation.
_WHO = st.sampled_from((0, 0, 1))


@dataclass(frozen=True)
class Plan:
    """A sequence as it was drawn. ``traits`` say what its patients are like.

    One that is not ``looked_at`` afterwards has the looks among its steps. A ``sparing`` one reads nothing before it
    cancels or searches that the answer to the booking has shown: a finding is made shorter by it. A ``slow`` one takes
    longer than a second before each step: some failures need time to show.
    """

    traits: int
    steps: tuple[Step, ...]
    looked_at: bool = True
    sparing: bool = False
    slow: bool = False


def moves(right: Sequence[Strategy], odd: Sequence[Strategy], turns: Sequence[Moves]) -> Moves:
    """What comes at once: mostly one step, often ``turns`` that need each other, or one step more than once."""
    single, again = st.one_of(*right, *odd), st.integers(2, 4)
    repeated = st.builds(lambda step, times: (step,) * times, st.one_of(*right), again)
    # What was rejected once has to be rejected the second time, too.
    twice = [st.builds(lambda step: (step, step), st.one_of(*odd))] if odd else []
    ones = st.builds(lambda step: (step,), single)
    return st.one_of(ones, ones, ones, *turns, repeated, *twice)


def flattened(plan: Iterable[tuple[Step, ...]]) -> tuple[Step, ...]:
    """The steps of the moves, one by one, so that each can be left out by itself; no more than so many."""
    return tuple(step for move in plan for step in move)[:_MOST]


def plans(xml: bool, near: bool) -> st.SearchStrategy[Plan]:
    """All sequences that begin with a booking, on which most else rests.

    There are near misses among their steps where ``near``, and XML where the provider claims it.
    """
    drawn = st.lists(
        moves(list(_right(xml)), list(_near() if near else _wrong()), list(_turns(xml))),
        min_size=_SHORTEST,
        max_size=_LONGEST,
    )
    book = st.builds(Book, _SLOTS, st.integers(0, PATIENTS - 1), st.integers(0, 1))
    return st.builds(
        lambda traits, first, more: Plan(traits, (first, *flattened(more))), st.integers(0, _TRAITS), book, drawn
    )


def round_trip(chance: random.Random) -> Iterator[Plan]:
    """Each near miss once, in an order drawn by ``chance``: so that none is left to luck."""
    kinds = list(_each_near_miss())
    chance.shuffle(kinds)
    for start in range(0, len(kinds), _AT_ONCE):
        steps = [step for each in kinds[start : start + _AT_ONCE] for step in each]
        yield Plan(chance.randrange(_TRAITS), (Book(EACH - 1, 0, 0), Read(0), *steps), looked_at=False)
    yield from _by_rule(chance)


def _by_rule(chance: random.Random) -> Iterator[Plan]:
    """Each near miss that is made by rule. The slot of a booking that was rejected is booked then: it is still free."""
    odd = [*range(len(near_misses.BOOKINGS), len(ALL_BOOKINGS))]
    chance.shuffle(odd)
    for start in range(0, len(odd), EACH):
        tried = [BookOddly(slot, 0, miss) for slot, miss in enumerate(odd[start : start + EACH])]
        booked = [Book(slot, 1, 0) for slot in range(len(tried))]
        yield Plan(chance.randrange(_TRAITS), (*tried, Find(0), *booked), looked_at=False)
    further: list[Step] = [
        CancelOddly(0, miss) for miss in range(len(near_misses.CANCELLATIONS), len(ALL_CANCELLATIONS))
    ]
    further += [
        BadToken(kind, 0, miss) for miss in range(len(near_misses.TOKENS), len(ALL_TOKENS)) for kind in range(KINDS)
    ]
    chance.shuffle(further)
    for start in range(0, len(further), _BY_RULE_AT_ONCE):
        steps: tuple[Step, ...] = (Book(EACH - 1, 0, 0), Read(0))
        steps += (*further[start : start + _BY_RULE_AT_ONCE], Read(0), Find(0))
        yield Plan(chance.randrange(_TRAITS), steps, looked_at=False)


def looks(model: ProviderModel) -> Iterator[Step]:
    """What is looked at after the steps of a sequence, one by one: whatever they did shows in it.

    In the end what stands is cancelled, as it has to be anyhow, and looked at once more.
    """
    yield Search()
    for number in range(len(model.appointments)):
        yield Read(number)
        yield ReadVersion(number)
    yield from (Find(patient) for patient in range(PATIENTS))
    yield Search(any_status=True)
    standing = [number for number, one in enumerate(model.appointments.values()) if not one.cancelled]
    yield from (Cancel(number) for number in standing)
    if standing:
        yield from (Read(number) for number in range(len(model.appointments)))
        yield from (Find(patient) for patient in range(PATIENTS))
        yield from (ReadVersion(number, number % 2) for number in range(len(model.appointments)))


def _right(xml: bool) -> Iterator[Strategy]:
    """Right requests; what others need to be there comes more often, and what is simple first."""
    slots, one, who = _SLOTS, _ONE, _WHO
    patients = st.integers(0, PATIENTS - 1)
    in_xml = st.booleans() if xml else st.just(False)
    yield from (st.builds(Book, slots, patients, who, each) for each in (st.just(False), st.just(False), in_xml))
    yield from (st.builds(Cancel, one, who, in_xml) for _ in range(2))
    yield st.builds(Search, st.booleans())
    yield st.builds(Read, one, who, in_xml)
    yield st.builds(ReadVersion, one, who)
    yield st.builds(Find, patients)
    yield st.builds(SearchNarrowly, slots)
    yield st.builds(BookAgain, one)
    if xml:
        yield st.builds(SearchInXml)


def _turns(xml: bool) -> Iterator[Moves]:
    """Steps that need each other: a slot goes from one appointment to another, a patient's bookings come and go, an
    appointment is read in one form before it is cancelled and after, or before its patient books with other details and
    after, two patients have no NHS number, and a slot is looked for and booked when the one beside it was.
    """
    patients = st.integers(0, PATIENTS - 1)
    yield st.builds(
        lambda one, who, p, w: (Cancel(one, who), ReadVersion(one), Book(0, p, w)), _ONE, _WHO, patients, _WHO
    )
    come_and_go = st.builds(lambda slot, p, w: (Book(slot, p, w), Cancel(_LAST)), _SLOTS, patients, _WHO)
    yield st.builds(lambda turn, times: turn * times, come_and_go, st.integers(1, 3))
    in_xml = st.booleans() if xml else st.just(False)
    yield st.builds(lambda one, who, x: (Read(one, who, x), Cancel(one), Read(one, who, x)), _ONE, _WHO, in_xml)
    yield st.builds(lambda p: (Book(0, p, 0), Read(_LAST), BookOddly(1, p, _OTHER_DETAILS), Read(0), Read(1)), patients)
    yield st.builds(lambda slot: (BookOddly(slot, 0, _NAMELESS), BookOddly(slot + 1, 1, _NAMELESS)), _SLOTS)
    yield st.builds(lambda slot, who: (Search(), Book(slot, 0, who), Search(), Book(slot + 1, 1, who)), _SLOTS, _WHO)


def _wrong() -> Iterator[Strategy]:
    """What is right by itself and wrong where it comes, and cancellations with one thing wrong: they leave traces."""
    one = st.sampled_from((0, 1, _LAST))
    yield st.builds(BookUnderUsedId, _SLOTS, one, _WHO)
    yield st.builds(CancelUnderUsedId, one, one)
    yield st.builds(CancelQuotingAnother, one, one)
    yield st.builds(CancelAtAnother, one, one)
    yield st.builds(Reinstate, one)
    yield st.builds(CancelOddly, one, _one_of(near_misses.CANCELLATIONS))


def _near() -> Iterator[Strategy]:
    yield from _wrong()
    slots, patients, one = st.integers(0, EACH - 1), st.integers(0, PATIENTS - 1), st.integers(0, 2)
    yield st.builds(BookOddly, slots, patients, _one_of(near_misses.BOOKINGS))
    yield st.builds(CancelOddly, one, _one_of(near_misses.CANCELLATIONS))
    yield st.builds(ReadOddly, one, _one_of(near_misses.READS))
    yield st.builds(SearchOddly, _one_of(near_misses.SEARCHES))
    yield st.builds(FindOddly, _one_of(near_misses.FINDS))
    yield st.builds(BadToken, st.integers(0, KINDS - 1), one, _one_of(near_misses.TOKENS))


def _one_of(misses: Sequence[NearMiss]) -> st.SearchStrategy[int]:
    return st.integers(0, len(misses) - 1)


def _each_near_miss() -> Iterator[tuple[Step, ...]]:
    """Each near miss, with what makes room for the next one where it books or cancels."""
    for number, miss in enumerate(near_misses.BOOKINGS):
        odd = BookOddly(number % (EACH - 1), number % PATIENTS, number)
        accepted = miss.situation in ACCEPTED
        yield (odd, Read(_LAST), Cancel(_LAST), Search()) if accepted else (odd, Find(number % PATIENTS))
    for number in range(len(near_misses.CANCELLATIONS)):
        yield (CancelOddly(0, number), Read(0), Find(0))
    for number in range(len(near_misses.READS)):
        yield (ReadOddly(0, number),)
    for number in range(len(near_misses.SEARCHES)):
        yield (SearchOddly(number),)
    for number in range(len(near_misses.FINDS)):
        yield (FindOddly(number),)
    for kind in range(KINDS):
        for number in range(len(near_misses.TOKENS)):
            yield (BadToken(kind, 0, number),)
