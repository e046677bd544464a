"""Expectations of refusals."""

from __future__ import annotations

from collections.abc import Callable

from ..exchange import Exchange
from ..recording import Recorder
from ..trials import Trial, refused


def _issues(exchange: Exchange) -> list[dict[str, object]]:
    return [issue for issue in exchange.resource.get("issue") or [] if isinstance(issue, dict)]


def points_at_fault(recorder: Recorder, trial: Trial) -> None:
    """ERR-03: for invalid input the OperationOutcome has issue.location or issue.expression."""
    _each_refusal(
        recorder,
        trial,
        "ERR-03",
        lambda exchange: any(issue.get("location") or issue.get("expression") for issue in _issues(exchange)),
        "issue.location or issue.expression that points at the fault",
        "OperationOutcome.issue.expression",
    )


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
