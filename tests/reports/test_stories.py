"""stories.html and report.html draw stories A to D as recorded: who sent what to whom, and what fell short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser, expect
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.stories.people import SENTENCES

from ..support.browser import quiet_page
from ..support.source import ROOT
from .runs import clean_run
from .story_runs import hostile_story_run, pages, story_run, words

#: Where the pages of the standard can be read, to which the sources of a requirement lead.
STANDARD = ("https://developer.nhs.uk/", "https://github.com/nhsd")
RUNS = {"story": story_run(), "hostile": hostile_story_run()}
every_run = pytest.mark.parametrize("judged_run", RUNS.values(), ids=RUNS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("stories")
    pages(story_run(), found)
    return found


@pytest.fixture(scope="module")
def stories(folder: Path) -> html.HtmlElement:
    return html.document_fromstring((folder / "stories.html").read_text("utf-8"))


def test_it_is_drawn_in_the_lifelines_of_the_standard(stories: html.HtmlElement) -> None:
    (svg,) = stories.iter("svg")
    heads = [words(one) for one in svg.find_class("name")]
    assert heads == [
        *("Patient", "UEC provider", "Consumer system", "Registry", "DoS", "Original provider", "Second provider")
    ]
    players = [words(one) for one in svg.find_class("player")]
    assert players[2:] == [
        *("played by the suite", "played by the suite", "nothing recorded", "under test", "under test")
    ]


def test_each_exchange_is_an_arrow_to_who_was_asked(stories: html.HtmlElement) -> None:
    (svg,) = stories.iter("svg")
    at = {words(one): one.get("x") for one in svg.find_class("name")}
    drawn = [
        (
            link.findall("text")[0].text.partition(" (")[0],
            link.findall("text")[1].text,
            link.findall("line")[0].get("x1"),
        )
        for link in svg.iter("a")
    ]
    assert [one[:2] for one in drawn] == [
        ("x1 Book selected appointment", "201 OK, booked, version 1"),
        ("x2 Background check for existing appointments", "200 OK, 1 appointment"),
        ("x3 Get available slots", "200 OK, 3 slots"),
        ("x4 Book selected appointment", "201 OK, booked, version 1"),
        ("x5 Cancel original appointment", "200 OK, booked, version 2"),
        ("x6 Get original appointment details", "200 OK, cancelled, version 2"),
    ]
    assert {one[2] for one in drawn} == {at["Consumer system"]}
    tips = [link.find("polygon").get("points").partition(",")[0] for link in svg.iter("a")]
    to = [*("Original provider", "Registry", "Second provider", "Second provider"), *["Original provider"] * 2]
    assert tips == [at[one] for one in to]


def test_a_deviation_is_marked_by_form_and_words_and_no_other_arrow_is(stories: html.HtmlElement) -> None:
    (svg,) = stories.iter("svg")
    marked = [link for link in svg.iter("a") if link.find_class("mark")]
    assert [link.find("text").text[:2] for link in marked] == ["x5"]
    assert [words(one) for one in marked[0].find_class("sign")] == ["✗"]
    assert len(svg.find_class("wrong")) == len(marked[0].find_class("wrong")) == 4
    told = [words(one) for one in svg.find_class("noted")]
    assert told == [
        "✗ not met: PRV-CAN-02, expected cancelled, actual booked",
        "? could not be observed: REG-11, no entry",
    ]
    assert "2 deviations" in words(svg.find("desc"))


def test_the_list_says_the_same(stories: html.HtmlElement) -> None:
    (listed,) = stories.find_class("listed")
    told = words(listed)
    assert "Patient to UEC provider, not on the wire: Calls another 111 service" in told
    assert (
        "Consumer system (first 111 service) to Second provider: x3 Get available slots. Answer: 200 OK, 3 slots"
        in told
    )
    assert "✗ not met: PRV-CAN-02, expected cancelled, actual booked" in told
    (svg,) = stories.iter("svg")
    drawn = [one.get("href") for one in svg.iter("a")]
    assert [one.get("href") for one in listed.iter("a")] == drawn and len(drawn) == 6


@every_run
def test_every_arrow_leads_to_its_exchange_and_nothing_else_anywhere(judged_run: JudgedRun, tmp_path: Path) -> None:
    told, report = pages(judged_run, tmp_path)
    for page, prefix in ((told, "report.html"), (report, "")):
        here = page.xpath("//@id")
        assert len(here) == len(set(here))
        for link in page.iter("a"):
            place = str(link.get("href"))
            if page is report and place.startswith(STANDARD):
                continue
            known = here if place.startswith("#") else report.xpath("//@id")
            assert place == "report.html" or place.partition("#")[2] in known
        (svg,) = page.iter("svg")
        ids = [re.match(r"\w+", link.find("text").text)[0] for link in svg.iter("a")]  # type: ignore[index]
        for link, id in zip(svg.iter("a"), ids, strict=True):
            place = str(link.get("href"))
            assert place.startswith(f"{prefix}#exchange-") and place.endswith(f"-{id}")
            assert f"# {id}:" in report.get_element_by_id(place.partition("#")[2]).text_content()


@every_run
def test_nothing_runs_is_fetched_or_moves_a_cursor(judged_run: JudgedRun, tmp_path: Path) -> None:
    for page in pages(judged_run, tmp_path):
        forbidden = {"script", "iframe", "object", "embed", "link", "img", "image", "use", "foreignobject", "form"}
        assert {found.tag for found in page.iter()} & forbidden == set()
        for found in page.iter():
            assert [name for name in found.attrib if name.startswith("on") or name in {"src", "style"}] == []
    for name in ("stories.html", "report.html"):
        text = (tmp_path / name).read_text("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)
        assert len(text) < 300_000


def test_what_did_not_run_is_said(tmp_path: Path) -> None:
    told, _ = pages(clean_run(), tmp_path)
    assert words(told).count("No scenario of this story ran.") == 4


def test_what_people_say_is_found_in_sentences_of_the_suite() -> None:
    """A pattern that no sentence has would be drawn never."""
    suite = "\n".join(path.read_text("utf-8") for path in (ROOT / "features").rglob("*.feature"))
    assert [pattern for pattern, _ in SENTENCES if not re.search(pattern, suite)] == []


@pytest.mark.parametrize(
    ("scheme", "width", "page_name"),
    [
        ("light", 1280, "stories.html"),
        ("dark", 360, "stories.html"),
        ("light", 1280, "report.html"),
        ("light", 360, "report.html"),
    ],
    ids=["light", "dark-narrow", "report", "report-narrow"],
)
def test_it_is_quiet_and_fit_for_everybody(
    browser: Browser, folder: Path, scheme: str, width: int, page_name: str
) -> None:
    with quiet_page(browser, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True) as page:
        page.goto((folder / page_name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        violations = Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert {
            one["id"]: one["nodes"][0]["html"] for one in violations if one["impact"] in ("serious", "critical")
        } == {}
        assert wide <= width


def test_a_narrow_page_begins_with_the_list_and_a_wide_one_with_the_drawing(browser: Browser, folder: Path) -> None:
    with quiet_page(browser, viewport={"width": 360, "height": 800}) as page:
        page.goto((folder / "stories.html").as_uri())
        listed, drawing = page.locator(".listed"), page.get_by_role("region", name="Diagram of")
        expect(listed).to_be_visible()
        expect(drawing).to_be_hidden()
        page.get_by_label("As a drawing").check()
        expect(listed).to_be_hidden()
        expect(drawing).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert drawing.evaluate("(box) => box.scrollWidth > box.clientWidth")
        page.get_by_label("As a drawing").uncheck()
        page.set_viewport_size({"width": 1280, "height": 800})
        expect(listed).to_be_hidden()
        expect(drawing).to_be_visible()
        page.get_by_label("As a list").check()
        expect(listed).to_be_visible()
        expect(drawing).to_be_hidden()


def test_an_arrow_is_followed_by_keyboard_and_the_exchange_opens(browser: Browser, folder: Path) -> None:
    with quiet_page(browser) as page:
        page.goto((folder / "stories.html").as_uri())
        page.get_by_role("link", name="x5 Cancel original appointment").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/report.html#exchange-*-x5")
        page.get_by_text("# x5: after").first.wait_for()
