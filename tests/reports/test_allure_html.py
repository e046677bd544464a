"""The HTML of Allure in a browser: it says what an assessor asks, asks nobody else, and runs nothing that was sent."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from uec_booking.harness.judging.verdicts import JudgedRun
from uec_booking.reports.allure_html import AllureHtml, NotMade

from ..support.browser import quiet_page
from ..support.source import ROOT
from .runs import clean_run, hostile_run, mixed_run
from .story_runs import story_run

pytestmark = pytest.mark.slow

#: What axe-core finds in Allure's own pages, with any run, and on what: none of it is ours to mend.
ALLURES_OWN = {
    "button-name": ("<button ",),  # arrows of the tree, and icons in the bars
    "color-contrast": (">Failed</span>", ">Error</p>"),  # the status of a test, white on red, and the head of its error
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has everything, hostile answers among it, with the HTML made."""
    if shutil.which("node") is None or not (ROOT / "reports/node/node_modules/allure").is_dir():
        pytest.skip("Node or the npm package allure is not installed (make allure)")
    folder = tmp_path_factory.mktemp("allure")
    AllureHtml().make(everything(), folder)
    return folder


@pytest.fixture(scope="session")
def address(made: Path) -> Iterator[str]:
    """The report served, as a build server does."""
    handler = partial(_Quiet, directory=str(made / "allure-report"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


def everything() -> JudgedRun:
    mixed, hostile, story = mixed_run(), hostile_run(), story_run()
    return replace(
        mixed,
        scenarios=mixed.scenarios + hostile.scenarios + story.scenarios,
        reason=hostile.reason,
        notes=hostile.notes,
        system=hostile.system,
    )


def _ready(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("Verdict: not conformant").first.wait_for()


def test_it_says_what_an_assessor_asks_and_asks_nobody_else(browser: Browser, address: str) -> None:
    with quiet_page(browser) as page:
        _ready(page, address)
        assert page.get_by_text("not conformant · UEC Booking").first.is_visible()
        page.get_by_text("Cancellation level", exact=True).wait_for()
        page.get_by_text("Verdict: not conformant").first.click()
        for told in ("FAIL (a MUST was not met): 2", "Not applicable: 1"):
            page.get_by_text(told).first.wait_for()
        page.goto(address)
        page.get_by_text("Mr Patient cancels").first.click()
        page.get_by_text("PRV-CAN-02 (MUST): expected cancelled, actual booked").first.wait_for()
        page.get_by_text("x12 PUT Appointment/41 → 200").first.click()
        page.locator('[data-testid="http-attachment-content"]').first.wait_for()
        assert '"minutes":10.50' in page.locator('[data-testid="http-attachment-content"]').first.inner_text()


@pytest.mark.parametrize("served", [True, False], ids=["served", "from a disk"])
def test_its_links_lead_to_the_requirement_what_to_fix_and_the_story(
    browser: Browser, address: str, made: Path, served: bool
) -> None:
    with quiet_page(browser) as page:
        _ready(page, address if served else (made / "allure-report/index.html").as_uri())
        page.get_by_text("The original is found, replaced and cancelled").first.click()
        for name, target in (
            ("PRV-CAN-02", "report.html#PRV-CAN-02"),
            ("What to fix: PRV-CAN-02", "report.html#fix-prv-can-02"),
            ("The story, drawn", "stories.html#scenario-"),
        ):
            with page.expect_popup() as opened:
                page.get_by_role("link", name=name, exact=True).click()
            assert target in opened.value.url
            opened.value.locator(":target").wait_for(state="attached")
            opened.value.close()


def test_it_opens_from_a_disk(browser: Browser, made: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _ready(page, (made / "allure-report/index.html").as_uri())
    page.close()
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


def test_nothing_that_was_sent_runs(browser: Browser, address: str, made: Path) -> None:
    page_text = (made / "allure-report/index.html").read_text("utf-8")
    assert "googletagmanager" not in page_text and "script-src 'sha256-" in page_text
    with quiet_page(browser) as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        _ready(page, address)
        page.get_by_text("Hostile <script>alert('x')").first.click()
        page.get_by_text("x12 PUT").first.click()
        attached = page.locator('[data-testid="http-attachment-content"]').first
        attached.wait_for()
        assert "<script>alert('x')</script>" in attached.inner_text()
        assert not dialogs


def test_the_policy_lets_no_other_script_run(browser: Browser, address: str) -> None:
    page = browser.new_page()
    _ready(page, address)
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert page.evaluate("window.ran") is None
    page.close()


def test_axe_finds_no_serious_fault_but_those_of_allure(browser: Browser, address: str) -> None:
    with quiet_page(browser, bypass_csp=True) as page:
        _ready(page, address)
        found = _serious(page)
        page.get_by_text("Verdict: not conformant").first.click()
        page.get_by_text("FAIL (a MUST was not met)").first.wait_for()
        found |= _serious(page)
    ours = {(rule, html) for rule, html in found if not any(part in html for part in ALLURES_OWN.get(rule, ()))}
    assert not ours, ours


def _serious(page: Page) -> set[tuple[str, str]]:
    """Each fault by its rule and the element that has it."""
    violations = Axe().run(page).response["violations"]
    serious = [one for one in violations if one["impact"] in ("serious", "critical")]
    return {(one["id"], node["html"]) for one in serious for node in one["nodes"]}


def test_each_run_is_once_in_the_history(made: Path, tmp_path: Path) -> None:
    first = replace(clean_run(), started="2026-11-21T10:00:00Z", finished="2026-11-21T10:01:00Z")
    shutil.copy(made / "allure-history.jsonl", tmp_path)
    for one in (first, everything()):
        AllureHtml().make(one, tmp_path)
    points = [json.loads(line) for line in (tmp_path / "allure-history.jsonl").read_text("utf-8").splitlines()]
    assert len(points) == len({point["uuid"] for point in points}) == 2
    assert points[0]["timestamp"] == 1795255260000


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs.txt").write_text("mine")
    with pytest.raises(NotMade, match="something else than a report of Allure"):
        AllureHtml().make(clean_run(), tmp_path / "run", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["theirs.txt"]


def test_without_node_it_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        NotMade, match=r"needs Node 20 or newer and the npm package allure 3\.18\.0, and the program node"
    ):
        AllureHtml().make(clean_run(), tmp_path)
