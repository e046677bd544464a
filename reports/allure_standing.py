"""Standing requirements as Allure's tests: one each, in a suite apart from the scenarios.

They are checked on every exchange and judged once for the run. What a scenario shows anyway is not shown here again, so
that a failure counts once.
"""

from __future__ import annotations

from allure_commons.model2 import Status, StatusDetails, TestResult, TestStepResult
from allure_commons.types import LabelType
from uec_booking.harness.judging.observations import MET
from uec_booking.harness.judging.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    PASS,
    WARN,
    Judged,
    JudgedRun,
    RequirementVerdict,
)

from .allure_exchanges import Attachments, Key
from .allure_messages import details, in_a_line
from .allure_model import STATUSES, label, milliseconds, step
from .allure_results import Results
from .findings import explained, scenario_shortfalls, shortfalls, standing
from .rerun import rerun

SUITE = "Standing requirements"
#: Of one requirement: exchanges on which it fell short or was met, and findings; results.json has them all.
SHORT_EXCHANGES, MET_EXCHANGES, _FINDINGS_SHOWN = 10, 1, 20
_TROUBLE = (FAIL, ERROR, INCONCLUSIVE)


def apart(run: JudgedRun) -> tuple[RequirementVerdict, ...]:
    """Those that no scenario shows already, with the same end."""
    requirements = {requirement.id: requirement for requirement in run.requirements}
    shown: set[str] = set()
    for scenario in run.scenarios:
        short = {judged.observation.requirement for _, judged in scenario_shortfalls(scenario, requirements)}
        for requirement in (requirements[id] for id in scenario.record.requirements if id in requirements):
            fell_short = requirement.verdict in (*_TROUBLE, WARN)
            if not fell_short or requirement.id in short or scenario.status == requirement.verdict:
                shown.add(requirement.id)
    return tuple(requirement for requirement in standing(run) if requirement.id not in shown)


class Standing:
    """Makes the tests of the standing requirements of one run."""

    def __init__(self, results: Results, attachments: Attachments) -> None:
        self._results = results
        self._attachments = attachments
        self._at = milliseconds(results.run.finished)

    def all(self) -> list[TestResult]:
        return [self._made(requirement) for requirement in apart(self._results.run)]

    def _made(self, requirement: RequirementVerdict) -> TestResult:
        found = [(requirement, judged) for judged in shortfalls(requirement)]
        again = rerun(self._results.run, requirement) if requirement.verdict in _TROUBLE else ""
        told = None
        if requirement.verdict != PASS:
            told = details(requirement.verdict, requirement.reason or requirement.text, found, again)
        made = self._results.result(
            f"standing::{requirement.id}",
            f"{requirement.id} {requirement.text}",
            requirement.verdict,
            told,
            requirements=(requirement.id,),
            place=(SUITE, requirement.role.capitalize()),
            labels=(
                label(LabelType.EPIC, SUITE),
                label(LabelType.FEATURE, requirement.role.capitalize()),
                label(LabelType.PARENT_SUITE, SUITE),
                label(LabelType.SUITE, requirement.role.capitalize()),
            ),
        )
        once = "Checked on every exchange with the system under test, judged once for the run."
        made.description = self._results.described(once, (requirement.id,))
        made.start = made.stop = self._at
        made.steps = [*self._met(requirement), *self._short(requirement)]
        return made

    def _met(self, requirement: RequirementVerdict) -> list[TestStepResult]:
        met: dict[Key, None] = {
            (judged.observation.scenario, exchange): None
            for judged in requirement.observations
            if judged.outcome == MET
            for exchange in judged.observation.exchanges
        }
        if not met:
            return []
        shown = [made for key in list(met)[:MET_EXCHANGES] for made in self._attachments.of(key[0], [key[1]])]
        some = f", {len(shown)} of them here" if len(shown) < len(met) else ""
        name = f"met on {len(met)} exchange{'' if len(met) == 1 else 's'}{some}"
        return [step(name, Status.PASSED, self._at, attachments=shown)]

    def _short(self, requirement: RequirementVerdict) -> list[TestStepResult]:
        left = SHORT_EXCHANGES
        steps = []
        for judged in shortfalls(requirement)[:_FINDINGS_SHOWN]:
            ids = list(judged.observation.exchanges)[: max(0, min(left, 2))]
            left -= len(ids)
            steps.append(self._shortfall(requirement, judged, ids))
        return steps

    def _shortfall(self, requirement: RequirementVerdict, judged: Judged, ids: list[str]) -> TestStepResult:
        seen = judged.observation
        made = step(
            f"expected {judged.expected}, actual {seen.actual}",
            STATUSES[requirement.verdict],
            self._at,
            attachments=self._attachments.of(seen.scenario, ids),
        )
        made.statusDetails = StatusDetails(message=in_a_line(requirement, judged), trace=explained(requirement, judged))
        return made
