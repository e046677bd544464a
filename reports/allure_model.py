"""Allure's model as it is used here: which status a verdict has, and how a test, a step and a label are made.

No verdict but PASS and ATTESTED is ever plain green. WARN is *unknown*: "broken" would accuse, and the marks for flaky
or known only add a small icon to the green. What nobody has decided yet is *skipped*.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attr
from allure_commons.model2 import Attachment, Label, Status, StatusDetails, TestResult, TestStepResult
from allure_commons.types import Severity
from uec_booking.harness.judging.verdicts import (
    ATTESTED,
    ERROR,
    FAIL,
    INCONCLUSIVE,
    INFO,
    NOT_APPLICABLE,
    NOT_RUN,
    PASS,
    TO_ATTEST,
    WARN,
    Verdict,
)
from uec_booking.standard.levels import MAY, MUST, SHOULD, Level

from .text import clean, one_line

STATUSES: Mapping[Verdict, str] = {
    FAIL: Status.FAILED,
    INCONCLUSIVE: Status.BROKEN,
    ERROR: Status.BROKEN,
    WARN: Status.UNKNOWN,
    TO_ATTEST: Status.SKIPPED,
    NOT_APPLICABLE: Status.SKIPPED,
    NOT_RUN: Status.SKIPPED,
    INFO: Status.SKIPPED,
    PASS: Status.PASSED,
    ATTESTED: Status.PASSED,
}
SEVERITIES: Mapping[Level, str] = {
    MUST: Severity.CRITICAL.value,
    SHOULD: Severity.NORMAL.value,
    MAY: Severity.MINOR.value,
}
#: Ours alone: makes the ids of files repeatable.
_NAMES = uuid.UUID("5b0f6a54-3c1e-5d4b-9a57-2f7f4f0c1d11")


@attr.s(auto_attribs=True)
class Details(StatusDetails):
    """With the pair that Allure 3 lays side by side, which allure-commons does not have."""

    expected: str | None = None
    actual: str | None = None


def stable_id(*parts: str) -> str:
    """A UUID made from names: the same for the same parts, in every run."""
    return str(uuid.uuid5(_NAMES, clean("\n".join(parts))))


def label(name: str, value: object) -> Label:
    return Label(name=name, value=one_line(value))


def severity(levels: Iterable[Level]) -> str:
    """That of the strongest level; normal where nothing binds."""
    found = set(levels)
    return next((name for level, name in SEVERITIES.items() if level in found), Severity.NORMAL.value)


def step(
    name: str,
    status: str,
    at: int,
    *,
    until: int | None = None,
    steps: Iterable[TestStepResult] = (),
    attachments: Iterable[Attachment] = (),
) -> TestStepResult:
    """A step with what lies below it."""
    return TestStepResult(
        name=one_line(name, 1_000),
        status=status,
        stage="finished",
        start=at,
        stop=at if until is None else until,
        steps=list(steps),
        attachments=list(attachments),
    )


def write_result(result: TestResult, folder: Path) -> None:
    told = json.dumps(result, ensure_ascii=False, separators=(",", ":"), default=_said)
    (folder / f"{result.uuid}-result.json").write_text(told, encoding="utf-8", newline="\n")


def _said(part: Any) -> dict[str, Any]:
    """A part of the model without what it does not say."""
    return {name: value for name, value in vars(part).items() if value is not None and value != []}


def milliseconds(time: Any) -> int:
    """UTC, ISO 8601, to milliseconds of the epoch; 0 where a stored run has no time."""
    try:
        return round(datetime.fromisoformat(str(time)).timestamp() * 1000)
    except ValueError:
        return 0
