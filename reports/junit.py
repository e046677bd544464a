"""``junit.xml``: the judged run for build servers.

Never greener than the exit status: FAIL is a failure, INCONCLUSIVE and ERROR are errors, what did not apply is
skipped; and a run that ended badly without any of these (nothing could be reached, say) gets a testcase that says so.

It holds to both schemas that are about, which differ: that of Jenkins' xunit plugin (junit-10.xsd) and that of Ant
(JUnit.xsd). So a testcase has no properties and at most one outcome, times have no zone (they are UTC), and what
there is to say of a testcase that passed or warned stands in the properties of its suite.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from uec_booking.harness.judging.verdicts import (
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
from .rerun import rerun
from .text import clean, one_line
from .untested import counts, untested

_MEANS = {
    FAIL: "failure",
    INCONCLUSIVE: "error",
    ERROR: "error",
    NOT_APPLICABLE: "skipped",
    NOT_RUN: "skipped",
    TO_ATTEST: "skipped",
}
_PACKAGE = "uec-booking"
#: Said where a name is asked for and none should be told.
_HOST = "localhost"
_NO_TIME = "1970-01-01T00:00:00"


class JUnitReporter(SilentReporter):
    """Writes ``junit.xml``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "junit.xml", render(run))


def render(run: JudgedRun) -> str:
    """The document as text; the same for the same judged run."""
    return _Document(run).text()


class _Document:
    def __init__(self, run: JudgedRun) -> None:
        self._run = run
        self._by_id = {requirement.id: requirement for requirement in run.requirements}
        self._root = ET.Element("testsuites")

    def text(self) -> str:
        run = self._run
        scenarios = self._suite("scenarios")
        for scenario in sorted(run.scenarios, key=lambda s: s.record.id):
            self._scenario(scenarios, scenario)
        checks = self._suite("standing requirements")
        for requirement in sorted(standing(run), key=lambda r: r.id):
            self._standing(checks, requirement)
        if run.exit_status and self._root.find(".//failure") is None and self._root.find(".//error") is None:
            case = _case(self._suite("run"), "run", "the run reached a verdict", 0.0)
            _outcome(case, "error", run.verdict, run.headline(), run.reason or run.headline())
        for suite in self._root:
            _count(suite)
        ET.indent(self._root)
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(self._root, encoding="unicode") + "\n"

    def _suite(self, name: str) -> ET.Element:
        run = self._run
        suite = ET.SubElement(
            self._root,
            "testsuite",
            id=str(len(self._root)),
            name=name,
            package=_PACKAGE,
            hostname=_HOST,
            timestamp=_without_zone(run.started),
        )
        ET.SubElement(suite, "properties")
        level = "" if run.capability_level is None else run.capability_level
        for key, value in (
            ("verdict", run.headline()),
            ("edition", run.edition),
            ("reading", run.reading),
            ("capability level", level),
            ("exit status", run.exit_status),
            *run.identity.in_words(),
            *((f"not tested: {kind}", count) for kind, count in counts(untested(run)).items()),
        ):
            _property(suite, key, value)
        return suite

    def _scenario(self, suite: ET.Element, scenario: ScenarioVerdict) -> None:
        record = scenario.record
        case = _case(suite, record.feature, record.name, record.seconds)
        found = scenario_shortfalls(scenario, self._by_id)
        headlines = [
            f"{j.observation.requirement}: expected {one_line(j.expected, 120)}, "
            f"actual {one_line(j.observation.actual, 120)}"
            for _, j in found
        ]
        if scenario.reason:
            headlines.insert(0, one_line(scenario.reason))
        details = [scenario.reason, *(explained(r, j) for r, j in found), *self._further(record.requirements)]
        means = _MEANS.get(scenario.status, "")
        _outcome(case, means, scenario.status, "; ".join(headlines), "\n".join(filter(None, details)))
        _property(suite, f"requirements of {record.name}", ", ".join(record.requirements))
        if scenario.status == WARN:
            _property(suite, f"{WARN} {record.name}", "; ".join(headlines))

    def _standing(self, suite: ET.Element, requirement: RequirementVerdict) -> None:
        case = _case(suite, "standing requirements", f"{requirement.id} {requirement.text}", 0.0)
        why = verdict_explained(requirement)
        headline = requirement.reason or why.partition("\n")[0]
        details = "\n".join([why, *self._further([requirement.id])])
        _outcome(case, _MEANS.get(requirement.verdict, ""), requirement.verdict, headline, details)
        if requirement.verdict == WARN:
            _property(suite, f"{WARN} {requirement.id}", why)

    def _further(self, requirements: Iterable[str]) -> list[str]:
        """Where to read more of the requirements, and how to run them again."""
        known = [self._by_id[id] for id in requirements if id in self._by_id]
        if not known:
            return []
        pages = ", ".join(f"report.html#{one.id}" for one in known)
        return [f"read more:   {pages}", f"run again:   {rerun(self._run, *known)}"]


def _case(suite: ET.Element, classname: str, name: str, seconds: float) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=one_line(classname), name=one_line(name), time=f"{seconds:.3f}")


def _outcome(case: ET.Element, means: str, kind: str, message: str, details: str) -> None:
    if means == "skipped":
        ET.SubElement(case, "skipped", message=one_line(f"{kind}: {message}"))
    elif means:
        outcome = ET.SubElement(case, means, type=one_line(kind), message=one_line(message, 1000))
        outcome.text = clean(details)


def _property(suite: ET.Element, name: str, value: object) -> None:
    properties = suite.find("properties")
    assert properties is not None
    ET.SubElement(properties, "property", name=one_line(name), value=one_line(value, 1000))


def _without_zone(time: str) -> str:
    """Ant's schema has seconds and no zone."""
    return time[:19] if len(time) >= 19 else _NO_TIME


def _count(suite: ET.Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
