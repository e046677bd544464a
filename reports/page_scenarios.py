"""The scenarios in the page, feature by feature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby

from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict, ScenarioVerdict

from .findings import scenario_shortfalls

#: Of one scenario; its requirements have them all.
SHORTFALLS_SHOWN = 20


def scenario_place(id: str) -> str:
    """The anchor of a scenario; the same in every run, and in every report that lists scenarios."""
    return f"scenario-{hashlib.sha256(id.encode('utf-8', 'backslashreplace')).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario and its anchor, what fell short, and each requirement that it decides: whether the page has it."""

    verdict: ScenarioVerdict
    place: str
    short: list[str]
    decides: list[tuple[str, bool]]


def scenarios(run: JudgedRun) -> list[tuple[str, list[Shown]]]:
    """Every scenario that ran, by feature."""
    by_id = {requirement.id: requirement for requirement in run.requirements}
    ordered = sorted(run.scenarios, key=lambda s: (s.record.feature, s.record.id))
    return [
        (feature, [_shown(scenario, by_id) for scenario in members])
        for feature, members in groupby(ordered, key=lambda s: s.record.feature)
    ]


def _shown(scenario: ScenarioVerdict, by_id: dict[str, RequirementVerdict]) -> Shown:
    short = [
        f"{j.observation.requirement}: expected {j.expected}, actual {j.observation.actual}"
        for _, j in scenario_shortfalls(scenario, by_id)
    ]
    place = scenario_place(scenario.record.id)
    return Shown(scenario, place, short[:SHORTFALLS_SHOWN], [(id, id in by_id) for id in scenario.record.requirements])
