"""The record of one scenario, made when it has ended, and what pytest is told of it."""

from __future__ import annotations

import traceback

import pytest
from uec_booking.standard import requirements

from ..catalogue.selection import is_requirement_id
from ..errors import (
    CannotGoOn,
    NotApplicable,
    SettingsError,
    SystemAway,
    ToAttest,
    Unsupported,
    is_no_room,
    why_not_written,
)
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import NOT_MET, STANDING, Problem, ProblemKind, Run, ScenarioRecord, StepOutcome
from ..judging.recorder import Recorder
from ..text import clean
from .items import tags_of, template_of
from .session import RunSession

#: The keyword of the step that every scenario has behind its own.
AFTERWARDS = "Afterwards"

#: Problems after which no other scenario is begun.
ENDS_THE_RUN = (ProblemKind.SYSTEM_AWAY, ProblemKind.NO_ROOM)

#: The exceptions that carry meaning, and the kind of problem that each is in the record.
_PROBLEMS: dict[type[Exception], ProblemKind] = {
    CannotGoOn: ProblemKind.INCONCLUSIVE,
    Unsupported: ProblemKind.UNSUPPORTED,
    NotApplicable: ProblemKind.NOT_APPLICABLE,
    ToAttest: ProblemKind.TO_ATTEST,
    SettingsError: ProblemKind.SETTINGS,
    SystemAway: ProblemKind.SYSTEM_AWAY,
}


def problem_of(error: Exception) -> Problem:
    """What kept a scenario from going on, from the exception that ended it; one that means nothing is our own fault."""
    for known, kind in _PROBLEMS.items():
        if isinstance(error, known):
            return Problem(kind, str(error), getattr(error, "because", ""))
    if is_no_room(error):
        return Problem(ProblemKind.NO_ROOM, f"there is no room to write: {why_not_written(error)}")
    return Problem(ProblemKind.HARNESS, f"{type(error).__name__}: {error}"[:500])


def report_outcome(session: RunSession, record: ScenarioRecord, failure: Exception | None) -> None:
    """Raise what pytest should report for the scenario."""
    run = Run(
        started=record.started,
        finished=record.started,
        edition=session.settings.edition,
        reading=session.settings.reading,
        systems_under_test=session.settings.systems_under_test(),
        claims=session.settings.capabilities,
        partial=True,
        scenarios=(record,),
    )
    verdict = judge(run, requirements.load()).scenarios[0]
    if verdict.status in (v.PASS, v.WARN):
        return
    if verdict.status in (v.NOT_APPLICABLE, v.TO_ATTEST):
        pytest.skip(clean(f"{verdict.status}: {verdict.reason}"))
    if failure is not None:
        # As text: pytest would show the exception with whatever a system put into its message.
        pytest.fail(clean("".join(traceback.format_exception(failure))), pytrace=False)
    lines = [f"{verdict.status}: {verdict.reason}"]
    lines += [
        f"  {j.observation.requirement}: expected {j.expected}; seen {j.observation.actual}"
        for j in verdict.judged
        if j.outcome == NOT_MET and j.observation.step != STANDING
    ]
    pytest.fail(clean("\n".join(lines)), pytrace=False)


def _how_it_ended(problem: Problem | None) -> StepOutcome | None:
    """What became of the step at which a scenario ended, where its observations do not say."""
    if problem is None:
        return None
    return StepOutcome.ERROR if problem.kind == ProblemKind.HARNESS else StepOutcome.STOPPED


def record_of(
    item: pytest.Item, recorder: Recorder, started: str, seconds: float, problem: Problem | None
) -> ScenarioRecord:
    """The record of a scenario that has ended, with the steps that it did not come to."""
    template = template_of(item)
    assert template is not None
    tags = tags_of(item)
    recorder.end_step(_how_it_ended(problem))
    done = sum(step.keyword != AFTERWARDS for step in recorder.steps)
    for step in template.steps[done:]:
        recorder.skip_step(step.keyword, step.name)
    return ScenarioRecord(
        id=recorder.scenario,
        feature=template.feature.name or "",
        name=recorder.scenario.split("::", 1)[1],
        description=(template.description or template.feature.description or "").strip(),
        tags=tuple(sorted(tag for tag in tags if not is_requirement_id(tag))),
        requirements=tuple(sorted(tag for tag in tags if is_requirement_id(tag))),
        seconds=round(seconds, 3),
        started=started,
        steps=tuple(recorder.steps),
        observations=recorder.merged_observations(),
        exchanges=tuple(exchange.to_json() for exchange in recorder.exchanges),
        problem=problem,
    )
