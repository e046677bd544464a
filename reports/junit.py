"""``junit.xml``: the judged run for build servers.

Never greener than the exit status: FAIL is a failure, INCONCLUSIVE and ERROR are
errors, WARN is a property, what did not apply is skipped; and a run that ended badly
without any of these (nothing could be reached, say) gets a testcase that says so.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from uec_booking.harness.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    NOT_RUN,
    TO_ATTEST,
    WARN,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
)

from .findings import explained, scenario_shortfalls, standing, verdict_explained
from .reporter import SilentReporter, write_document
from .text import clean, one_line

_MEANS = {
    FAIL: "failure",
    INCONCLUSIVE: "error",
    ERROR: "error",
    NOT_APPLICABLE: "skipped",
    NOT_RUN: "skipped",
    TO_ATTEST: "skipped",
}


class JUnitReporter(SilentReporter):
    """Writes ``junit.xml``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "junit.xml", render(run))


def render(run: JudgedRun) -> str:
    """The document as text, in the dialect that Ant began and build servers read."""
    by_id = {requirement.id: requirement for requirement in run.requirements}
    root = ET.Element("testsuites", name="UEC Booking conformance")
    scenarios = _suite(root, "scenarios", run)
    for scenario in sorted(run.scenarios, key=lambda s: s.record.id):
        _scenario_case(scenarios, scenario, by_id)
    checks = _suite(root, "standing requirements", run)
    for requirement in sorted(standing(run), key=lambda r: r.id):
        _requirement_case(checks, requirement)
    if run.exit_status and root.find(".//failure") is None and root.find(".//error") is None:
        ending = _suite(root, "run", run)
        case = _case(ending, "run", "the run reached a verdict", 0.0)
        _outcome(case, "error", run.verdict, run.headline(), run.reason or run.headline())
    for suite in root:
        _count(suite)
    _count(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, run: JudgedRun) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name=name, timestamp=clean(run.started))
    properties = ET.SubElement(suite, "properties")
    for key, value in (
        ("verdict", run.headline()),
        ("edition", run.edition),
        ("reading", run.reading),
        ("capability level", "" if run.capability_level is None else run.capability_level),
        ("exit status", run.exit_status),
    ):
        ET.SubElement(properties, "property", name=key, value=one_line(value))
    return suite


def _case(suite: ET.Element, classname: str, name: str, seconds: float) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=one_line(classname), name=one_line(name), time=f"{seconds:.3f}")


def _scenario_case(suite: ET.Element, scenario: ScenarioVerdict, by_id: dict[str, RequirementVerdict]) -> None:
    record = scenario.record
    case = _case(suite, record.feature, record.name, record.seconds)
    found = scenario_shortfalls(scenario, by_id)
    ids = list(dict.fromkeys(judged.observation.requirement for _, judged in found))
    headlines = [
        f"{j.observation.requirement}: expected {one_line(j.expected, 120)}, "
        f"actual {one_line(j.observation.actual, 120)}"
        for _, j in found
    ]
    if scenario.reason:
        headlines.insert(0, one_line(scenario.reason))
    details = "\n".join([*([scenario.reason] if scenario.reason else []), *(explained(r, j) for r, j in found)])
    _outcome(case, _MEANS.get(scenario.status, ""), " ".join(ids), "; ".join(headlines), details)
    properties = [("requirement", id) for id in record.requirements]
    if scenario.status == WARN:
        properties.append((WARN, "; ".join(headlines)))
    _properties(case, properties)


def _requirement_case(suite: ET.Element, requirement: RequirementVerdict) -> None:
    case = _case(suite, "standing requirements", f"{requirement.id} {requirement.text}", 0.0)
    why = verdict_explained(requirement)
    headline = requirement.reason or why.partition("\n")[0]
    _outcome(case, _MEANS.get(requirement.verdict, ""), requirement.id, headline, why)
    properties = [("requirement", requirement.id)]
    if requirement.verdict == WARN:
        properties.append((WARN, why))
    _properties(case, properties)


def _outcome(case: ET.Element, means: str, kind: str, message: str, details: str) -> None:
    if means == "skipped":
        ET.SubElement(case, "skipped", message=one_line(message))
    elif means:
        outcome = ET.SubElement(case, means, type=one_line(kind), message=one_line(message, 1000))
        outcome.text = clean(details)


def _properties(case: ET.Element, pairs: list[tuple[str, str]]) -> None:
    if not pairs:
        return
    properties = ET.Element("properties")
    for name, value in pairs:
        ET.SubElement(properties, "property", name=name, value=one_line(value, 1000))
    case.insert(0, properties)


def _count(element: ET.Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
