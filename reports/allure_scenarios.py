"""Scenarios as Allure's tests: their steps, below each what was seen in it, and the exchanges it rests on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from allure_commons.model2 import Label, Status, StatusDetails, TestResult, TestStepResult
from allure_commons.types import LabelType
from uec_booking.harness.judging.observations import MET, StepOutcome, StepRecord
from uec_booking.harness.judging.verdicts import ERROR, FAIL, INCONCLUSIVE, PASS, WARN, Judged, ScenarioVerdict, Verdict

from .allure_exchanges import Attachments
from .allure_messages import Found, details, in_a_line
from .allure_model import label, milliseconds, step
from .allure_results import Results
from .findings import explained, scenario_shortfalls
from .rerun import rerun
from .stories.telling import letter

#: Exchanges attached to one scenario, and to a line of what was met in a green one; the stored run has them all.
MOST_EXCHANGES, MET_EXCHANGES = 200, 2
_STEP_STATUSES = {
    StepOutcome.PASSED: Status.PASSED,
    StepOutcome.NOT_RUN: Status.SKIPPED,
    StepOutcome.NOT_MET: Status.FAILED,
}
#: The longest line of what was met.
_MET_LENGTH = 160


class Scenarios:
    """Makes the tests of the scenarios of one run."""

    def __init__(self, results: Results, attachments: Attachments) -> None:
        self._results = results
        self._attachments = attachments

    def all(self) -> list[TestResult]:
        return [self._made(scenario) for scenario in self._results.run.scenarios]

    def _made(self, scenario: ScenarioVerdict) -> TestResult:
        record, run = scenario.record, self._results.run
        found = scenario_shortfalls(scenario, self._results.requirements)
        asked = self._results.known(record.requirements)
        again = rerun(run, *asked) if asked and scenario.status in (FAIL, ERROR, INCONCLUSIVE) else ""
        needed = scenario.status != PASS
        made = self._results.result(
            record.id,
            record.name,
            scenario.status,
            details(scenario.status, scenario.reason, found, again) if needed else None,
            requirements=record.requirements,
            place=(_topic(record.id), record.feature),
            labels=_labels(scenario),
            story=bool(letter(record)),
        )
        made.description = self._results.described(record.description, record.requirements)
        made.start = milliseconds(record.started)
        made.stop = made.start + round(record.seconds * 1000)
        made.steps = self._steps(scenario, found, made.start)
        return made

    def _steps(self, scenario: ScenarioVerdict, short: Found, start: int) -> list[TestStepResult]:
        record = scenario.record
        seen = {number: self._seen(one, scenario) for number, one in enumerate(record.steps)}
        shown = _evidence(scenario, [judged for lines in seen.values() for judged in lines])
        steps = []
        for number, one in enumerate(record.steps):
            stop = start + round(one.seconds * 1000)
            made = step(
                f"{one.keyword} {one.name}",
                _step_status(one, scenario.status),
                start,
                until=stop,
                steps=[step(_met(judged, times), Status.PASSED, stop) for judged, times in seen[number].items()],
                attachments=self._attachments.of(record.id, [id for id in dict.fromkeys(one.exchanges) if id in shown]),
            )
            made.statusDetails = _step_details(one, short)
            steps.append(made)
            start = stop
        return [*steps, *self._others(scenario, shown, start)]

    def _others(self, scenario: ScenarioVerdict, shown: Container[str], at: int) -> Iterator[TestStepResult]:
        """The exchanges outside the steps, and how many there are that are not shown."""
        record = scenario.record
        ids = [str(exchange["id"]) for exchange in record.exchanges]
        in_steps = {id for one in record.steps for id in one.exchanges}
        others = [id for id in ids if id in shown and id not in in_steps]
        if others:
            name = "Outside the steps: setting up and tidying away"
            yield step(name, Status.PASSED, at, attachments=self._attachments.of(record.id, others))
        left = sum(id not in shown for id in ids)
        if left:
            rest = "on which no line above rests" if scenario.status == PASS else "beyond what is shown of one scenario"
            yield step(f"{left} more exchange{'' if left == 1 else 's'}, {rest}: in run.jsonl", Status.PASSED, at)

    def _seen(self, of: StepRecord, scenario: ScenarioVerdict) -> dict[Judged, int]:
        """What was met in a step, one for each requirement, and how many times: the evidence of a PASS."""
        met: dict[str, Judged] = {}
        times: dict[str, int] = {}
        for judged in scenario.judged:
            seen = judged.observation
            if judged.outcome == MET and _is_of(of, seen.step) and seen.requirement in scenario.record.requirements:
                met.setdefault(seen.requirement, judged)
                times[seen.requirement] = times.get(seen.requirement, 0) + 1
        return {judged: times[id] for id, judged in met.items()}


def _evidence(scenario: ScenarioVerdict, met: Iterable[Judged]) -> set[str]:
    """The exchanges that are shown: of a green scenario those that what was met rests on, of any other all."""
    if scenario.status == PASS:
        return {id for judged in met for id in judged.observation.exchanges[-MET_EXCHANGES:]}
    return {str(exchange["id"]) for exchange in scenario.record.exchanges[:MOST_EXCHANGES]}


def _step_details(of: StepRecord, short: Found) -> StatusDetails | None:
    found = [(requirement, judged) for requirement, judged in short if _is_of(of, judged.observation.step)]
    if not found:
        return None
    return StatusDetails(
        message=in_a_line(*found[0]),
        trace="\n\n".join(explained(requirement, judged) for requirement, judged in found),
    )


def _met(judged: Judged, times: int) -> str:
    seen = judged.observation
    said = " ".join(seen.actual.split())
    cut = said if len(said) <= _MET_LENGTH else f"{said[:_MET_LENGTH]}…"
    return f"{seen.requirement} met{f' {times} times' if times > 1 else ''}: {cut}"


def _is_of(one: StepRecord, name: str) -> bool:
    return name in (one.name, f"{one.keyword} {one.name}")


def _topic(scenario: str) -> str:
    """The first folder of the features, as a heading: Provider, Registry, Workflow …"""
    folder, found, _ = scenario.partition("::")[0].partition("/")
    return folder.capitalize() if found else "UEC Booking"


def _labels(scenario: ScenarioVerdict) -> Iterable[Label]:
    record = scenario.record
    named = dict(tag.split(":", 1) for tag in record.tags if tag.startswith(("epic:", "story:")))
    yield label(LabelType.EPIC, named.get("epic") or _topic(record.id))
    yield label(LabelType.FEATURE, record.feature)
    if "story" in named:
        yield label(LabelType.STORY, f"Story {named['story']}")
    yield label(LabelType.PARENT_SUITE, _topic(record.id))
    yield label(LabelType.SUITE, record.feature)
    for tag in record.tags:
        if tag not in record.requirements and not tag.startswith(("epic:", "story:")):
            yield label(LabelType.TAG, tag)


def _step_status(one: StepRecord, verdict: Verdict) -> str:
    # A step records "not met" before anyone judged it; in a scenario that only warns it is no failure.
    if one.outcome == StepOutcome.NOT_MET and verdict == WARN:
        return str(Status.UNKNOWN)
    return str(_STEP_STATUSES.get(one.outcome, Status.BROKEN))
