"""Where the documents of the standard contradict each other: which of them the systems were seen to follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uec_booking.harness.catalogue.explanation import conflict_in_words
from uec_booking.harness.judging.observations import MET, NOT_MET, NOT_OBSERVED, TOLERATED
from uec_booking.harness.judging.verdicts import INFO, NOT_APPLICABLE, Judged, JudgedRun
from uec_booking.standard import answers, conflicts
from uec_booking.standard.editions import EDITIONS

from ..conflicts import span
from ..text import one_line
from ..words import system_name

_BADNESS: Mapping[str, int] = {NOT_MET: -3, NOT_OBSERVED: -2, TOLERATED: -1}
#: Situation, system, value, outcome and note, as a choice has them.
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What one system did in one situation and how often, whose reading that is, and which documents allow it."""

    situation: str
    system: str
    value: str
    outcome: str
    follows: str
    allowed: str
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
                seen.setdefault(judged.conflict, Counter())[_key(judged)] += 1
    known = conflicts.load()
    return [
        Followed(
            conflict=known[name],
            facts=conflict_in_words(name),
            choices=[_choice(run, key, seen[name][key]) for key in sorted(seen[name], key=_worst_first)],
        )
        for name in sorted(seen)
        if name in known
    ]


def _worst_first(key: Key) -> tuple[int, Key]:
    return _BADNESS.get(key[3], 0), key


def _key(judged: Judged) -> Key:
    seen = judged.observation
    return seen.situation or seen.where, seen.system, seen.value or seen.actual, str(judged.outcome), judged.note


def _choice(run: JudgedRun, key: Key, times: int) -> Choice:
    name, system, value, outcome, note = key
    situation = answers.situations().get(name)
    return Choice(
        situation=one_line(situation.text if situation else name, 300),
        system=one_line(system_name(run, system), 120),
        value=one_line(value, 120),
        outcome=outcome,
        follows=one_line(_follows(run, outcome, note), 300),
        allowed=one_line(_allowed(situation, value) if situation and outcome != NOT_OBSERVED else "", 300),
        times=times,
    )


def _follows(run: JudgedRun, outcome: str, note: str) -> str:
    """Whose reading it is, seen from the edition that this run is judged by."""
    judged_by = f"edition {run.edition}{f' as {run.reading} reads it' if run.reading else ''}"
    told: Mapping[str, str] = {
        MET: f"what {judged_by} asks",
        TOLERATED: f"{note or 'another source'}: tolerated, a warning",
        NOT_MET: f"no reading that {judged_by} has: a failure",
        NOT_OBSERVED: "none: it could not be observed",
    }
    return told.get(outcome, outcome)


def _allowed(situation: answers.Situation, value: str) -> str:
    """The editions in which a value is right, and those in which somebody publishes it all the same."""
    parts = list(_editions("right in", [one for one in EDITIONS if value in _accepted(situation, one).right]))
    notes: dict[str, list[str]] = {}
    for edition in EDITIONS:
        note = _accepted(situation, edition).tolerated.get(value)
        if note:
            notes.setdefault(note, []).append(edition)
    parts += [f"{told} ({note})" for note, names in notes.items() for told in _editions("tolerated in", names)]
    return "; ".join(parts) or "no document of any edition allows it"


def _accepted(situation: answers.Situation, edition: str) -> answers.Accepted:
    return situation.by_edition.get(edition, answers.Accepted((), {}))


def _editions(how: str, names: list[str]) -> Iterator[str]:
    """The editions that follow each other put together."""
    run: list[str] = []
    for edition in [*EDITIONS, ""]:
        if edition in names:
            run.append(edition)
        elif run:
            yield f"{how} {span(run)}"
            run = []
