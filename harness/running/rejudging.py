"""What changes when one run is judged by two editions or readings, in words that name what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from uec_booking.standard import answers

from ..judging import verdicts as v
from ..judging.applicability import Catalogue, classified
from ..judging.judge import judge
from ..judging.observations import DOES_NOT_ARISE, MET, NOT_MET, TOLERATED, VALUE, Run
from ..judging.verdicts import Judged, JudgedRun, RequirementVerdict
from ..tool import tool
from .re_evaluation import looked_at_again

_SAID = {
    MET: "is right",
    TOLERATED: "is tolerated, with a warning",
    NOT_MET: "is wrong",
    DOES_NOT_ARISE: "is not asked about",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement whose verdict, or the standing of a value seen of it, changes from one to the other."""

    requirement: str
    before: str
    after: str
    words: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "words": list(self.words)}


def named(judged: JudgedRun) -> str:
    """Edition and reading, as a person says them."""
    return judged.edition + (f" as {judged.reading} reads it" if judged.reading else "")


def rejudged(
    run: Run,
    catalogue: Catalogue,
    edition: str = "",
    reading: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> JudgedRun:
    """A stored run judged again, by its own edition and reading unless others are named.

    Raises:
        EditionError: the edition or reading is unknown.
    """
    edition = edition or run.edition
    reading = run.reading if reading is None else reading
    judged = judge(looked_at_again(run, edition, reading, progress), catalogue, edition, reading)
    if dict(tool()) == dict(run.tool):
        return judged
    return replace(judged, identity=replace(judged.identity, judged_by=dict(tool())))


def changes(old: JudgedRun, new: JudgedRun) -> tuple[Change, ...]:
    """What changes for a stored run from one judging of it to another, by the id of the requirement."""
    before = {requirement.id: requirement for requirement in old.requirements}
    found = []
    for after in new.requirements:
        earlier = before.get(after.id)
        if earlier is None:
            continue
        words = _about_values(earlier, old, new) + _about_itself(earlier, after, old, new)
        if earlier.verdict != after.verdict or _about_values(earlier, old, new):
            found.append(Change(after.id, earlier.verdict, after.verdict, words))
    return tuple(sorted(found, key=lambda change: change.requirement))


def _about_values(requirement: RequirementVerdict, old: JudgedRun, new: JudgedRun) -> tuple[str, ...]:
    """A sentence for each value seen that stands otherwise under the other edition."""
    seen = {
        (judged.observation.situation, judged.observation.value): judged.observation
        for judged in requirement.observations
        if judged.observation.outcome == VALUE
    }
    sentences = []
    for (situation, value), observation in sorted(seen.items(), key=lambda item: item[0]):
        first = classified(observation, old.edition, old.reading)
        second = classified(observation, new.edition, new.reading)
        if first.outcome != second.outcome and situation in answers.situations():
            text = answers.situations()[situation].text
            sentences.append(
                f"{text} Under {named(new)} your {value} {_standing(second)}; under {named(old)} it {_standing(first)}."
            )
    return tuple(sentences)


def _standing(judged: Judged) -> str:
    said = _SAID.get(judged.outcome, judged.outcome)
    if judged.outcome in (TOLERATED, NOT_MET):
        said += f" (accepted: {judged.expected})"
    return said + (f" [{judged.conflict}]" if judged.conflict and judged.outcome == TOLERATED else "")


def _about_itself(
    before: RequirementVerdict, after: RequirementVerdict, old: JudgedRun, new: JudgedRun
) -> tuple[str, ...]:
    """Whether the clause is there at all, and how strongly it binds."""
    if before.verdict == after.verdict:
        return ()
    words = []
    for one, judged in ((before, old), (after, new)):
        if one.verdict == v.NOT_APPLICABLE and one.reason:
            words.append(f"Under {named(judged)} it is not applicable: {one.reason}.")
    if before.level != after.level:
        words.append(f"It is a {before.level} under {named(old)} and a {after.level} under {named(new)}.")
    return tuple(words)


def counts(judged: JudgedRun) -> Mapping[str, int]:
    """How many requirements have each verdict, in the order of reports."""
    return {verdict: judged.counts[verdict] for verdict in v.VERDICTS if judged.counts.get(verdict)}
