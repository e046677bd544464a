"""``ctrf-report.json``: the tests of a run in the Common Test Report Format (CTRF, https://ctrf.io).

CTRF has no word for a warning, nor for what could not be observed: both are *other*, which its readers show apart from
passed and failed. ``rawStatus`` has the verdict in our own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    JudgedRun,
    Verdict,
)

from ..cases import Case, Suite, cases
from ..reporter import SilentReporter, write_document
from ..text import as_json, one_line
from .times import milliseconds

SPECIFICATION = "0.0.0"
STATUSES: Mapping[Verdict, str] = {
    PASS: "passed",
    ATTESTED: "passed",
    FAIL: "failed",
    WARN: "other",
    INCONCLUSIVE: "other",
    ERROR: "other",
    NOT_APPLICABLE: "skipped",
    NOT_RUN: "skipped",
    TO_ATTEST: "skipped",
    # Optional: reported, not assessed.
    INFO: "skipped",
}


class CtrfReporter(SilentReporter):
    """Writes ``ctrf-report.json``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "ctrf-report.json", as_json(document(run)))


def document(run: JudgedRun) -> dict[str, Any]:
    """The document as plain data; the same for the same judged run."""
    tests = [_test(case) for case in cases(run)]
    identity = run.identity
    tool = {"name": identity.harness.get("name", "uec-booking"), "version": identity.harness.get("version", "")}
    return {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        **({"runId": identity.run_id} if identity.run_id else {}),
        "generatedBy": "uec-booking",
        "results": {
            "tool": tool,
            "summary": _summary(run, tests),
            "tests": tests,
            "extra": {name: one_line(value, 1000) for name, value in identity.in_words()},
        },
    }


def _summary(run: JudgedRun, tests: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = Counter(test["status"] for test in tests)
    return {
        "tests": len(tests),
        **{status: numbers[status] for status in ("passed", "failed", "skipped", "pending", "other")},
        "start": milliseconds(run.started),
        "stop": milliseconds(run.finished),
        "extra": {
            "verdict": one_line(run.headline()),
            "exitStatus": run.exit_status,
            "edition": one_line(run.edition),
            "reading": one_line(run.reading),
        },
    }


def _test(case: Case) -> dict[str, Any]:
    duration = round(case.seconds * 1000)
    start = milliseconds(case.started)
    made: dict[str, Any] = {
        "testId": case.id,
        "name": case.name or case.id,
        "status": STATUSES[case.verdict],
        "rawStatus": str(case.verdict),
        "duration": duration,
        "suite": [case.suite, case.feature],
        "tags": [one_line(tag) for tag in dict.fromkeys((*case.requirements, *case.tags))],
    }
    if start:
        made |= {"start": start, "stop": start + duration}
    if case.verdict not in (PASS, ATTESTED):
        made |= {"message": case.headline or str(case.verdict), "trace": case.details}
    if case.suite == Suite.SCENARIOS:
        made["filePath"] = f"features/{case.id.partition('::')[0]}"
    return made
