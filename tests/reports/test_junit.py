"""junit.xml has the shape build servers read, and is never greener than the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.junit import JUnitReporter

from .runs import clean_run, hostile_run, judged, mixed_run, requirement, run, scenario

RUNS = {"clean": clean_run(), "mixed": mixed_run(), "hostile": hostile_run()}

SCHEMAS = {
    name: etree.XMLSchema(etree.parse(str(Path(__file__).with_name(f"{name}.xsd")))) for name in ("jenkins", "ant")
}


def written(judged_run: JudgedRun, folder: Path) -> etree._Element:
    JUnitReporter().run_judged(judged_run, folder)
    return etree.fromstring((folder / "junit.xml").read_bytes())


def properties(suite: etree._Element) -> dict[str, str]:
    assert suite[0].tag == "properties"
    return {p.get("name"): p.get("value") for p in suite[0]}


def case(root: etree._Element, name: str) -> etree._Element:
    (found,) = (c for c in root.iter("testcase") if c.get("name", "").startswith(name))
    return found


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
@pytest.mark.parametrize("judged_run", [*RUNS.values(), run((), (), "inconclusive", 2)], ids=[*RUNS, "nothing"])
def test_holds_to_the_schemas_of_build_servers(judged_run: JudgedRun, schema: etree.XMLSchema, tmp_path: Path) -> None:
    assert schema.validate(written(judged_run, tmp_path)), schema.error_log


@pytest.mark.parametrize(
    "wrong",
    [
        '<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase name="b"><properties/>'
        "</testcase></testsuite></testsuites>",
        '<testsuites><testsuite name="a" tests="1" failures="0"/></testsuites>',
        '<testsuites><testsuite name="a" tests="1" failures="0" errors="0"><testcase name="b" status="run"/>'
        "</testsuite></testsuites>",
    ],
    ids=["properties of a testcase", "no count of errors", "an attribute of another dialect"],
)
def test_the_schemas_refuse_what_build_servers_do(wrong: str) -> None:
    assert [name for name, schema in SCHEMAS.items() if schema.validate(etree.fromstring(wrong))] == []


def test_each_status_has_its_element(tmp_path: Path) -> None:
    root = written(mixed_run(), tmp_path)
    failure = case(root, "Mr Patient cancels").find("failure")
    assert failure is not None
    assert failure.get("message") == "PRV-CAN-02: expected cancelled, actual booked"
    assert "Appointment.status" in (failure.text or "")
    assert failure.get("type") == "FAIL"
    assert "report.html#PRV-CAN-02" in (failure.text or "")
    assert "uec-booking assure --only PRV-CAN-02 --out reports/out-rerun" in (failure.text or "")
    assert case(root, "A rejection").find("error").get("type") == "INCONCLUSIVE"
    assert case(root, "Broken").find("error").get("type") == "ERROR"
    assert case(root, "XML").find("skipped") is not None
    assert list(case(root, "The slot is taken")) == []
    told = properties(root.find("testsuite[@name='scenarios']"))
    assert told["WARN The slot is taken"] == "PRV-BOOK-10: expected 409, actual 422"
    assert told["requirements of The slot is taken"] == "PRV-BOOK-10"


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
    told = properties(written(mixed_run(), tmp_path).find("testsuite"))
    expected = {
        "verdict": "not conformant",
        "edition": "1.0.0",
        "reading": "",
        "capability level": "3",
        "exit status": "1",
        "not tested: inconclusive": "1",
    }
    assert {name: told[name] for name in expected} == expected


def test_a_run_that_reached_nothing_is_not_green(tmp_path: Path) -> None:
    root = written(run((), (), "inconclusive", 2, reason="the provider refused the connection"), tmp_path)
    assert [suite.get("errors") for suite in root] == ["0", "0", "1"]
    assert "refused the connection" in case(root, "the run reached a verdict").find("error").text


def test_a_clean_run_is_green(tmp_path: Path) -> None:
    root = written(clean_run(), tmp_path)
    counts = [[suite.get(name) for name in ("tests", "failures", "errors", "skipped")] for suite in root]
    assert counts == [["1", "0", "0", "0"], ["0", "0", "0", "0"]]
