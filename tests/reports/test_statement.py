"""statement.html answers an assessor in two minutes, leads from each verdict to its evidence and back, and is safe."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html
from uec_booking.harness.judging.observations import Problem
from uec_booking.harness.judging.verdicts import JudgedRun, SystemIdentity
from uec_booking.reports.page import PageReporter
from uec_booking.reports.results import ResultsReporter
from uec_booking.reports.statement.proof_figures import figures, load
from uec_booking.reports.statement.reporter import StatementReporter

from ..support.source import ROOT
from .runs import clean_run, exchange, hostile_run, judged, mixed_run, requirement, run, scenario
from .test_identity import identified
from .test_page import SOURCES

SCENARIO = "workflow/rebook.feature::{}"
RUNS = {"clean": clean_run(), "mixed": mixed_run(), "hostile": hostile_run(), "empty": run((), ())}
every_run = pytest.mark.parametrize("judged_run", RUNS.values(), ids=RUNS)


def pages(judged_run: JudgedRun, folder: Path) -> tuple[html.HtmlElement, html.HtmlElement]:
    """The statement and the page of the run, as they lie beside each other."""
    for reporter in (StatementReporter(), PageReporter(), ResultsReporter()):
        reporter.run_judged(judged_run, folder)
    statement, report = ((folder / name).read_text("utf-8") for name in ("statement.html", "report.html"))
    return html.document_fromstring(statement), html.document_fromstring(report)


def words(found: html.HtmlElement) -> str:
    return " ".join(found.text_content().split())


def links(found: html.HtmlElement) -> Iterator[str]:
    return (str(link.get("href")) for link in found.iter("a"))


@every_run
def test_every_link_leads_somewhere_and_nowhere_else(judged_run: JudgedRun, tmp_path: Path) -> None:
    statement, report = pages(judged_run, tmp_path)
    here, there = statement.xpath("//@id"), report.xpath("//@id")
    assert len(here) == len(set(here))
    known = {f"#{id}" for id in here} | {f"report.html#{id}" for id in there} | {"report.html", "stories.html"}
    assert {link for link in links(statement) if not link.startswith(SOURCES)} <= known


@every_run
def test_its_own_script_runs_and_no_other(judged_run: JudgedRun, tmp_path: Path) -> None:
    statement, _ = pages(judged_run, tmp_path)
    assert len(list(statement.iter("script"))) == 1
    forbidden = {"iframe", "object", "embed", "link", "img", "base", "form", "svg", "video"}
    assert {found.tag for found in statement.iter()} & forbidden == set()
    for found in statement.iter():
        assert [name for name in found.attrib if name.startswith("on") or name in {"src", "style"}] == []
    text = (tmp_path / "statement.html").read_text("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)
    assert len(text) < 200_000


@every_run
def test_it_can_be_read_without_eyes_or_colour(judged_run: JudgedRun, tmp_path: Path) -> None:
    statement, _ = pages(judged_run, tmp_path)
    levels = [int(found.tag[1]) for found in statement.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(head.get("scope") in {"col", "row"} for head in statement.iter("th"))
    assert set(statement.xpath("//input/@id")) == set(statement.xpath("//label/@for"))
    assert all(re.match(r"[✓✗?!–i] [A-Z-]+", badge.text_content()) for badge in statement.find_class("verdict"))


def test_the_five_questions_are_answered_at_the_top(tmp_path: Path) -> None:
    statement, _ = pages(mixed_run(), tmp_path)
    (short,) = statement.find_class("short")
    told = words(short)
    assert "No. 2 requirements failed: a MUST was not met." in told
    assert "3: another 111 organisation can cancel an appointment too" in told
    assert "PRV-CAN-02 A cancelled appointment says so" in told and "PRV-XTI-01" in told
    assert "1 tried, and not observed; 1 the harness broke; 1 not applicable" in told
    assert "A FAIL: PRV-CAN-02" in told


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "Yes, as tested: nothing that was observed breaks a MUST."),
        ({"outstanding": 2}, "breaks a MUST. Still open: 2 to attest."),
        ({"partial": True}, "Not established: only a part of the suite was run. Nothing failed in that part."),
        ({"verdict": "inconclusive", "exit_status": 2}, "Not established: the run did not decide it."),
    ],
    ids=["whole", "open", "part", "inconclusive"],
)
def test_it_says_yes_only_of_what_was_seen(changes: dict[str, object], answer: str, tmp_path: Path) -> None:
    statement, _ = pages(replace(clean_run(), **changes), tmp_path)
    assert answer in words(statement.find_class("short")[0])


@pytest.mark.parametrize(("verdict", "id"), [("FAIL", "PRV-CAN-02"), ("PASS", "PRV-CAN-01")])
def test_a_verdict_leads_to_its_exchange_and_back(verdict: str, id: str, tmp_path: Path) -> None:
    statement, report = pages(mixed_run() if verdict == "FAIL" else clean_run(), tmp_path)
    entry = statement.get_element_by_id(id).getparent()
    assert verdict in words(entry)
    (full,) = {link for link in links(entry) if link.startswith("report.html#exchange-")}
    assert "HTTP 200 OK" in words(report.get_element_by_id(full.partition("#")[2]))
    (short,) = {link for link in links(entry) if re.fullmatch(r"#E\d+", link)}
    row = statement.get_element_by_id(short[1:])
    assert {f"#{id}", full} <= set(links(row))
    (played,) = {link for link in links(entry) if link.startswith("#scenario-")}
    assert {f"#{id}", short, f"report.html{played}"} <= set(links(statement.get_element_by_id(played[1:])))
    assert played in set(links(row))


def test_requirements_are_counted_by_role_and_level(tmp_path: Path) -> None:
    statement, _ = pages(mixed_run(), tmp_path)
    table = statement.get_element_by_id("counted").getparent().find(".//table")
    rows = [[words(cell) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["Binds", "Level", "FAIL", "ERROR", "INCONCLUSIVE", "WARN", "NOT-APPLICABLE", "All"]
    assert rows[1:] == [
        ["Providers", "MUST", "2", "1", "1", "1", "0", "5"],
        ["Providers", "SHOULD", "0", "0", "0", "0", "1", "1"],
        ["All", "", "2", "1", "1", "1", "1", "6"],
    ]


def test_it_identifies_run_system_and_settings(tmp_path: Path) -> None:
    statement, _ = pages(identified(), tmp_path)
    told = words(statement.find_class("cover")[0])
    for fact in ("run-7", "abc123", "0.1.0", "deadbeefdead", "Example Suite 9.9", "4.2", "A. Trust", "registry"):
        assert fact in told, fact
    system = json.loads((tmp_path / "results.json").read_text("utf-8"))["system"]
    stored = json.dumps(system, sort_keys=True, separators=(",", ":"))
    for signed in (stored.encode("ascii"), (tmp_path / "results.json").read_bytes()):
        assert hashlib.sha256(signed).hexdigest() in told
    assert "“Judged again by”" not in told
    again = replace(identified().identity, judged_by={"name": "uec-booking-conformance", "version": "9"})
    statement, _ = pages(replace(identified(), identity=again), tmp_path)
    assert "its stored exchanges were judged anew" in words(statement.find_class("cover")[0])


def test_it_says_which_reading_a_system_follows(tmp_path: Path) -> None:
    statement, _ = pages(mixed_run(), tmp_path)
    followed = statement.get_element_by_id("CF-02")
    (row,) = followed.xpath(".//tbody/tr")
    assert [words(cell) for cell in row] == [
        "A booking for a slot that is no longer free.",
        *("provider", "422", "1", "422 in 2.0.0: tolerated, a warning"),
        "right in 0.1.15 to 0.2.0; tolerated in 1.0.0-RC1 to 1.0.0 (nhs-booking-api book_an_appointment, "
        "every edition; uec-appts er_overview up to 0.2.0)",
    ]
    assert "Treatment" in words(followed)


def test_each_level_and_capability_is_told_with_what_decided_it(tmp_path: Path) -> None:
    """Of two providers, one of which rejects: reached, not reached, not observed; and a capability that is claimed."""
    by = ("by the organisation that booked", "by another 111 organisation")
    told = [
        judged("PRV-CAN-14", actual=f"{by[0]}: cancelled", where=by[0], value="cancelled", exchanges=("x12",)),
        judged("PRV-CAN-14", actual=f"{by[1]}: 403 Forbidden", where=by[1], value="rejected", exchanges=("x13",)),
    ]
    met = judged("PRV-SAPT-01")
    made = run(
        (scenario("Mr Patient cancels", "PASS", *told, met, exchanges=(exchange("x12"), exchange("x13"))),),
        (requirement("PRV-CAN-14", "INFO", *told, level="MAY"), requirement("PRV-SAPT-01", "PASS", met)),
        system={"under_test": {"provider": "provider", "second_provider": "provider"}},
        identity=replace(identified().identity, claims=("appointment-search",)),
    )
    statement, _ = pages(made, tmp_path)
    section = statement.get_element_by_id("capability").getparent()
    rows = [[words(cell) for cell in row] for row in section.iter("tr")]
    assert rows[0] == ["Level", "What it asks", "Ours", "second_provider"]
    assert rows[1][2] == "– not observed in this run (PRV-CAN-14)"
    assert re.fullmatch(r"✓ reached: E\d+ \(PRV-CAN-14\)", rows[2][2]) and rows[2][3].startswith("–")
    assert re.fullmatch(r"✗ not reached: 403 Forbidden: E\d+ \(PRV-CAN-14\)", rows[3][2])
    assert rows[-1] == [
        *("appointment search", "A patient's appointments are searched for at the provider", "yes", "1 PASS"),
        "PRV-SAPT-01",
    ]


def test_a_pass_of_which_not_all_ran_says_so(tmp_path: Path) -> None:
    seen = judged("PRV-CAN-01", scenario="workflow/rebook.feature::One")
    skipped = scenario("Two", "NOT-APPLICABLE", problem=Problem("not-applicable", "XML is not claimed"))
    passed = replace(
        requirement("PRV-CAN-01", "PASS", seen), scenarios=(SCENARIO.format("One"), SCENARIO.format("Two"))
    )
    statement, report = pages(run((scenario("One", "PASS", seen), skipped), (passed,)), tmp_path)
    entry = words(statement.get_element_by_id("PRV-CAN-01").getparent())
    why = "1 of 2 scenarios that decide it did not run: XML is not claimed"
    assert "PASS (in part)" in entry and f"In part: {why}" in entry
    assert f"PRV-CAN-01: {why}" in words(statement.find_class("cover")[0])
    assert f"in part: {why}" in words(report.find(".//tr[@class='r-pass']"))


def test_the_contents_come_first_and_lead_to_what_lies_beside(tmp_path: Path) -> None:
    statement, _ = pages(mixed_run(), tmp_path)
    text = (tmp_path / "statement.html").read_text("utf-8")
    assert text.index('class="contents"') < text.index("In short") < text.index("Signatures</h2>")
    (contents,) = statement.find_class("contents")
    assert {"#failed", "#untested", "#signatures", "report.html#fix", "stories.html"} <= set(links(contents))


def test_the_system_of_a_failure_is_named(tmp_path: Path) -> None:
    wrong = replace(judged("PRV-CAN-02", "not met", actual="booked"), conflict="")
    second = replace(wrong, observation=replace(wrong.observation, system="second_provider"))
    identity = replace(
        identified().identity, systems=(SystemIdentity("second_provider", "provider", "Out of Hours", ""),)
    )
    made = run((scenario("One", "FAIL", second),), (requirement("PRV-CAN-02", "FAIL", second),), identity=identity)
    statement, report = pages(made, tmp_path)
    assert "Out of Hours (second provider)" in words(statement.find(".//article"))
    assert "SystemOut of Hours (second provider)" in words(report.get_element_by_id("fix-prv-can-02"))


def test_statements_by_persons_are_told_apart_from_what_was_seen(tmp_path: Path) -> None:
    stated = requirement("NFR-09", "ATTESTED", reason="A. Person, 2026-11-01: we keep an audit trail")
    open_one = requirement("NFR-10", "TO-ATTEST", reason="needs a person's statement")
    seen = judged("PRV-CAN-01")
    made = run(
        (scenario("It is cancelled", "PASS", seen),), (stated, open_one, requirement("PRV-CAN-01", "PASS", seen))
    )
    statement, _ = pages(made, tmp_path)
    rows = [words(row) for row in statement.xpath("//h2[@id='attestations']/following::tr")]
    assert any("NFR-09" in row and "A. Person, 2026-11-01: we keep an audit trail" in row for row in rows)
    assert any("NFR-10" in row and "needs a person's statement" in row for row in rows)
    assert "uec-booking attest reports/out" in words(statement)


def test_the_figures_are_those_of_the_proof(tmp_path: Path) -> None:
    proof = ROOT / "docs" / "proof.json"
    again = "python -m uec_booking.reports.statement.proof_figures docs/proof.json"
    assert load() == figures(proof.read_bytes()), f"print them anew: {again}"
    statement, _ = pages(clean_run(), tmp_path)
    told = words(statement.find_class("cover")[0])
    assert re.search(r"Known faults detected ?\d+ of \d+ \(\d+\.\d%, 95 % bounds \d+\.\d% to \d+\.\d%\)", told)
    assert "Not looked for:" in told
