"""``earl.jsonld``: the verdicts as W3C EARL (Evaluation and Report Language 1.0), as JSON-LD.

One assertion for each requirement, about the systems under test together, as the verdict is. EARL has no warning: a
SHOULD that is not met is *failed* (its level says that it is no failure of the run), and a value that another edition
publishes is *cantTell*. Names are relative to the file: those of requirements lead into report.html beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.observations import NOT_MET
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
    RequirementVerdict,
    SystemIdentity,
    Verdict,
)

from ..findings import shortfalls, verdict_explained
from ..reporter import SilentReporter, write_document
from ..text import as_json, clean, one_line
from .times import instant

_CONTEXT: Mapping[str, Any] = {
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "earl:assertedBy": {"@type": "@id"},
    "earl:subject": {"@type": "@id"},
    "earl:mode": {"@type": "@id"},
    "earl:outcome": {"@type": "@id"},
    "dct:isPartOf": {"@type": "@id"},
    "dct:date": {"@type": "xsd:dateTime"},
}
_ASSERTOR, _SUBJECT, _RUN = "#harness", "#systems-under-test", "#run"
_OUTCOMES: Mapping[Verdict, str] = {
    PASS: "earl:passed",
    ATTESTED: "earl:passed",
    FAIL: "earl:failed",
    INCONCLUSIVE: "earl:cantTell",
    ERROR: "earl:cantTell",
    NOT_APPLICABLE: "earl:inapplicable",
    NOT_RUN: "earl:untested",
    TO_ATTEST: "earl:untested",
    # Optional: reported, not assessed.
    INFO: "earl:untested",
}


class EarlReporter(SilentReporter):
    """Writes ``earl.jsonld``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "earl.jsonld", as_json(document(run)))


def document(run: JudgedRun) -> dict[str, Any]:
    """The document as plain data; the same for the same judged run."""
    requirements = sorted(run.requirements, key=lambda requirement: requirement.id)
    return {
        "@context": _CONTEXT,
        "@graph": [
            _assertor(run),
            _subject(run),
            _run(run),
            *(_assertion(run, requirement) for requirement in requirements),
        ],
    }


def _assertor(run: JudgedRun) -> dict[str, Any]:
    harness = run.identity.judged_by or run.identity.harness
    return {
        "@id": _ASSERTOR,
        "@type": ["earl:Assertor", "earl:Software"],
        "dct:title": harness.get("name", "uec-booking"),
        "dct:hasVersion": " ".join(filter(None, (harness.get("version", ""), harness.get("commit", "")))) or "unknown",
    }


def _subject(run: JudgedRun) -> dict[str, Any]:
    return {
        "@id": _SUBJECT,
        "@type": "earl:TestSubject",
        "dct:title": ", ".join(one_line(one.name) for one in run.identity.systems) or "the systems under test",
        "dct:hasPart": [_system(one) for one in run.identity.systems],
    }


def _system(system: SystemIdentity) -> dict[str, Any]:
    return {
        "@id": f"#system-{one_line(system.key)}",
        "@type": ["earl:TestSubject", "earl:Software"],
        "dct:title": one_line(system.name),
        "dct:type": system.role,
        "dct:identifier": one_line(system.address, 1000),
        "dct:hasVersion": one_line(system.in_words(), 1000),
    }


def _run(run: JudgedRun) -> dict[str, Any]:
    """What the assertions are of; its verdict is no outcome of EARL's, which speak of single requirements."""
    return {
        "@id": _RUN,
        "dct:identifier": run.identity.run_id,
        "dct:title": one_line(run.headline()),
        "dct:description": [f"{name}: {one_line(value, 1000)}" for name, value in run.identity.in_words()],
        "dct:conformsTo": one_line(" ".join(filter(None, ("UEC Booking Standard", run.edition, run.reading)))),
    }


def _assertion(run: JudgedRun, requirement: RequirementVerdict) -> dict[str, Any]:
    stated = requirement.verdict == ATTESTED
    return {
        "@id": f"#assertion-{requirement.id}",
        "@type": "earl:Assertion",
        "dct:isPartOf": _RUN,
        "earl:assertedBy": _ASSERTOR,
        "earl:mode": "earl:manual" if stated else "earl:automatic",
        "earl:subject": _SUBJECT,
        "earl:test": {
            "@id": f"report.html#{requirement.id}",
            "@type": "earl:TestRequirement",
            "dct:identifier": requirement.id,
            "dct:title": one_line(requirement.text, 1000),
            "dct:type": str(requirement.level),
            "dct:audience": requirement.role,
        },
        "earl:result": {
            "@type": "earl:TestResult",
            "earl:outcome": outcome(requirement),
            "dct:title": str(requirement.verdict),
            "dct:description": clean(verdict_explained(requirement)),
            "dct:date": instant(run.finished),
        },
    }


def outcome(requirement: RequirementVerdict) -> str:
    """The word of EARL for a verdict."""
    if requirement.verdict == WARN:
        not_met = any(judged.outcome == NOT_MET for judged in shortfalls(requirement))
        return "earl:failed" if not_met else "earl:cantTell"
    return _OUTCOMES[requirement.verdict]
