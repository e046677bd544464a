"""What was not met, and where it was seen: the questions that every report asks of a judged run."""

from __future__ import annotations

from uec_booking.harness.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    VERDICTS,
    Judged,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
)

from .text import one_line

#: Verdicts that need someone to do something, worst first.
TROUBLE = (FAIL, ERROR, INCONCLUSIVE)

_OUTCOMES = ("not met", "not observed", "tolerated", "met")


def standing(run: JudgedRun) -> tuple[RequirementVerdict, ...]:
    """Requirements seen outside the tags of every scenario: checked on all exchanges, judged once.

    One that was never seen and is not in trouble is left out: nothing was standing guard there.
    """
    tagged = {id for scenario in run.scenarios for id in scenario.record.requirements}
    return tuple(
        requirement
        for requirement in run.requirements
        if requirement.id not in tagged and (requirement.observations or requirement.verdict in (FAIL, ERROR))
    )


def with_verdict(run: JudgedRun, *verdicts: str) -> tuple[RequirementVerdict, ...]:
    """The requirements that got one of ``verdicts``, in the order of ``verdicts``, then by id."""
    chosen = [requirement for requirement in run.requirements if requirement.verdict in verdicts]
    return tuple(sorted(chosen, key=lambda r: (verdicts.index(r.verdict), r.id)))


def shortfalls(requirement: RequirementVerdict) -> tuple[Judged, ...]:
    """What was observed of ``requirement`` short of plainly met, the worst first."""
    return tuple(sorted((j for j in requirement.observations if j.outcome != "met"), key=_badness))


def scenario_shortfalls(
    scenario: ScenarioVerdict, requirements: dict[str, RequirementVerdict]
) -> tuple[tuple[RequirementVerdict | None, Judged], ...]:
    """What ``scenario`` saw short of met of the requirements that it decides, the worst first.

    Standing requirements are left out: they never colour the scenario they were seen in.
    """
    own = set(scenario.record.requirements)
    seen = [j for j in scenario.judged if j.outcome != "met" and j.observation.requirement in own]
    pairs = [(requirements.get(j.observation.requirement), j) for j in sorted(seen, key=_badness)]
    return tuple(pair for pair in pairs if pair[0] is None or pair[0].level != "MAY")


def counts_of(verdicts: list[str]) -> dict[str, int]:
    """How often each verdict occurs, worst first, those that do not occur left out."""
    order = [*VERDICTS, *sorted(set(verdicts) - set(VERDICTS))]
    return {verdict: verdicts.count(verdict) for verdict in order if verdict in verdicts}


def explained(requirement: RequirementVerdict | None, judged: Judged) -> str:
    """A shortfall in a few lines of plain text: what is required, expected beside actual, where."""
    seen = judged.observation
    level = f" ({requirement.level})" if requirement else ""
    lines = [f"{seen.requirement}{level} {judged.outcome}"]
    if requirement:
        lines.append(f"  required: {one_line(requirement.text, 600)}")
    lines.append(f"  expected: {one_line(judged.expected, 2000)}")
    lines.append(f"  actual:   {one_line(seen.actual, 2000)}")
    for label, value in (
        ("where:    ", seen.where),
        ("step:     ", seen.step),
        ("exchanges:", ", ".join(seen.exchanges)),
        ("conflict: ", judged.conflict),
        ("note:     ", judged.note),
    ):
        if value:
            lines.append(f"  {label} {one_line(value, 600)}")
    return "\n".join(lines)


def verdict_explained(requirement: RequirementVerdict, limit: int = 10) -> str:
    """Why ``requirement`` has its verdict, with at most ``limit`` of its shortfalls."""
    found = shortfalls(requirement)
    parts = [
        f"{requirement.verdict} {requirement.id} ({requirement.level}): {one_line(requirement.text, 600)}"
    ]
    if requirement.reason:
        parts.append(f"  reason:   {one_line(requirement.reason, 600)}")
    parts += [explained(None, judged) for judged in found[:limit]]
    if len(found) > limit:
        parts.append(f"and {len(found) - limit} more observations, in results.json")
    return "\n".join(parts)


def _badness(judged: Judged) -> int:
    return _OUTCOMES.index(judged.outcome) if judged.outcome in _OUTCOMES else 0
