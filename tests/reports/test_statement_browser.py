"""The statement in a browser and as a PDF: quiet, fit for everybody, searchable, and tagged."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from uec_booking.reports.page import PageReporter
from uec_booking.reports.statement.pdf import NotMade, PdfReporter
from uec_booking.reports.statement.reporter import StatementReporter

from .runs import hostile_run, mixed_run
from .test_identity import identified


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("statement")
    for reporter in (StatementReporter(), PageReporter()):
        reporter.run_judged(mixed_run(), found)
    return found


def _opened(page: Page, file: Path, place: str = "") -> list[str]:
    """The page with what it said and asked for, which must stay nothing but itself."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: None if request.url.startswith("file:") else told.append(request.url))
    page.goto(file.as_uri() + place)
    return told


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)], ids=["light", "dark", "narrow"]
)
def test_it_is_quiet_and_fit_for_everybody(browser: Browser, folder: Path, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    page = context.new_page()
    told = _opened(page, folder / "statement.html")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    violations = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {one["id"]: one["nodes"][0]["html"] for one in violations if one["impact"] in ("serious", "critical")} == {}
    assert wide <= width
    assert told == []


def test_it_is_searched_and_a_link_is_followed_to_what_is_hidden(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    told = _opened(page, folder / "statement.html")
    page.get_by_label("Search by number").fill("prv-can-02 must")
    page.get_by_text("1 of 6 requirements").wait_for()
    assert page.locator("#each-requirement > details:visible").count() == 1
    page.locator(".short").get_by_role("link", name="PRV-XTI-01").first.click()
    page.locator("#PRV-XTI-01").wait_for()
    page.locator("#PRV-XTI-01").get_by_role("link", name="x12 PUT").click()
    page.get_by_text("HTTP 200 OK").first.wait_for()
    assert "report.html#exchange-" in page.url
    page.close()
    assert told == []


def test_all_is_there_without_its_script(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "statement.html").as_uri() + "#PRV-XTI-01")
    assert page.locator("#each-requirement > details:visible").count() == 6
    assert not page.locator("#search").is_visible()
    context.close()


def test_nothing_that_was_sent_runs(browser: Browser, tmp_path: Path) -> None:
    StatementReporter().run_judged(hostile_run(), tmp_path)
    page = browser.new_page()
    told = _opened(page, tmp_path / "statement.html", "#PRV-CAN-02")
    page.locator("#PRV-CAN-02").wait_for()
    page.close()
    assert told == []


def test_the_pdf_is_tagged_and_says_the_same(tmp_path: Path) -> None:
    try:
        PdfReporter().run_judged(replace(mixed_run(), identity=identified().identity), tmp_path)
    except NotMade as missing:
        pytest.skip(str(missing))
    pdf = PdfReader(tmp_path / "statement.pdf")
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/StructTreeRoot"]["/K"]
    assert catalogue["/Lang"] == "en-GB"
    assert pdf.metadata is not None and "not conformant" in str(pdf.metadata.title)
    texts = [" ".join(page.extract_text().split()) for page in pdf.pages]
    for number, one in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in one
        assert number == 1 or ("Run run-7" in one and "Ours" in one)
    text = " ".join(texts)
    # Columns wide enough for their words, on the cover too.
    for told in (
        "Where is the evidence?",
        "Signatures",
        "PRV-CAN-02",
        "What was not tested, and why",
        "x12 PUT https://provider.test",
    ):
        assert told in text, told
    assert "report.html" not in text
    assert [file.name for file in tmp_path.iterdir()] == ["statement.pdf"]


def test_without_pango_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(NotMade, match=r"needs Pango.*apt-get install libpango-1\.0-0 libpangoft2-1\.0-0"):
        PdfReporter().run_judged(mixed_run(), tmp_path)
    assert list(tmp_path.iterdir()) == []
