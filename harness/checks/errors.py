"""Expectations of refusals."""

from __future__ import annotations

from collections.abc import Callable

from ..exchange import Exchange
from ..recording import Recorder
from ..trials import Trial, refused

_POINTS = "issue.location or issue.expression that points at the fault"
_PLACE = "OperationOutcome.issue.expression"


def _issues(exchange: Exchange) -> list[dict[str, object]]:
    return [issue for issue in exchange.resource.get("issue") or [] if isinstance(issue, dict)]


def points_at_fault(recorder: Recorder, trial: Trial) -> None:
    """ERR-03: for invalid input the OperationOutcome has issue.location or issue.expression."""
    _each_refusal(
        recorder,
        trial,
        "ERR-03",
        lambda exchange: any(issue.get("location") or issue.get("expression") for issue in _issues(exchange)),
        _POINTS,
        _PLACE,
    )


def should_point_at_fault(recorder: Recorder, trial: Trial) -> None:
    """ERR-03, where there is hardly a place to point at: a resource of another type, a slot that is not there."""
    for exchange in refused(trial):
        if any(issue.get("location") or issue.get("expression") for issue in _issues(exchange)):
            recorder.expect("ERR-03", True, expected=_POINTS, actual="it has", of=exchange, where=_PLACE)
        else:
            actual = f"{exchange.note}: {exchange.told()} without it"
            recorder.falls_short("ERR-03", expected=_POINTS, actual=actual, of=exchange, where=_PLACE)


def gives_reason(recorder: Recorder, trial: Trial) -> None:
    """ERR-04: for a business refusal issue.diagnostics gives the concrete reason."""
    _each_refusal(
        recorder,
        trial,
        "ERR-04",
        lambda exchange: any(str(issue.get("diagnostics") or "").strip() for issue in _issues(exchange)),
        "issue.diagnostics with the reason",
        "OperationOutcome.issue.diagnostics",
    )


def has_outcome(recorder: Recorder, trial: Trial, requirement: str) -> None:
    """PRV-CAN-21, PRV-SRCH-35: a refusal has an OperationOutcome."""
    _each_refusal(
        recorder,
        trial,
        requirement,
        lambda exchange: exchange.resource.get("resourceType") == "OperationOutcome",
        "an OperationOutcome with the refusal",
        "body",
    )


def _each_refusal(
    recorder: Recorder,
    trial: Trial,
    requirement: str,
    has: Callable[[Exchange], bool],
    expected: str,
    where: str,
) -> None:
    refusals = refused(trial)
    if not refusals:
        recorder.not_observed(requirement, "nothing was refused", of=[r.exchange for r in trial.rows if r.exchange])
    for exchange in refusals:
        met = has(exchange)
        recorder.expect(
            requirement,
            met,
            expected=expected,
            actual="it has" if met else f"{exchange.note}: {exchange.told()} without it",
            of=exchange,
            where=where,
        )
