"""A run says which it is, what was tested and by what, what it did not test, and how to run it again."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import Run, StepRecord
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.harness.tool import tool
from uec_booking.reports.allure import AllureReporter
from uec_booking.reports.junit import JUnitReporter
from uec_booking.reports.page import PageReporter
from uec_booking.reports.results import ResultsReporter
from uec_booking.standard import waiting
from uec_booking.standard.requirements import load

from .runs import clean_run, exchange, judged, mixed_run, requirement, run, scenario
from .test_terminal import shown

STATEMENT = '{"resourceType":"CapabilityStatement","software":{"name":"Example\\u001b[2J Booking","version":"4.2"}}'
FACTS = ("run-7", "abc123", "0.1.0", "deadbeefdead", "4.2", "Example Suite", "9.9", "A. Trust", "registry")


def identified() -> JudgedRun:
    metadata = exchange(
        request={**exchange()["request"], "method": "GET", "url": "https://provider.test/utc/metadata"},
        response={**exchange()["response"], "body": STATEMENT},
    )
    part = {"name": "Ours", "base_url": "https://provider.test/utc", "software": "Example Suite", "version": "9.9"}
    stored = Run(
        started="2026-11-22T10:00:00.000Z",
        finished="2026-11-22T10:01:00.000Z",
        edition="1.0.0",
        reading="",
        systems_under_test={"provider": "provider"},
        claims=("registry",),
        partial=False,
        settings={"operator": "A. Trust", "parts": {"provider": part}, "options": ["--config", "my system.toml"]},
        scenarios=(scenario("Metadata", exchanges=(metadata,), requirements=()).record,),
        id="run-7",
        tool={
            "name": "uec-booking-conformance",
            "version": "0.1.0",
            "commit": "deadbeefdeadbeef + uncommitted changes",
        },
        sha256="abc123",
    )
    return judge(stored, load())


def texts(judged_run: JudgedRun, folder: Path) -> dict[str, str]:
    """What each report says, as its reader sees it."""
    for reporter in (ResultsReporter(), JUnitReporter(), AllureReporter(), PageReporter()):
        reporter.run_judged(judged_run, folder)
    return {
        "terminal": shown(judged_run, folder),
        "page": html.document_fromstring((folder / "report.html").read_text("utf-8")).text_content(),
        "results": (folder / "results.json").read_text("utf-8"),
        "junit": (folder / "junit.xml").read_text("utf-8"),
        "allure": (folder / "allure-results" / "environment.properties").read_text("ascii"),
    }


def test_every_report_identifies_the_run(tmp_path: Path) -> None:
    for name, text in texts(identified(), tmp_path).items():
        assert [fact for fact in FACTS if fact not in text] == [], name
        assert "uncommitted changes" in " ".join(text.split()), name
        assert "\x1b" not in text, name


def test_a_run_without_claims_says_so(tmp_path: Path) -> None:
    told = texts(clean_run(), tmp_path)
    for name in ("terminal", "page", "junit", "allure"):
        assert "none beyond the core" in told[name], name


def test_the_tool_knows_its_version_and_in_a_checkout_its_commit() -> None:
    assert tool()["version"]
    if (Path(__file__).resolve().parents[2] / ".git").exists():
        assert re.fullmatch(r"[0-9a-f]{40}( \+ uncommitted changes)?", tool()["commit"])


def test_a_rerun_is_of_the_same_systems_and_leaves_the_run_alone(tmp_path: Path) -> None:
    options = ("--config", "my system.toml", "--edition", "0.2.0")
    told = texts(replace(mixed_run(), options=options), tmp_path)
    messages = [
        json.loads(file.read_text("utf-8")).get("statusDetails", {}).get("trace", "")
        for file in (tmp_path / "allure-results").glob("*-result.json")
    ]
    told["allure"] = "\n".join(messages)
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    told["page"] = "\n".join(line.text_content() for line in page.iter("pre"))
    for name in ("terminal", "page", "junit", "allure"):
        line = re.search(r"uec-booking assure [^\n<]*?--only PRV-CAN-02 --out [^\s<]+", told[name])
        assert line, name
        words = shlex.split(line.group().replace("&apos;", "'"))
        assert words[2:] == [*options, "--only", "PRV-CAN-02", "--out", "reports/out-rerun"], name


@pytest.mark.parametrize("then", [(), ("--edition", "1.0.0")], ids=["default", "named"])
def test_what_was_judged_by_another_edition_is_run_again_under_it(then: tuple[str, ...]) -> None:
    stored = Run("", "", "1.0.0", "", {"provider": "provider"}, (), False, settings={"options": list(then)})
    assert judge(stored, load(), "0.2.0").options == ("--edition", "0.2.0")
    assert judge(stored, load()).options == then


def test_what_was_seen_on_the_way_is_run_again_by_its_scenario(tmp_path: Path) -> None:
    text = shown(mixed_run(), tmp_path)
    line = text[text.index("FAIL  PRV-XTI-01") :].partition("  rerun ")[2].partition("\n")[0]
    assert shlex.split(line)[3] == '"workflow/rebook.feature::Mr Patient cancels"'


# -- what was not tested ------------------------------------------------------------------------


#: One that nothing decides in this version, if there is any.
WAITING = list(waiting.load())[:1]


def open_run() -> JudgedRun:
    met = judged("PRV-CAN-01", exchanges=("x12",))
    return run(
        (scenario("Mr Patient cancels", "PASS", met, exchanges=(exchange(),)),),
        (
            requirement("PRV-CAN-01", "PASS", met),
            requirement("NFR-10", "TO-ATTEST", reason="needs a person's statement"),
            *(requirement(name, "TO-ATTEST", reason="nothing decides it") for name in WAITING),
            requirement("FMT-02", "NOT-APPLICABLE", reason="XML is not claimed"),
        ),
        "conformant as tested",
        0,
        outstanding=1 + len(WAITING),
    )


def test_what_was_not_tested_is_told_with_its_reason(tmp_path: Path) -> None:
    told = texts(open_run(), tmp_path)
    found = json.loads(told["results"])["not_tested"]
    assert [(one["kind"], one["count"], one["requirements"]) for one in found] == [
        ("to attest", 1, ["NFR-10"]),
        *(("not yet decided", 1, [name]) for name in WAITING),
        ("not applicable", 1, ["FMT-02"]),
    ]
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    assert "XML is not claimed" in page.text_content()
    assert "What was not tested, and why" in page.text_content()
    assert re.search(r"^ +1 not applicable: XML is not claimed$", told["terminal"], re.M)


def test_nothing_failed_never_stands_beside_open_points(tmp_path: Path) -> None:
    told = texts(open_run(), tmp_path)["page"]
    assert f"No requirement that was tested failed. {1 + len(WAITING)} that apply were not tested" in told
    assert "Nothing failed" not in told
    assert "Nothing failed, and nothing stayed open." in texts(clean_run(), tmp_path)["page"]


def test_a_part_says_that_the_rest_was_not_selected(tmp_path: Path) -> None:
    partial = replace(clean_run(), partial=True)
    found = json.loads(texts(partial, tmp_path)["results"])["not_tested"]
    assert [(one["kind"], one["count"]) for one in found] == [("not selected", len(load()) - 1)]


# -- what passed -----------------------------------------------------------------------------


def test_a_pass_leads_to_its_observations_and_exchanges(tmp_path: Path) -> None:
    texts(clean_run(), tmp_path)
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    (row,) = page.xpath("//tr[contains(@class, 'r-pass')]")
    (link,) = row.iter("a")
    entry = page.get_element_by_id(link.get("href")[1:])
    assert link.get("href") == "#PRV-CAN-01"
    assert "met: cancelled" in entry.text_content()
    (to_exchange,) = [a for a in entry.iter("a") if a.get("href").startswith("#exchange-")]
    assert "HTTP 200 OK" in page.get_element_by_id(to_exchange.get("href")[1:]).text_content()
    assert load()["PRV-CAN-01"].sources[0].page in entry.text_content()


def test_an_exchange_that_much_rests_on_is_in_the_page_once(tmp_path: Path) -> None:
    step = StepRecord("When", "he cancels", "passed", 0.1, ("x12",))
    seen = [judged(name, exchanges=("x12",)) for name in list(load())[:150]]
    made = scenario("Mr Patient cancels", "PASS", *seen, exchanges=(exchange(),), steps=(step,))
    passed = tuple(requirement(j.observation.requirement, "PASS", j) for j in seen)
    many = run((made,), passed, "conformant as tested", 0)
    texts(many, tmp_path)
    page = html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    assert len(page.find_class("halves")) == 1
    assert len([a for a in page.iter("a") if a.get("href", "").startswith("#exchange-")]) == 150
