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
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.page import PageReporter
from uec_booking.reports.results import ResultsReporter
from uec_booking.reports.statement.proof_figures import figures, load
from uec_booking.reports.statement.reporter import StatementReporter

from ..support.source import ROOT
from .runs import clean_run, hostile_run, judged, mixed_run, requirement, run, scenario
from .test_identity import identified

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
    assert set(links(statement)) <= {f"#{id}" for id in here} | {"report.html"} | {f"report.html#{id}" for id in there}


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
    assert hashlib.sha256(stored.encode("ascii")).hexdigest() in told


def test_it_says_which_reading_a_system_follows(tmp_path: Path) -> None:
    statement, _ = pages(mixed_run(), tmp_path)
    followed = statement.get_element_by_id("CF-02")
    (row,) = followed.xpath(".//tbody/tr")
    assert [words(cell) for cell in row][1:] == ["provider", "422", "1", "as 422 in 2.0.0 has it"]
    assert "Treatment" in words(followed)


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
