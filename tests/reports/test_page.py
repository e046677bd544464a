"""report.html needs nothing else, runs nothing, reads well without colour, and can be acted on."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.page import PageReporter

from .runs import clean_run, exchange, hostile_run, judged, mixed_run, requirement, run, scenario

RUNS = {"clean": clean_run(), "mixed": mixed_run(), "hostile": hostile_run(), "empty": run((), ())}
#: Where the documents of the standard can be read: followed by a reader, and by nothing else.
SOURCES = ("https://developer.nhs.uk/apis/", "https://github.com/nhs")
every_run = pytest.mark.parametrize("judged_run", RUNS.values(), ids=RUNS)


def text_of(judged_run: JudgedRun, folder: Path) -> str:
    PageReporter().run_judged(judged_run, folder)
    return (folder / "report.html").read_text("utf-8")


def page_of(judged_run: JudgedRun, folder: Path) -> html.HtmlElement:
    return html.document_fromstring(text_of(judged_run, folder))


@every_run
def test_nothing_runs_and_nothing_is_fetched(judged_run: JudgedRun, tmp_path: Path) -> None:
    page = page_of(judged_run, tmp_path)
    forbidden = {"script", "iframe", "object", "embed", "link", "img", "base", "form", "svg", "video"}
    assert {found.tag for found in page.iter()} & forbidden == set()
    for found in page.iter():
        assert [name for name in found.attrib if name.startswith("on") or name in {"src", "style"}] == []
    assert all(link.get("href", "").startswith(("#", *SOURCES)) for link in page.iter("a"))


@every_run
def test_the_policy_allows_the_style_of_the_page_and_nothing_else(judged_run: JudgedRun, tmp_path: Path) -> None:
    page = page_of(judged_run, tmp_path)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = page.iter("style")
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]


@every_run
def test_no_control_characters_and_no_endless_body(judged_run: JudgedRun, tmp_path: Path) -> None:
    text = text_of(judged_run, tmp_path)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)
    assert len(text) < 200_000


@every_run
def test_it_can_be_read_without_eyes_or_colour(judged_run: JudgedRun, tmp_path: Path) -> None:
    page = page_of(judged_run, tmp_path)
    levels = [int(found.tag[1]) for found in page.xpath("//h1|//h2|//h3|//h4|//h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    within = {link.get("href") for link in page.iter("a") if not link.get("href").startswith(SOURCES)}
    assert within <= {f"#{id}" for id in ids}
    assert all(head.get("scope") in {"col", "row"} for head in page.iter("th"))
    assert set(page.xpath("//input/@id")) == set(page.xpath("//label/@for"))
    assert page.get("lang") == "en-GB"
    badges = [found.text_content() for found in page.find_class("verdict")]
    assert all(re.fullmatch(r"[✓✗?!–i] [A-Z-]+", badge) for badge in badges)


def test_a_failure_can_be_acted_on(tmp_path: Path) -> None:
    page = page_of(mixed_run(), tmp_path)
    entry = page.get_element_by_id("fix-prv-can-02")
    told = " ".join(entry.text_content().split())
    for part in (
        "PRV-CAN-02 ✗ FAIL · MUST",
        "A cancelled appointment says so when it is read.",
        "Who says so (all about PRV-CAN-02): API pages (nhs-booking-api), cancel_an_appointment.md, version",
        "Expectedcancelled",
        "Actualbooked",
        "Appointment.status",
        "Mr Patient cancels",
        "PUT https://provider.test/STU3/1/utc/Appointment/41",
        "HTTP 200 OK",
        '"minutes": 10.50',
        "uec-booking assure --only PRV-CAN-02 --out reports/out-rerun",
    ):
        assert part in told, part
    assert "https://developer.nhs.uk/apis/nhsbooking-2.0.4/cancel_an_appointment.html" in entry.xpath(".//a/@href")


def test_an_exchange_is_laid_out_once(tmp_path: Path) -> None:
    page = page_of(mixed_run(), tmp_path)
    laid_out = [found.text_content() for found in page.xpath("//details[.//*[@class='halves']]/summary")]
    assert len(laid_out) == len(set(laid_out)) == 1
    (link,) = page.get_element_by_id("fix-prv-xti-01").xpath(".//p[contains(., 'laid out above')]/a")
    assert page.get_element_by_id(link.get("href")[1:]) is not None


def test_a_warning_names_the_contradiction_behind_it(tmp_path: Path) -> None:
    told = page_of(mixed_run(), tmp_path).get_element_by_id("fix-prv-book-10").text_content()
    assert "Contradiction CF-02" in told
    assert "422 in 2.0.0" in told


def test_the_curl_line_is_one_command_whatever_a_header_holds(tmp_path: Path) -> None:
    sent = exchange()["request"]
    tricky = '\'; rm -rf "$HOME" `id` $(id) #'
    made = exchange(
        request={
            **sent,
            "url": f"https://provider.test/[{tricky}]",
            "headers": [["X", tricky]],
            "body": tricky,
        }
    )
    wrong = judged("PRV-CAN-02", "not met", exchanges=("x12",), scenario="workflow/rebook.feature::Tricky")
    page = page_of(
        run(
            (scenario("Tricky", "FAIL", wrong, exchanges=(made,)),),
            (requirement("PRV-CAN-02", "FAIL", wrong),),
        ),
        tmp_path,
    )
    (line,) = (pre.text_content() for pre in page.iter("pre") if pre.text_content().startswith("curl"))
    words = shlex.split(line)
    assert words[words.index("-H") + 1] == f"X: {tricky}"
    assert words[words.index("--data-binary") + 1] == tricky
    assert words[-1] == f"https://provider.test/[{tricky}]"
    assert "--globoff" in words


def test_the_headline_is_honest(tmp_path: Path) -> None:
    partial = page_of(replace(clean_run(), partial=True), tmp_path)
    assert partial.find_class("headline")[0].text_content() == "partial run, no failures"
    assert "good" not in partial.find_class("headline")[0].get("class")
    assert "good" in page_of(clean_run(), tmp_path).find_class("headline")[0].get("class")


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    assert text_of(mixed_run(), tmp_path) == text_of(mixed_run(), tmp_path)
