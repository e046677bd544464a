"""Where the documents of the standard contradict each other: which of them the systems were seen to follow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from uec_booking.harness.catalogue.explanation import conflict_in_words
from uec_booking.harness.judging.verdicts import INFO, NOT_APPLICABLE, Judged, JudgedRun
from uec_booking.standard import answers, conflicts

from ..text import one_line

#: What an outcome says of the value that was seen.
_READ_AS = {
    "met": "as the edition has it",
    "not met": "accepted by no document under this edition",
    "not observed": "could not be observed",
}

_BADNESS = {"not met": -3, "not observed": -2, "tolerated": -1}
#: Situation, system, value, reading and outcome, as a choice has them.
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What one system did in one situation, how often, and which reading that is."""

    situation: str
    system: str
    value: str
    reading: str
    outcome: str
    times: int


@dataclass(frozen=True, slots=True)
class Followed:
    """A contradiction that bore on this run."""

    conflict: conflicts.Conflict
    facts: list[tuple[str, list[str]]]
    choices: list[Choice]


def followed(run: JudgedRun) -> list[Followed]:
    """The contradictions on which something was seen, in the order of their numbers."""
    seen: dict[str, Counter[Key]] = {}
    for requirement in run.requirements:
        if requirement.verdict in (INFO, NOT_APPLICABLE):
            continue
        for judged in requirement.observations:
            if judged.conflict:
                seen.setdefault(judged.conflict, Counter())[_choice(judged)] += 1
    known = conflicts.load()
    return [_followed(known[name], seen[name]) for name in sorted(seen) if name in known]


def _followed(conflict: conflicts.Conflict, seen: Counter[Key]) -> Followed:
    return Followed(
        conflict, conflict_in_words(conflict.id), [Choice(*key, seen[key]) for key in sorted(seen, key=_worst_first)]
    )


def _worst_first(key: Key) -> tuple[int, Key]:
    return _BADNESS.get(key[-1], 0), key


def _choice(judged: Judged) -> Key:
    observation = judged.observation
    situation = answers.situations().get(observation.situation)
    reading = f"as {judged.note} has it" if judged.note else _READ_AS.get(judged.outcome, judged.outcome)
    return (
        one_line(situation.text if situation else observation.where, 300),
        one_line(observation.system, 60),
        one_line(observation.value or observation.actual, 120),
        one_line(reading, 300),
        str(judged.outcome),
    )
