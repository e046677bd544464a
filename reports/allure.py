"""``allure-results/``: the judged run for Allure 2 and 3, made from what was stored.

It is written after judging and not while pytest runs, so that a stored run, judged
under another edition, gives its own Allure report. Names of files and ids follow from the
scenarios: the same run gives the same files, and history lines up from run to run.

WARN has the Allure status *unknown*. "Passed" would be plain green in every chart of
Allure 2 and 3 (the marks for flaky or known only add a small icon), and "broken" would
accuse; *unknown* is neither, is counted apart, and has a category and a tag of its own.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import attr
from allure_commons.model2 import (
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import LabelType, LinkType, Severity
from uec_booking.harness.judging.observations import MET, StepOutcome, StepRecord
from uec_booking.harness.judging.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    NOT_RUN,
    PASS,
    TO_ATTEST,
    WARN,
    Judged,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
    Verdict,
)
from uec_booking.standard.levels import MAY, MUST, SHOULD

from .allure_about import write_about
from .allure_attachments import Attachments, stable_id
from .exchanges import of_run
from .findings import explained, scenario_shortfalls, shortfalls, standing, verdict_explained
from .reporter import SilentReporter, write_document
from .rerun import rerun
from .text import clean, one_line

STATUSES = {
    FAIL: Status.FAILED,
    INCONCLUSIVE: Status.BROKEN,
    ERROR: Status.BROKEN,
    WARN: Status.UNKNOWN,
    NOT_APPLICABLE: Status.SKIPPED,
    NOT_RUN: Status.SKIPPED,
    TO_ATTEST: Status.SKIPPED,
}
#: Where the page lies as seen from a report that Allure makes in the run's folder.
PAGE = "../report.html"
STANDING_FEATURE = "Standing requirements"
#: Exchanges attached to one scenario, and to one standing requirement; the stored run has them all.
SCENARIO_EXCHANGES, STANDING_EXCHANGES = 200, 10
_FINDINGS_SHOWN = 20

_SEVERITIES = {MUST: Severity.CRITICAL, SHOULD: Severity.NORMAL, MAY: Severity.MINOR}
_STEP_STATUSES = {
    StepOutcome.PASSED: Status.PASSED,
    StepOutcome.NOT_RUN: Status.SKIPPED,
    StepOutcome.NOT_MET: Status.FAILED,
}


class AllureReporter(SilentReporter):
    """Writes ``allure-results/``.

    The links of requirement ids lead to the page of the same run: a report that Allure makes beside it (in the folder
    of the run, as ``allure generate -o reports/out/allure-report`` does) finds it one folder up, from a disk as from
    a server.
    """

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        folder = directory / "allure-results"
        folder.mkdir(exist_ok=True)
        for old in [*folder.glob("*-result.json"), *folder.glob("*-attachment.txt")]:
            old.unlink()  # else Allure takes the last run's results for retries of this one
        _Writer(run, folder).write()
        write_about(run, folder)


class _Writer:
    """One run into one folder."""

    def __init__(self, run: JudgedRun, folder: Path) -> None:
        self._run = run
        self._folder = folder
        self._requirements = {requirement.id: requirement for requirement in run.requirements}
        self._attachments = Attachments(folder, of_run(run))

    def write(self) -> None:
        results = [self._scenario(scenario) for scenario in self._run.scenarios]
        results += [self._standing(requirement) for requirement in standing(self._run)]
        if self._run.exit_status and not any(r.status in (Status.FAILED, Status.BROKEN) for r in results):
            results.append(self._ending())
        for result in results:
            data = attr.asdict(result, filter=lambda _, value: value is not None and value != [])
            write_document(self._folder / f"{result.uuid}-result.json", json.dumps(data, ensure_ascii=False, indent=1))

    def _scenario(self, scenario: ScenarioVerdict) -> TestResult:
        record = scenario.record
        found = scenario_shortfalls(scenario, self._requirements)
        message = "\n\n".join(
            [*([one_line(scenario.reason, 2_000)] if scenario.reason else []),
             *(explained(requirement, judged) for requirement, judged in found[:_FINDINGS_SHOWN])]
        )  # fmt: skip
        result = self._result(record.id, record.name, scenario.status, message, record.requirements)
        result.description = self._described(record.description, record.requirements)
        result.start = _milliseconds(record.started)
        result.stop = result.start + round(record.seconds * 1000)
        result.steps = self._steps(scenario, result.start)
        folder = record.id.partition("::")[0].split("/")[:-1]
        result.titlePath = [one_line(part) for part in [*folder, record.feature]]
        named = dict(tag.split(":", 1) for tag in record.tags if tag.startswith(("epic:", "story:")))
        result.labels += [
            _label(LabelType.EPIC, named.get("epic") or (folder[0].capitalize() if folder else "UEC Booking")),
            _label(LabelType.FEATURE, record.feature),
            _label(LabelType.STORY, named.get("story") or record.name),
            _label(LabelType.PARENT_SUITE, "/".join(folder) or "features"),
            _label(LabelType.SUITE, record.feature),
            *(_label(LabelType.TAG, tag) for tag in record.tags if tag not in record.requirements),
        ]
        return result

    def _steps(self, scenario: ScenarioVerdict, start: int) -> list[TestStepResult]:
        record = scenario.record
        left = SCENARIO_EXCHANGES
        attached: set[str] = set()
        steps = []
        for step in record.steps:
            stop = start + round(step.seconds * 1000)
            made = TestStepResult(
                name=one_line(f"{step.keyword} {step.name}", 1_000), start=start, stop=stop, stage="finished"
            )
            made.status = _step_status(step, scenario.status)
            made.statusDetails = self._step_details(step, scenario)
            ids = list(dict.fromkeys(step.exchanges))[: max(left, 0)]
            made.attachments = self._attachments.of(record.id, ids)
            left -= len(ids)
            attached.update(step.exchanges)
            steps.append(made)
            start = stop
        others = [str(e["id"]) for e in record.exchanges if e["id"] not in attached][: max(left, 0)]
        if others:
            steps.append(
                TestStepResult(
                    name="Outside the steps: setting up and tidying away",
                    status=Status.PASSED,
                    stage="finished",
                    start=start,
                    stop=start,
                    attachments=self._attachments.of(record.id, others),
                )
            )
        return steps

    def _step_details(self, step: StepRecord, scenario: ScenarioVerdict) -> StatusDetails | None:
        found = [
            explained(requirement, judged)
            for requirement, judged in scenario_shortfalls(scenario, self._requirements)
            if judged.observation.step in (step.name, f"{step.keyword} {step.name}")
        ]
        return StatusDetails(message="\n\n".join(found[:_FINDINGS_SHOWN])) if found else None

    def _standing(self, requirement: RequirementVerdict) -> TestResult:
        name = f"{requirement.id} {requirement.text}"
        message = "" if requirement.verdict == PASS else verdict_explained(requirement)
        result = self._result(f"standing::{requirement.id}", name, requirement.verdict, message, (requirement.id,))
        told = "Checked on every exchange with the system under test, judged once for the run."
        result.description = self._described(told, (requirement.id,))
        result.start = result.stop = _milliseconds(self._run.finished)
        result.titlePath = [STANDING_FEATURE]
        met = {
            (judged.observation.scenario, exchange)
            for judged in requirement.observations
            if judged.outcome == MET
            for exchange in judged.observation.exchanges
        }
        if met:
            result.steps.append(
                TestStepResult(
                    name=f"met on {len(met)} exchanges",
                    status=Status.PASSED,
                    stage="finished",
                    start=result.start,
                    stop=result.stop,
                )
            )
        left = STANDING_EXCHANGES
        for judged in shortfalls(requirement)[:_FINDINGS_SHOWN]:
            step, used = self._shortfall_step(judged, STATUSES.get(requirement.verdict), left, result.start)
            result.steps.append(step)
            left -= used
        result.labels += [
            _label(LabelType.EPIC, STANDING_FEATURE),
            _label(LabelType.FEATURE, STANDING_FEATURE),
            _label(LabelType.STORY, requirement.role),
            _label(LabelType.PARENT_SUITE, STANDING_FEATURE),
            _label(LabelType.SUITE, requirement.role),
        ]
        return result

    def _shortfall_step(self, judged: Judged, status: str | None, left: int, at: int) -> tuple[TestStepResult, int]:
        seen = judged.observation
        ids = list(seen.exchanges)[: max(0, min(left, 2))]
        step = TestStepResult(
            name=one_line(f"expected {judged.expected}, actual {seen.actual}", 300),
            status=status or Status.PASSED,
            stage="finished",
            start=at,
            stop=at,
            statusDetails=StatusDetails(message=explained(None, judged)),
            attachments=self._attachments.of(seen.scenario, ids),
        )
        return step, len(ids)

    def _ending(self) -> TestResult:
        why = self._run.reason or self._run.headline()
        verdict = INCONCLUSIVE if self._run.exit_status == 2 else ERROR
        result = self._result("run::ending", "The run reached a verdict", verdict, one_line(why, 2_000), ())
        result.start = result.stop = _milliseconds(self._run.finished)
        result.labels += [_label(LabelType.FEATURE, "The run itself")]
        return result

    def _result(self, id: str, name: str, verdict: Verdict, message: str, requirements: tuple[str, ...]) -> TestResult:
        levels = [self._requirements[r].level for r in requirements if r in self._requirements]
        severity = next((s for level, s in _SEVERITIES.items() if level in levels), Severity.NORMAL)
        same = f"{id}\n{self._run.edition}\n{self._run.reading}".encode("utf-8", "backslashreplace")
        result = TestResult(
            uuid=stable_id("result", id),
            # Editions are judged apart: the same scenario under two of them is not a retry.
            historyId=hashlib.md5(same, usedforsecurity=False).hexdigest(),
            testCaseId=stable_id("case", id),
            fullName=one_line(id, 1_000),
            name=one_line(name),
            status=STATUSES.get(verdict, Status.PASSED),
            stage="finished",
        )
        again = [self._requirements[r] for r in requirements if r in self._requirements]
        if again and verdict in (FAIL, ERROR, INCONCLUSIVE):
            message += f"\n\nRun it again: {rerun(self._run, *again)}"
        if message or result.status != Status.PASSED:
            result.statusDetails = StatusDetails(message=f"{verdict}: {message}".rstrip(": "))
        result.parameters = [Parameter(name="edition", value=one_line(self._run.edition))]
        if self._run.reading:
            result.parameters.append(Parameter(name="reading", value=one_line(self._run.reading)))
        result.links = [
            Link(type=LinkType.TEST_CASE, url=f"{PAGE}#{one_line(r)}", name=one_line(r)) for r in requirements
        ]
        result.labels = [
            _label(LabelType.SEVERITY, severity.value),
            _label(LabelType.FRAMEWORK, "uec-booking"),
            _label(LabelType.LANGUAGE, "gherkin"),
            *(_label(LabelType.TAG, r) for r in requirements),
            *([_label(LabelType.TAG, verdict)] if verdict != PASS else []),
        ]
        return result

    def _described(self, text: str, requirements: tuple[str, ...]) -> str:
        """What it is about and what it decides, for those whose report lies where the links lead nowhere."""
        asked = [
            f"{one.id} ({one.level}): {one_line(one.text, 600)}"
            for one in (self._requirements.get(name) for name in requirements)
            if one
        ]
        return "\n\n".join(filter(None, [clean(text), *asked]))


def _label(name: str, value: Any) -> Label:
    return Label(name=name, value=one_line(value))


def _step_status(step: StepRecord, verdict: Verdict) -> str:
    # A step records "not met" before anyone judged it; in a scenario that only warns it is no failure.
    if step.outcome == StepOutcome.NOT_MET and verdict == WARN:
        return Status.UNKNOWN
    return _STEP_STATUSES.get(step.outcome, Status.BROKEN)


def _milliseconds(time: str) -> int:
    """UTC, ISO 8601, to milliseconds of the epoch; 0 where a stored run has no time."""
    try:
        return round(datetime.fromisoformat(time).timestamp() * 1000)
    except ValueError:
        return 0
