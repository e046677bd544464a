"""The tests of a run as programs for test results list them: scenarios, and what is checked on every exchange.

No list of them is greener than the exit status: a run that ended badly although no test says so gets one that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from uec_booking.harness.judging.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
    Verdict,
)

from .findings import explained, scenario_shortfalls, standing, verdict_explained
from .once import once_a_run
from .rerun import rerun
from .secrets import redacted_line, without_secrets
from .text import clean, one_line


class Suite(StrEnum):
    """What a test is of."""

    SCENARIOS = "scenarios"
    STANDING = "standing requirements"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Case:
    """One test; all its texts are harmless. ``headline`` says in a line what fell short, ``details`` at length."""

    id: str
    suite: Suite
    feature: str
    name: str
    verdict: Verdict
    requirements: tuple[str, ...]
    headline: str
    details: str
    seconds: float = 0.0
    started: str = ""
    tags: tuple[str, ...] = ()


@once_a_run
def cases(run: JudgedRun) -> tuple[Case, ...]:
    """All of ``run``, by suite and id: the same for the same judged run."""
    by_id = {requirement.id: requirement for requirement in run.requirements}
    found = [_scenario(run, one, by_id) for one in sorted(run.scenarios, key=lambda s: s.record.id)]
    found += [_standing(run, one) for one in sorted(standing(run), key=lambda r: r.id)]
    if run.exit_status and not any(case.verdict in (FAIL, ERROR, INCONCLUSIVE) for case in found):
        found.append(_ending(run))
    return tuple(found)


def _scenario(run: JudgedRun, scenario: ScenarioVerdict, by_id: Mapping[str, RequirementVerdict]) -> Case:
    record = scenario.record
    found = scenario_shortfalls(scenario, dict(by_id))
    headlines = [
        f"{seen.observation.requirement}: expected {redacted_line(seen.expected, 120)}, "
        f"actual {redacted_line(seen.observation.actual, 120)}"
        for _, seen in found
    ]
    if scenario.reason:
        headlines.insert(0, redacted_line(scenario.reason))
    about = (by_id[id] for id in record.requirements if id in by_id)
    details = [scenario.reason, *(explained(r, j) for r, j in found), *_further(run, about)]
    return Case(
        id=one_line(record.id, 1000),
        suite=Suite.SCENARIOS,
        feature=one_line(record.feature),
        name=one_line(record.name),
        verdict=scenario.status,
        requirements=record.requirements,
        headline="; ".join(headlines),
        details=without_secrets(clean("\n".join(filter(None, details)))),
        seconds=record.seconds,
        started=record.started,
        tags=record.tags,
    )


def _standing(run: JudgedRun, requirement: RequirementVerdict) -> Case:
    why = verdict_explained(requirement)
    return Case(
        id=f"standing::{requirement.id}",
        suite=Suite.STANDING,
        feature=Suite.STANDING.value,
        name=one_line(f"{requirement.id} {requirement.text}"),
        verdict=requirement.verdict,
        requirements=(requirement.id,),
        headline=redacted_line(requirement.reason or why.partition("\n")[0], 1000),
        details=clean("\n".join([why, *_further(run, [requirement])])),
    )


def _ending(run: JudgedRun) -> Case:
    return Case(
        id="run::ending",
        suite=Suite.RUN,
        feature=Suite.RUN.value,
        name="the run reached a verdict",
        verdict=INCONCLUSIVE if run.exit_status == 2 else ERROR,
        requirements=(),
        headline=one_line(run.headline(), 1000),
        details=clean(run.reason or run.headline()),
    )


def _further(run: JudgedRun, requirements: Iterable[RequirementVerdict]) -> list[str]:
    """Where to read more of the requirements, and how to run them again."""
    known = list(requirements)
    if not known:
        return []
    pages = ", ".join(f"report.html#{one.id}" for one in known)
    return [f"read more:   {pages}", f"run again:   {rerun(run, *known)}"]
