"""What the formats say of a run is what was judged, and independent readers understand it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rdflib
from haralyzer import HarParser
from markdown_it import MarkdownIt
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.formats import ctrf, earl, fhir_report, github, har, sarif, summary
from uec_booking.reports.formats.github import GitHubReporter
from uec_booking.reports.formats.summary import SummaryReporter
from uec_booking.reports.junit import JUnitReporter
from uec_booking.reports.text import one_line

from ..runs import HOSTILE, clean_run, exchange, hostile_run, judged, mixed_run, requirement, run, scenario
from .test_valid import RUNS, written

NOTHING = RUNS["nothing"]
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
#: A token without a signature, as the standard's are, and one with.
TOKENS = (
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2NvbnN1bWVyLnRlc3QifQ.",
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2NvbnN1bWVyLnRlc3QifQ.c2lnbmVkX2J5X21l",
)


# -- what was judged ---------------------------------------------------------------------------


def test_ctrf_has_a_status_for_each_verdict() -> None:
    results = ctrf.document(mixed_run())["results"]
    assert {test["rawStatus"]: test["status"] for test in results["tests"]} == {
        "FAIL": "failed",
        "WARN": "other",
        "INCONCLUSIVE": "other",
        "ERROR": "other",
        "NOT-APPLICABLE": "skipped",
    }
    summed = results["summary"]
    assert [summed[name] for name in ("tests", "passed", "failed", "skipped", "other")] == [6, 0, 2, 1, 3]
    assert summed["stop"] - summed["start"] == 60_000


def test_the_asserts_of_a_test_report_are_the_requirements_of_the_scenario() -> None:
    report, script = fhir_report.documents(mixed_run())
    found = {
        told["name"]: [
            (asked["assert"]["label"], said["assert"]["result"])
            for asked, said in zip(asked["action"], told["action"], strict=True)
        ]
        for asked, told in zip(script["test"], report["test"], strict=True)
    }
    assert found == {
        "Mr Patient cancels": [("PRV-CAN-02", "fail"), ("ending", "pass")],
        "The slot is taken": [("PRV-BOOK-10", "warning"), ("ending", "pass")],
        "A rejection": [("PRV-CAN-03", "error"), ("ending", "error")],
        "Broken": [("PRV-CAN-04", "error"), ("ending", "error")],
        "XML": [("FMT-02", "skip"), ("ending", "skip")],
        "PRV-XTI-01 What PRV-XTI-01 asks of a provider.": [("PRV-XTI-01", "fail"), ("ending", "pass")],
    }


@pytest.mark.parametrize(
    ("judged_run", "result"),
    [
        (clean_run(), "pass"),
        (mixed_run(), "fail"),
        (NOTHING, "pending"),
        (replace(clean_run(), partial=True, verdict="partial, nothing not met"), "pending"),
    ],
    ids=["clean", "mixed", "nothing", "part"],
)
def test_only_a_conformant_run_passes_as_a_test_report(judged_run: JudgedRun, result: str) -> None:
    assert fhir_report.documents(judged_run)[0]["result"] == result


def test_the_same_tests_are_the_same_script_whatever_came_of_them() -> None:
    met, wrong = judged("PRV-CAN-01"), judged("PRV-CAN-01", "not met", actual="booked")
    passed, failed = (
        fhir_report.documents(
            run((scenario("One", verdict, seen),), (requirement("PRV-CAN-01", verdict, seen),), exit_status=status)
        )
        for verdict, seen, status in (("PASS", met, 0), ("FAIL", wrong, 1))
    )
    assert passed[1] == failed[1]
    assert passed[0]["test"] != failed[0]["test"]


def test_sarif_has_failures_and_warnings_alone() -> None:
    (found,) = sarif.document(mixed_run())["runs"]
    assert [(one["ruleId"], one["level"]) for one in found["results"]] == [
        ("PRV-CAN-02", "error"),
        ("PRV-XTI-01", "error"),
        ("PRV-BOOK-10", "warning"),
    ]
    for one in found["results"]:
        assert found["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
    first = found["results"][0]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "features/workflow/rebook.feature"
    assert first["webRequest"]["method"] == "PUT" and first["webResponse"]["statusCode"] == 200
    assert found["invocations"][0]["executionSuccessful"]


def test_a_run_without_a_verdict_is_no_successful_execution() -> None:
    (found,) = sarif.document(NOTHING)["runs"]
    assert found["results"] == [] and not found["invocations"][0]["executionSuccessful"]


@pytest.mark.parametrize("document", [ctrf.document, lambda run: fhir_report.documents(run)[0]], ids=["ctrf", "fhir"])
def test_a_run_that_reached_nothing_is_not_green(document: Callable[[JudgedRun], Any]) -> None:
    text = json.dumps(document(NOTHING))
    assert "the provider refused the connection" in text
    assert '"passed": 1' not in text and '"result": "pass"' not in text


# -- independent readers -----------------------------------------------------------------------


# The library's own reader of JSON-LD uses a class that it has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_earl_is_a_graph_with_an_assertion_for_each_requirement() -> None:
    text = json.dumps(earl.document(RUNS["mixed"]))
    graph = rdflib.Graph().parse(data=text, format="json-ld", base="https://reports.test/out/earl.jsonld")
    outcomes = {}
    for assertion in graph.subjects(rdflib.RDF.type, EARL.Assertion):
        (test,), (result,) = (list(graph.objects(assertion, name)) for name in (EARL.test, EARL.result))
        (subject,), (mode,) = (list(graph.objects(assertion, name)) for name in (EARL.subject, EARL.mode))
        (by,) = graph.objects(assertion, EARL.assertedBy)
        assert (subject, rdflib.RDF.type, EARL.TestSubject) in graph and (by, rdflib.RDF.type, EARL.Assertor) in graph
        assert mode == EARL.automatic
        (outcome,) = graph.objects(result, EARL.outcome)
        outcomes[str(test)] = outcome
    page = "https://reports.test/out/report.html#"
    assert outcomes == {
        f"{page}PRV-CAN-02": EARL.failed,
        f"{page}PRV-XTI-01": EARL.failed,
        f"{page}PRV-BOOK-10": EARL.cantTell,
        f"{page}PRV-CAN-03": EARL.cantTell,
        f"{page}PRV-CAN-04": EARL.cantTell,
        f"{page}FMT-02": EARL.inapplicable,
    }
    dates = list(graph.objects(None, DCT.date))
    assert dates and all(date.datatype == rdflib.XSD.dateTime and date.toPython().tzinfo for date in dates)


def test_what_a_person_stated_is_asserted_as_done_by_hand() -> None:
    (found,) = earl.document(run((), (requirement("PRV-CAN-01", "ATTESTED"),)))["@graph"][3:]
    assert (found["earl:mode"], found["earl:result"]["earl:outcome"]) == ("earl:manual", "earl:passed")


def test_a_should_that_is_not_met_fails_in_earl_although_it_only_warns() -> None:
    wrong = judged("PRV-CAN-01", "not met")
    assert earl.outcome(requirement("PRV-CAN-01", "WARN", wrong, level="SHOULD")) == "earl:failed"


def test_har_has_each_exchange_on_the_page_of_its_scenario() -> None:
    parser = HarParser(har.document(mixed_run()))
    pages = {page.title: page for page in parser.pages}
    entries = pages["Mr Patient cancels"].entries
    assert [entry.url for entry in entries] == ["https://provider.test/STU3/1/utc/Appointment/41"] * 2
    assert entries[0].status == 200 and entries[0].request.method == "PUT"
    assert entries[0].request.headers[0] == {"name": "Authorization", "value": "Bearer [redacted]"}
    assert json.loads(entries[0].response.text)["status"] == "booked"
    assert entries[0].response.mimeType == "application/fhir+json;charset=utf-8"


def test_har_tells_what_came_without_text_or_not_at_all() -> None:
    coded = {**exchange()["response"], "body": "AAECAw==\n[cut: 9 bytes in all]", "body_encoding": "base64"}
    seen = (exchange("x1", response=None, error="the connection was refused"), exchange("x2", response=coded))
    refused, cut = har.document(run((scenario("One", exchanges=seen),), ()))["log"]["entries"]
    assert (refused["response"]["status"], refused["response"]["_error"]) == (0, "the connection was refused")
    assert cut["response"]["content"]["encoding"] == "base64" and cut["response"]["content"]["text"] == "AAECAw=="
    assert cut["response"]["bodySize"] == -1


@pytest.mark.parametrize("token", TOKENS, ids=["without signature", "signed"])
@pytest.mark.parametrize("place", ["body", "url", "header", "sent"])
def test_what_a_system_repeats_of_a_credential_leaves_in_no_format(token: str, place: str, tmp_path: Path) -> None:
    seen = exchange()
    if place == "url":
        seen["request"]["url"] += f"?access_token={token}&client_secret=f00d-cafe"
    elif place == "header":
        seen["response"]["headers"].append(["WWW-Authenticate", f'Bearer error="{token}"'])
    else:
        half = seen["request" if place == "sent" else "response"]
        half["body"] = json.dumps(
            {"diagnostics": f"not valid: {token}", "link": f"/a?client_secret=f00d-cafe&x={token}"}
        )
    wrong = judged("PRV-CAN-02", "not met", actual=f"{'what the long answer says ' * 4} {token}", exchanges=("x12",))
    told = run(
        (scenario("Mr Patient cancels", "FAIL", wrong, exchanges=(seen,)),), (requirement("PRV-CAN-02", "FAIL", wrong),)
    )
    written(told, tmp_path)
    JUnitReporter().run_judged(told, tmp_path)
    (tmp_path / "annotations").write_text("\n".join(github.lines(told)), encoding="utf-8")
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "f00d-cafe" not in text and token[:60] not in text, path.name
    assert "[redacted]" in (tmp_path / "exchanges.har").read_text(encoding="utf-8")


# -- GitHub --------------------------------------------------------------------------------------


def _annotations(judged_run: JudgedRun) -> list[dict[str, str]]:
    """As the runner of GitHub Actions reads them (ActionCommand.TryParseV2)."""
    found = []
    for line in "\n".join(github.lines(judged_run)).splitlines():
        read = re.fullmatch(r"::(?P<kind>[a-z]+) title=(?P<title>[^,:]*)::(?P<message>.*)", line)
        assert read, line
        found.append({name: _unescaped(value) for name, value in read.groupdict().items()})
    return found


def _unescaped(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_annotations_are_the_failures_and_the_warnings() -> None:
    found = _annotations(mixed_run())
    assert [(one["kind"], one["title"].split()[:2]) for one in found] == [
        ("error", ["FAIL", "PRV-CAN-02"]),
        ("error", ["FAIL", "PRV-XTI-01"]),
        ("error", ["ERROR", "PRV-CAN-04"]),
        ("error", ["INCONCLUSIVE", "PRV-CAN-03"]),
        ("warning", ["WARN", "PRV-BOOK-10"]),
    ]
    assert "expected cancelled, actual booked (Appointment.status)" in found[0]["message"]
    assert "Run it again: uec-booking assure --only PRV-CAN-02" in found[0]["message"].replace(".venv/bin/", "")


def test_no_more_annotations_than_are_shown() -> None:
    wrong = [judged(f"PRV-CAN-{n:02}", "not met", actual=f"wrong {n}") for n in range(14)]
    many = run((), tuple(requirement(one.observation.requirement, "FAIL", one) for one in wrong))
    found = _annotations(many)
    assert [one["kind"] for one in found] == ["error"] * 10 + ["notice"]
    assert found[-1]["title"] == "4 more errors"


def test_a_system_writes_no_command_of_its_own() -> None:
    wrong = judged("PRV-CAN-02", "not met", actual="a, b: c\r\n::error title=mine::100%0A\n##[error]" + HOSTILE)
    (found,) = _annotations(run((), (requirement("PRV-CAN-02", "FAIL", wrong, text="50% of it: a, b"),)))
    assert "50% of it: a, b" in found["message"]
    assert "a, b: c ::error title=mine::100%0A ##[error]" in found["message"]
    assert all("\x1b" not in line and line.isascii() for line in _written(hostile_run()).splitlines())


def _written(judged_run: JudgedRun) -> str:
    stream = io.StringIO()
    GitHubReporter(stream).run_judged(judged_run, Path())
    return stream.getvalue()


# -- Markdown ------------------------------------------------------------------------------------


def _tokens(text: str) -> list[Any]:
    found = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        found += [token, *(token.children or ())]
    return found


def test_the_summary_says_verdict_and_failures() -> None:
    text = summary.render(RUNS["mixed"])
    assert text.startswith("## UEC Booking: not conformant\n")
    assert "**FAIL PRV-CAN-02** (MUST)" in text
    assert "expected <code>cancelled</code>, actual <code>booked</code> at <code>Appointment.status</code>" in text
    assert [token.tag for token in _tokens(text) if token.type == "heading_open"] == ["h2", "h3", "h3", "h3", "h3"]


def test_nothing_in_the_summary_is_the_markdown_of_a_system() -> None:
    links = "![x](https://evil.test/a.png) [y](https://evil.test) www.evil.test @team #1"
    tricks = f"{links} `a|b` \\| **b** <b>_i_ $x$ {HOSTILE}"
    wrong = judged("PRV-CAN-02", "not met", tricks, tricks, where=tricks)
    bad = requirement("PRV-CAN-02", "FAIL", wrong, text=tricks, reason=tricks)
    warned = requirement("PRV-CAN-03", "WARN", wrong)
    tokens = _tokens(summary.render(replace(RUNS["hostile"], requirements=(bad, warned), reason=tricks)))
    assert {token.content for token in tokens if token.type == "html_inline"} == {"<code>", "</code>"}
    assert not {"image", "link_open", "html_block", "em_open", "code_inline"} & {token.type for token in tokens}
    shown = [
        "".join(part.content for part in token.children if part.type.startswith("text"))
        for token in tokens
        if token.children
    ]
    assert f"expected {one_line(tricks)}, actual {one_line(tricks)} at {one_line(tricks)}" in shown


def test_the_summary_is_added_to_the_page_of_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("What another step said.\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    out = tmp_path / "out"
    out.mkdir()
    SummaryReporter().run_judged(clean_run(), out)
    written = (out / "summary.md").read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8") == f"What another step said.\n{written}"
