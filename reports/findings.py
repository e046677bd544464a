"""What was not met, and where it was seen: the questions that every report asks of a judged run."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.harness.judging.observations import NOT_MET, NOT_OBSERVED, TOLERATED, Observation
from uec_booking.harness.judging.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    INFO,
    NOT_APPLICABLE,
    PASS,
    VERDICTS,
    Judged,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
    Verdict,
)

from .secrets import redacted_line
from .text import one_line

#: Verdicts that need someone to do something, worst first.
TROUBLE = (FAIL, ERROR, INCONCLUSIVE)

#: Outcomes of an observation that fall short of plainly met, worst first.
_SHORT = (NOT_MET, NOT_OBSERVED, TOLERATED)
#: The step that the harness notes for what it checks on every exchange.
STANDING_STEP = "standing"


@dataclass(frozen=True, slots=True)
class Seen:
    """The same shortfall, however often it was seen: once as it was first seen, and in how many scenarios.

    ``systems`` are those of which it was seen, by the names of the settings.
    """

    judged: Judged
    scenarios: int
    times: int
    systems: tuple[str, ...] = ()


def standing(run: JudgedRun) -> tuple[RequirementVerdict, ...]:
    """Requirements seen outside the tags of the scenarios: checked on all exchanges, judged once.

    Those in trouble that no scenario decides are among them, so that a report which lists
    scenarios and these leaves no failure out.
    """
    tagged = {id for scenario in run.scenarios for id in scenario.record.requirements}
    return tuple(
        requirement
        for requirement in run.requirements
        if any(judged.observation.step == STANDING_STEP for judged in requirement.observations)
        or (requirement.id not in tagged and (requirement.observations or requirement.verdict in TROUBLE))
    )


def with_verdict(run: JudgedRun, *verdicts: str) -> tuple[RequirementVerdict, ...]:
    """The requirements that got one of ``verdicts``, in the order of ``verdicts``, then by id."""
    chosen = [requirement for requirement in run.requirements if requirement.verdict in verdicts]
    return tuple(sorted(chosen, key=lambda r: (verdicts.index(r.verdict), r.id)))


def shortfalls(requirement: RequirementVerdict) -> tuple[Judged, ...]:
    """What was observed of ``requirement`` short of plainly met, the worst first."""
    return tuple(sorted((j for j in requirement.observations if j.outcome in _SHORT), key=_badness))


def seen_once(requirement: RequirementVerdict) -> tuple[Seen, ...]:
    """Its shortfalls, equal ones once. What a step looked for comes before what was seen on the way."""
    groups: dict[tuple[str, ...], list[Judged]] = {}
    for judged in shortfalls(requirement):
        seen = judged.observation
        same = (judged.outcome, judged.expected, seen.actual, seen.where, judged.conflict, judged.note)
        groups.setdefault(same, []).append(judged)
    found = []
    for alike in groups.values():
        alike.sort(key=lambda judged: judged.observation.step == STANDING_STEP)
        systems = tuple(sorted({judged.observation.system for judged in alike} - {""}))
        found.append(Seen(alike[0], len({judged.observation.scenario for judged in alike}), len(alike), systems))
    found.sort(key=lambda one: (_badness(one.judged), one.judged.observation.step == STANDING_STEP, -one.scenarios))
    return tuple(found)


def scenario_shortfalls(
    scenario: ScenarioVerdict, requirements: dict[str, RequirementVerdict]
) -> tuple[tuple[RequirementVerdict | None, Judged], ...]:
    """What ``scenario`` saw short of met of the requirements that it decides, the worst first.

    Left out is what cannot colour it: what was only seen as standing, and what does not
    apply or is free.
    """
    own = set(scenario.record.requirements)
    found = []
    for judged in scenario.judged:
        seen = judged.observation
        requirement = requirements.get(seen.requirement)
        if judged.outcome not in _SHORT or seen.requirement not in own or seen.step == STANDING_STEP:
            continue
        if requirement is None or requirement.verdict not in (NOT_APPLICABLE, INFO):
            found.append((requirement, judged))
    return tuple(sorted(found, key=lambda pair: _badness(pair[1])))


def step_of(observation: Observation) -> str:
    """The step in which something was seen, in words for a reader."""
    return "checked on every exchange" if observation.step == STANDING_STEP else observation.step


def in_part(run: JudgedRun) -> dict[str, str]:
    """The requirements that are PASS although not all that decides them was seen, each with the reason."""
    by_id = {scenario.record.id: scenario for scenario in run.scenarios}
    found = {}
    for requirement in run.requirements:
        if requirement.verdict != PASS:
            continue
        ran = [by_id[id] for id in requirement.scenarios if id in by_id]
        told = [requirement.reason] if requirement.reason else []
        left = [scenario.reason for scenario in ran if scenario.status == NOT_APPLICABLE]
        if left:
            why = "; ".join(sorted({reason for reason in left if reason}))
            told.append(f"{len(left)} of {len(ran)} scenarios that decide it did not run{f': {why}' if why else ''}")
        if told:
            found[requirement.id] = "; ".join(told)
    return found


def counts_of(verdicts: list[Verdict]) -> dict[Verdict, int]:
    """How often each verdict occurs, worst first, those that do not occur left out."""
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS if verdict in verdicts}


def explained(requirement: RequirementVerdict | None, judged: Judged) -> str:
    """A shortfall in a few lines of plain text without credentials: what is required, expected beside actual, where."""
    seen = judged.observation
    level = f" ({requirement.level})" if requirement else ""
    lines = [f"{seen.requirement}{level} {judged.outcome}"]
    if requirement:
        lines.append(f"  required: {redacted_line(requirement.text, 600)}")
    lines.append(f"  expected: {redacted_line(judged.expected, 2000)}")
    lines.append(f"  actual:   {redacted_line(seen.actual, 2000)}")
    for label, value in (
        ("system:   ", seen.system.replace("_", " ")),
        ("where:    ", seen.where),
        ("step:     ", step_of(seen)),
        ("exchanges:", ", ".join(seen.exchanges)),
        ("conflict: ", judged.conflict),
        ("note:     ", judged.note),
    ):
        if value:
            lines.append(f"  {label} {redacted_line(value, 600)}")
    return "\n".join(lines)


def verdict_explained(requirement: RequirementVerdict, limit: int = 10) -> str:
    """Why ``requirement`` has its verdict, with at most ``limit`` of its shortfalls."""
    found = shortfalls(requirement)
    parts = [f"{requirement.verdict} {requirement.id} ({requirement.level}): {one_line(requirement.text, 600)}"]
    if requirement.reason:
        parts.append(f"  reason:   {redacted_line(requirement.reason, 600)}")
    parts += [explained(None, judged) for judged in found[:limit]]
    if len(found) > limit:
        parts.append(f"and {len(found) - limit} more observations, in results.json")
    return "\n".join(parts)


def _badness(judged: Judged) -> int:
    return _SHORT.index(judged.outcome)


def in_a_line(requirement: RequirementVerdict) -> str:
    """What is wrong with a requirement, in one sentence: the first shortfall, else why it has its verdict."""
    for judged in shortfalls(requirement):
        place = f" ({judged.observation.where})" if judged.observation.where else ""
        return f"expected {judged.expected}, actual {judged.observation.actual}{place}"
    return requirement.reason or requirement.text
