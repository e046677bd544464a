"""``junit.xml``: the judged run for build servers.

Never greener than the exit status: FAIL is a failure, INCONCLUSIVE and ERROR are errors, what did not apply is
skipped; and a run that ended badly without any of these (nothing could be reached, say) gets a testcase that says so.

It holds to both schemas that are about, which differ: that of Jenkins' xunit plugin (junit-10.xsd) and that of Ant
(JUnit.xsd). So a testcase has no properties and at most one outcome, times have no zone (they are UTC), and what
there is to say of a testcase that passed or warned stands in the properties of its suite.
"""

from __future__ import annotations

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
)

from .cases import Case, Suite, cases
from .reporter import SilentReporter, write_document
from .text import one_line
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
        self._root = ET.Element("testsuites")

    def text(self) -> str:
        suites = {name: self._suite(name) for name in (Suite.SCENARIOS, Suite.STANDING)}
        for case in cases(self._run):
            if case.suite not in suites:
                suites[case.suite] = self._suite(case.suite)
            _add(suites[case.suite], case)
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


def _add(suite: ET.Element, case: Case) -> None:
    element = ET.SubElement(suite, "testcase", classname=case.feature, name=case.name, time=f"{case.seconds:.3f}")
    means = _MEANS.get(case.verdict, "")
    if means == "skipped":
        ET.SubElement(element, "skipped", message=one_line(f"{case.verdict}: {case.headline}"))
    elif means:
        outcome = ET.SubElement(element, means, type=case.verdict, message=one_line(case.headline, 1000))
        outcome.text = case.details
    if case.suite == Suite.SCENARIOS:
        _property(suite, f"requirements of {case.name}", ", ".join(case.requirements))
    if case.verdict == WARN and case.suite == Suite.SCENARIOS:
        _property(suite, f"{WARN} {case.name}", case.headline)
    elif case.verdict == WARN:
        _property(suite, f"{WARN} {case.requirements[0]}", case.details)


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
