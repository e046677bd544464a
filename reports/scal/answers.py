"""What a run answers to the questions: the worst verdict of a question's requirements, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from uec_booking.harness.judging.observations import NOT_MET, NOT_OBSERVED, TOLERATED
from uec_booking.harness.judging.verdicts import (
    NOT_APPLICABLE,
    NOT_RUN,
    VERDICTS,
    Judged,
    JudgedRun,
    RequirementVerdict,
    Verdict,
)

from ..findings import STANDING_STEP
from ..secrets import redacted_line
from .questions import Question, questions

#: The verdict word of a question to which the catalogue knows no clause.
NO_CLAUSE = "no clause known"
#: Lines of evidence in a cell, and those of them that say what fell short; the folder has the rest.
_REASONS, _SHORTFALLS = 8, 3
#: Outcomes that fall short of plainly met, worst first.
_SHORT = (NOT_MET, NOT_OBSERVED, TOLERATED)


@dataclass(frozen=True, slots=True)
class Answer:
    """``verdict`` is the worst of the requirements', the first in the order of reports; ``folder`` holds the evidence.

    ``missing`` are requirements that this run, a part of the suite, does not speak of.
    """

    question: Question
    requirements: tuple[RequirementVerdict, ...]
    missing: tuple[str, ...]
    verdict: str

    @property
    def folder(self) -> str:
        """Empty where there is nothing to be shown: the question is not asked of what was tested."""
        bound = [one for one in self.requirements if one.verdict != NOT_APPLICABLE]
        return self.question.name if bound else ""

    def observations(self) -> list[Judged]:
        """What was seen of its requirements: what fell short first, and what a sentence looked for before the rest."""
        seen = [judged for one in self.requirements for judged in one.observations]
        return sorted(seen, key=lambda judged: (_badness(judged), judged.observation.step == STANDING_STEP))

    def evidence(self) -> str:
        """What it rests on, in a few lines: how much was seen, what fell short, and why there is no more."""
        seen = self.observations()
        told = [redacted_line(f"{one.id}: {one.reason}", 500) for one in self.requirements if one.reason]
        if self.missing:
            told.append(f"Not in this run: {', '.join(self.missing)}.")
        if not self.question.requirements:
            told.append("The catalogue knows no clause of the standard that this number stands for.")
        return "\n".join([*_summary(seen), *told][:_REASONS])


def _summary(seen: list[Judged]) -> list[str]:
    if not seen:
        return []
    scenarios = {judged.observation.scenario for judged in seen}
    short = [judged for judged in seen if judged.outcome in _SHORT]
    lines = dict.fromkeys(
        redacted_line(
            f"{judged.observation.requirement} {judged.outcome}: "
            f"expected {judged.expected}, actual {judged.observation.actual}",
            400,
        )
        for judged in short
    )
    many = f"{_number(seen, 'observation')} in {_number(scenarios, 'scenario')}, {len(short) or 'none'} short of met."
    return [many, *list(lines)[:_SHORTFALLS]]


def answers(run: JudgedRun) -> list[Answer]:
    """One for each question, in their order."""
    known = {requirement.id: requirement for requirement in run.requirements}
    return [_answer(question, known) for question in questions()]


def _answer(question: Question, known: dict[str, RequirementVerdict]) -> Answer:
    there = tuple(known[id] for id in question.requirements if id in known)
    missing = tuple(id for id in question.requirements if id not in known)
    verdicts: list[Verdict] = [one.verdict for one in there] + [NOT_RUN] * bool(missing)
    return Answer(question, there, missing, min(verdicts, key=VERDICTS.index) if verdicts else NO_CLAUSE)


def _badness(judged: Judged) -> int:
    return _SHORT.index(judged.outcome) if judged.outcome in _SHORT else len(_SHORT)


def _number(found: Iterable[object], word: str) -> str:
    number = len(list(found))
    return f"{number} {word}{'' if number == 1 else 's'}"
