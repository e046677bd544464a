"""What a run has left in its folder, for a reader who wants to open something."""

from __future__ import annotations

from pathlib import Path

#: What a run may leave in its folder, in the order in which a reader wants it (docs/how-to/reports.md).
_DOCUMENTS = (
    ("report.html", "open this first: every failure with its exchange"),
    ("statement.html", "for an assessor, to read and to sign"),
)
_BESIDES = (
    *(
        "stories.html",
        "statement.pdf",
        "results.json",
        "junit.xml",
        "allure-results",
        "scal",
        "summary.md",
        "run.jsonl",
    ),
    *("run.jsonl.gz", "exchanges.har", "results.sarif", "ctrf-report.json", "earl.jsonld", "fhir-test-report.json"),
    "fhir-test-script.json",
)


def left_in(directory: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """The documents to open first, each with what it is for, and the names of the others."""
    first = [(name, why) for name, why in _DOCUMENTS if (directory / name).exists()]
    return first, [name for name in _BESIDES if (directory / name).exists()]
