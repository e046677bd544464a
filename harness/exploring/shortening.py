"""Making a finding shorter: without the steps and reads that it can do without, and with as few parties as can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from .attempt import Outcome
from .booking_steps import Book, BookOddly
from .cancelling_steps import Cancel, CancelOddly, CancelUnderUsedId
from .mixed_up_steps import CancelAtAnother, CancelQuotingAnother
from .reading_steps import Find, Read
from .registry_mixed_up_steps import EndAtAnother, EndQuotingAnother
from .registry_steps import EndEntry, EndEntryOddly, ReadEntry
from .sequences import Plan
from .step import Step

#: Carries out a sequence; the outcome where it fails as the finding does.
Again = Callable[[Plan], Outcome | None]

#: What of a step names a party or a form, and could as well be the first or the usual one.
_NAMING = ("who", "patient", "slot", "xml", "appointment", "other", "entry")
#: What differs in words from one sequence to the next: numbers, ids and moments.
_DIFFERS = re.compile(r"[0-9a-fA-F-]{8,}|\d+")


def shortened(found: Outcome, again: Again) -> Outcome:
    """The shortest outcome that fails alike. ``again`` is given shorter sequences, and each has failed that is kept."""
    best = _with_fewer_steps(found, again)
    best = _with_fewer_reads(best, again)
    return _with_fewer_parties(best, again)


def _with_fewer_steps(best: Outcome, again: Again) -> Outcome:
    size = len(best.plan.steps) // 2
    while size:
        start = 0
        # The last step is the one that shows it.
        while start < len(best.plan.steps) - 1:
            steps = best.plan.steps
            kept = (*steps[:start], *steps[min(start + size, len(steps) - 1) :])
            shorter = again(replace(best.plan, steps=kept))
            best, start = (shorter, start) if shorter is not None else (best, start + size)
        size //= 2
    return best


def _with_fewer_reads(best: Outcome, again: Again) -> Outcome:
    """Without the reads before what cancels or searches, where the answer to the booking does instead.

    Some of these reads may be what matters: then each is made a step of its own, and those stay that have to.
    """

    def alike(plan: Plan) -> Outcome | None:
        outcome = again(plan)
        # What a booking was answered with may be rejected where a read is not: that is another failure.
        return outcome if outcome is not None and _words(outcome) == _words(best) else None

    spared = alike(replace(best.plan, sparing=True))
    if spared is None:
        told = tuple(one for step in best.plan.steps for one in (*_reads(step, best.plan.steps), step))
        spared = alike(replace(best.plan, steps=told, sparing=True)) if len(told) > len(best.plan.steps) else None
    if spared is None:
        return best
    shorter = _with_fewer_steps(spared, alike)
    return shorter if shorter.requests < best.requests else best


def _reads(step: Step, steps: tuple[Step, ...]) -> Iterator[Step]:
    """The reads that a step begins with."""
    match step:
        case Cancel() | CancelOddly():
            yield Read(step.appointment)
        case CancelUnderUsedId():
            yield Read(step.appointment)
        case CancelQuotingAnother() | CancelAtAnother():
            yield from (Read(step.other), Read(step.appointment))
        case Find():
            booked = sum(isinstance(one, Book | BookOddly) for one in steps)
            yield from (Read(number) for number in range(booked))
        case EndEntry() | EndEntryOddly():
            yield ReadEntry(step.entry)
        case EndQuotingAnother() | EndAtAnother():
            yield from (ReadEntry(step.other), ReadEntry(step.entry))


def _with_fewer_parties(best: Outcome, again: Again) -> Outcome:
    """With the first of each kind where it does as well: one patient, one organisation, one slot, JSON."""
    for name in _NAMING:
        steps = tuple(_with_the_first(step, name) for step in best.plan.steps)
        simpler = again(replace(best.plan, steps=steps)) if steps != best.plan.steps else None
        if simpler is not None and simpler.requests <= best.requests and _words(simpler) == _words(best):
            best = simpler
    return best


def _with_the_first(step: Step, name: str) -> Step:
    usual = {one.name: type(getattr(step, one.name))() for one in fields(step) if one.name == name}  # type: ignore[arg-type]
    return replace(step, **usual) if usual else step  # type: ignore[type-var]


def _words(outcome: Outcome) -> str:
    """What fails, in words that are the same whenever it does."""
    assert outcome.failure is not None
    seen = outcome.failure.observation
    return _DIFFERS.sub("", f"{seen.requirement} {outcome.failure.expected} {seen.actual}")
