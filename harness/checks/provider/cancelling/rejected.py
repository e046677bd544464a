"""Expectations of a cancellation that is to be rejected, and of what it must not have changed."""

from __future__ import annotations

from collections.abc import Sequence

from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.plain_cancellation import CANCELS
from ....text import in_words


@decides("PRV-CAN-21", named=True)
def refused(recorder: Recorder, exchange: Exchange, requirement: str, situation: str) -> None:
    """The cancellation is rejected with the status that fits; PRV-CAN-21: and says so in an OperationOutcome."""
    recorder.expect_answer(requirement, situation, exchange)
    if exchange.response is None or exchange.ok:
        reason = f"it was not rejected: {exchange.summary()}"
        recorder.not_observed("PRV-CAN-21", reason, of=exchange, because=requirement if exchange.ok else "")
        return
    kind = exchange.response.resource_type
    recorder.expect(
        "PRV-CAN-21",
        kind == "OperationOutcome",
        expected="an OperationOutcome with the rejection",
        actual=exchange.answered(),
        of=exchange,
        where="body",
    )


@decides("PRV-CAN-08", "PRV-CAN-18", "PRV-CAN-21")
def refused_as_conflict(recorder: Recorder, exchange: Exchange, plain: Exchange | None) -> None:
    """PRV-CAN-08: rejected because the version is not the current one; PRV-CAN-18: nothing is overwritten."""
    if _is_refused_anyway(recorder, exchange, plain, ("PRV-CAN-08",)):
        return
    refused(recorder, exchange, "PRV-CAN-08", "stale-version")
    recorder.expect(
        "PRV-CAN-18",
        exchange.response is not None and not exchange.ok,
        expected="the update is rejected",
        actual=exchange.summary(),
        of=exchange,
        where="status",
    )


@decides("PRV-CAN-13", "SEC-35")
def allowed_or_refused_with_reason(recorder: Recorder, exchange: Exchange, plain: Exchange | None) -> None:
    """PRV-CAN-13 and SEC-35: an organisation that may not cancel is rejected with the reason in diagnostics."""
    if _is_refused_anyway(recorder, exchange, plain, ("PRV-CAN-13", "SEC-35")):
        return
    if exchange.status == 200:
        for requirement in ("PRV-CAN-13", "SEC-35"):
            recorder.does_not_arise(requirement, "this organisation may cancel here", of=exchange)
        return
    issues = [issue for issue in exchange.resource.get("issue") or [] if isinstance(issue, dict)]
    reasons = [text for issue in issues if (text := str(issue.get("diagnostics") or "").strip())]
    recorder.expect_answer("PRV-CAN-13", "cancel-by-other-organisation", exchange)
    recorder.expect_answer("SEC-35", "organisation-refused", exchange)
    for requirement in ("PRV-CAN-13", "SEC-35"):
        recorder.expect(
            requirement,
            bool(reasons),
            expected="an OperationOutcome whose diagnostics give the reason",
            actual=exchange.summary() + ("" if reasons else " without diagnostics"),
            of=exchange,
            where="OperationOutcome.issue.diagnostics",
        )


@decides("PRV-CAN-08", "PRV-CAN-18")
def not_again(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-CAN-08: a cancellation from the version before is out of date; PRV-CAN-18: nothing is overwritten.

    A provider may reject it as a version conflict or because it is cancelled already (ERR-14).
    """
    for requirement in ("PRV-CAN-08", "PRV-CAN-18"):
        expect_no_second(recorder, requirement, exchange)


def expect_no_second(recorder: Recorder, requirement: str, exchange: Exchange) -> None:
    """What was cancelled is not cancelled again from the version before, whatever of it the provider looks at first."""
    recorder.expect(
        requirement,
        exchange.response is not None and exchange.status in (409, 412, 422),
        expected="a rejection: 409 (or 412, or 422 because it is cancelled already)",
        actual=exchange.summary(),
        of=exchange,
        where="status",
    )


@decides("PRV-CAN-18")
def exactly_one(recorder: Recorder, answers: Sequence[Exchange], plain: Exchange | None) -> None:
    """PRV-CAN-18: of two updates from one version, one succeeds."""
    made = [exchange for exchange in answers if exchange.ok]
    if not made and _is_refused_anyway(recorder, answers[0], plain, ("PRV-CAN-18",)):
        return
    recorder.expect(
        "PRV-CAN-18",
        len(made) == 1,
        expected="one of two simultaneous cancellations succeeds",
        actual=f"{len(made)} succeeded: {', '.join(str(exchange.status) for exchange in answers)}",
        of=answers,
        where="status",
    )


@decides("PRV-XTI-04")
def refused_for_request_id(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-XTI-04: 409, with the reason in diagnostics."""
    recorder.expect_answer("PRV-XTI-04", "reused-request-id-cancel", exchange)
    _with_the_reason(recorder, exchange)


@decides("PRV-XTI-04")
def refused_as_it_was(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-XTI-04: the same cancellation once more is rejected, with the reason in diagnostics.

    Its version is out of date and it is cancelled already, so that a provider may say so before it looks at the id.
    """
    expect_no_second(recorder, "PRV-XTI-04", exchange)
    _with_the_reason(recorder, exchange)


def _with_the_reason(recorder: Recorder, exchange: Exchange) -> None:
    if exchange.ok:
        return
    issues = [issue for issue in exchange.resource.get("issue") or [] if isinstance(issue, dict)]
    recorder.expect(
        "PRV-XTI-04",
        any(str(issue.get("diagnostics") or "").strip() for issue in issues),
        expected="the reason in issue.diagnostics",
        actual=exchange.summary(),
        of=exchange,
        where="OperationOutcome.issue.diagnostics",
    )


@decides("PRV-CAN-07")
def stays_cancelled(recorder: Recorder, exchange: Exchange, now: Exchange) -> None:
    """PRV-CAN-07: an update does nothing but cancel, so what is cancelled cannot be put back; and it was not."""
    recorder.expect(
        "PRV-CAN-07",
        exchange.reached and not exchange.ok and now.resource.get("status") == "cancelled",
        expected="a rejection, and an appointment that reads as cancelled",
        actual=f"{exchange.answered()}, and it reads as {in_words(now.resource.get('status'))}",
        of=[exchange, now],
        where="Appointment.status",
    )


@decides("PRV-CAN-07")
def refused_under_another_id(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-CAN-07: at the address of one appointment another one is not cancelled."""
    recorder.expect_answer("PRV-CAN-07", "cancel-under-other-id", exchange)


def _is_refused_anyway(
    recorder: Recorder, exchange: Exchange, plain: Exchange | None, requirements: Sequence[str]
) -> bool:
    """Whether it was rejected as a plain cancellation is rejected too: then that is told.

    ``plain`` is the rejection of a plain one, where one was tried and rejected.
    """
    if plain is None:
        return False
    recorder.expect_due(CANCELS, "cancel-ok", plain)
    if plain.status != exchange.status:
        return False
    for requirement in requirements:
        reason = f"a plain cancellation is rejected too: {plain.summary()}"
        recorder.not_observed(requirement, reason, of=[exchange, plain], because=CANCELS)
    return True
