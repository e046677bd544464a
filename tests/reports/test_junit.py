"""junit.xml has the shape build servers read, and is never greener than the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from uec_booking.harness.verdicts import JudgedRun
from uec_booking.reports.junit import JUnitReporter

from .runs import clean_run, hostile_run, judged, mixed_run, requirement, run, scenario

RUNS = {"clean": clean_run(), "mixed": mixed_run(), "hostile": hostile_run()}

# The dialect that Jenkins, GitLab and GitHub actions read, as a schema of our own.
SCHEMA = etree.XMLSchema(
    etree.fromstring(b"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <xs:attributeGroup name="counts">
  <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
  <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
  <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
  <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
  <xs:attribute name="time" type="xs:decimal" use="required"/>
  <xs:attribute name="name" type="xs:string" use="required"/>
 </xs:attributeGroup>
 <xs:complexType name="outcome"><xs:simpleContent><xs:extension base="xs:string">
  <xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/>
 </xs:extension></xs:simpleContent></xs:complexType>
 <xs:complexType name="properties"><xs:sequence>
  <xs:element name="property" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
   <xs:attribute name="name" type="xs:string" use="required"/>
   <xs:attribute name="value" type="xs:string" use="required"/>
  </xs:complexType></xs:element>
 </xs:sequence></xs:complexType>
 <xs:element name="testsuites"><xs:complexType><xs:sequence>
  <xs:element name="testsuite" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="properties" type="properties"/>
   <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="properties" type="properties" minOccurs="0"/>
    <xs:choice minOccurs="0">
     <xs:element name="failure" type="outcome"/><xs:element name="error" type="outcome"/>
     <xs:element name="skipped" type="outcome"/>
    </xs:choice></xs:sequence>
    <xs:attribute name="classname" type="xs:string" use="required"/>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
   </xs:complexType></xs:element></xs:sequence>
   <xs:attribute name="timestamp" type="xs:dateTime" use="required"/>
   <xs:attributeGroup ref="counts"/>
  </xs:complexType></xs:element></xs:sequence>
  <xs:attributeGroup ref="counts"/>
 </xs:complexType></xs:element>
</xs:schema>""")
)


def written(judged_run: JudgedRun, folder: Path) -> etree._Element:
    JUnitReporter().run_judged(judged_run, folder)
    return etree.fromstring((folder / "junit.xml").read_bytes())


def case(root: etree._Element, name: str) -> etree._Element:
    (found,) = (c for c in root.iter("testcase") if c.get("name", "").startswith(name))
    return found


@pytest.mark.parametrize("judged_run", RUNS.values(), ids=RUNS)
def test_holds_to_the_schema(judged_run: JudgedRun, tmp_path: Path) -> None:
    assert SCHEMA.validate(written(judged_run, tmp_path)), SCHEMA.error_log


def test_each_status_has_its_element(tmp_path: Path) -> None:
    root = written(mixed_run(), tmp_path)
    failure = case(root, "Mr Patient cancels").find("failure")
    assert failure is not None
    assert failure.get("message") == "PRV-CAN-02: expected cancelled, actual booked"
    assert "Appointment.status" in (failure.text or "")
    assert case(root, "A refusal").find("error") is not None
    assert case(root, "Broken").find("error") is not None
    assert case(root, "XML").find("skipped") is not None
    warned = case(root, "The slot is taken")
    assert [child.tag for child in warned] == ["properties"]
    assert [p.get("value") for p in warned.iter("property") if p.get("name") == "WARN"] == [
        "PRV-BOOK-10: expected 409, actual 422"
    ]


def test_a_standing_requirement_fails_in_its_own_suite_and_not_in_the_scenario(tmp_path: Path) -> None:
    root = written(mixed_run(), tmp_path)
    suite = root.find("testsuite[@name='standing requirements']")
    assert [c.get("name", "").split()[0] for c in suite.iter("testcase")] == ["PRV-XTI-01"]
    assert "X-Request-ID" in suite.find(".//failure").text
    assert "PRV-XTI-01" not in case(root, "Mr Patient cancels").find("failure").text


def test_a_standing_failure_shows_although_a_scenario_decides_the_same_requirement(tmp_path: Path) -> None:
    met = judged("PRV-XTI-01")
    seen = judged("PRV-XTI-01", "not met", "X-Request-ID", "no such header", step="standing")
    root = written(run((scenario("Headers", "PASS", met),), (requirement("PRV-XTI-01", "FAIL", met, seen),)), tmp_path)
    assert case(root, "Headers").find("failure") is None
    assert case(root, "PRV-XTI-01").find("failure") is not None


def test_the_suite_tells_the_verdict_and_the_edition(tmp_path: Path) -> None:
    suite = written(mixed_run(), tmp_path).find("testsuite")
    told = {p.get("name"): p.get("value") for p in suite.find("properties")}
    assert told == {
        "verdict": "not conformant",
        "edition": "1.0.0",
        "reading": "",
        "capability level": "3",
        "exit status": "1",
    }


def test_a_run_that_reached_nothing_is_not_green(tmp_path: Path) -> None:
    root = written(run((), (), "inconclusive", 2, reason="the provider refused the connection"), tmp_path)
    assert root.get("errors") == "1"
    assert "refused the connection" in case(root, "the run reached a verdict").find("error").text


def test_a_clean_run_is_green(tmp_path: Path) -> None:
    root = written(clean_run(), tmp_path)
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["1", "0", "0", "0"]
