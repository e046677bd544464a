"""scal/ is what a supplier uploads: every question answered, its evidence, and a script of a demonstration."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree, html
from PIL import Image
from playwright.sync_api import Browser
from python_calamine import CalamineWorkbook
from uec_booking.harness.judging.verdicts import Identity, JudgedRun
from uec_booking.harness.running.reporters import named
from uec_booking.reports.scal.reporter import ScalReporter
from uec_booking.standard import requirements as catalogue

from ..support.browser import quiet_page
from .runs import clean_run, requirement
from .story_runs import hostile_story_run, sent, story_run

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TOKEN = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V4YW1wbGUudGVzdCJ9.abc"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]")


def folder_of(judged_run: JudgedRun, place: Path) -> Path:
    ScalReporter().run_judged(judged_run, place)
    return place / "scal"


def rows(folder: Path) -> dict[str, list[str]]:
    """The rows of both scripts by the name of their question, as a program reads them that did not write them."""
    book = CalamineWorkbook.from_path(str(folder / "scal.xlsx"))
    assert [*book.sheet_names] == ["About", "Provider P1-P42", "Consumer C1-C31 ff"]
    found: dict[str, list[str]] = {}
    for name in book.sheet_names[1:]:
        head, *rest = book.get_sheet_by_name(name).to_python()
        assert head == [
            *(
                "Question",
                "What is asked",
                "Requirements",
                "Level",
                "Verdict",
                "Evidence",
                "Evidence folder",
                "Free text",
            )
        ]
        found |= {str(row[0]): [str(cell) for cell in row] for row in rest}
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the story; besides, nobody has stated NFR-20, XML is not claimed, and a token came back in an answer."""
    made = story_run()
    (told,) = made.scenarios
    url = told.record.exchanges[4]["request"]["url"]
    leaking = sent("x5", "PUT", url, 200, {"issue": f"Bearer {TOKEN}"}, sent='{"status":"cancelled"}')
    exchanges = (*told.record.exchanges[:4], leaking, told.record.exchanges[5])
    told = replace(told, record=replace(told.record, exchanges=exchanges))
    more = (
        requirement("NFR-20", "TO-ATTEST", text="The supplier has read the obligations."),
        requirement("FMT-07", "NOT-APPLICABLE", reason="XML is not claimed"),
    )
    return folder_of(
        replace(made, scenarios=(told,), requirements=(*made.requirements, *more)), tmp_path_factory.mktemp("s")
    )


@pytest.fixture(scope="module")
def table(folder: Path) -> dict[str, list[str]]:
    return rows(folder)


def test_every_question_has_a_row_and_no_more(table: dict[str, list[str]]) -> None:
    quoted = {name for one in catalogue.load().values() for name in one.scal}
    numbers = {name for name in quoted if re.fullmatch(r"[PC]\d+[a-z]?", name)}
    published = {f"P{n}" for n in range(1, 43)} | {f"C{n}" for n in range(1, 32)}
    assert numbers | published <= set(table) <= quoted | published
    answered = {id for row in table.values() for id in re.findall(r"^\S+", row[2], re.MULTILINE)}
    assert answered == {one.id for one in catalogue.load().values() if one.scal}


def test_a_question_has_the_worst_verdict_of_its_requirements(table: dict[str, list[str]]) -> None:
    asked = catalogue.load()["PRV-CAN-02"].scal
    for name in asked:
        name, text, ids, level, verdict, evidence, place, free = table[name]
        assert "PRV-CAN-02 FAIL" in ids and "What PRV-CAN-02 asks of a provider." in text
        assert (verdict, level, place, free) == ("FAIL", "MUST", name, "")
        assert "1 short of met.\nPRV-CAN-02 not met: expected cancelled, actual booked" in evidence
    assert "P31" in asked


def test_it_says_what_the_run_does_not(table: dict[str, list[str]]) -> None:
    assert table["P6"][2:] == [
        *("", "", "no clause known"),
        *("The catalogue knows no clause of the standard that this number stands for.", "", ""),
    ]
    assert table["P1"][4:7] == ["NOT-RUN", table["P1"][5], ""] and "Not in this run: " in table["P1"][5]
    assert table["C31"][4] == "TO-ATTEST"
    unasked = [row for row in table.values() if row[4] == "NOT-APPLICABLE"]
    assert [row[6] for row in unasked] == [""] * len(unasked)


def test_each_question_that_is_asked_has_its_evidence(folder: Path, table: dict[str, list[str]]) -> None:
    named_in_it = {row[6] for row in table.values() if row[6]}
    assert named_in_it == {path.name for path in folder.iterdir() if path.is_dir()}
    told = (folder / "P31" / "evidence.txt").read_text("utf-8")
    assert told.startswith("Question P31: FAIL\n")
    for part in ("expected: cancelled", "actual:   booked", "# x5: first 111 service → provider", "HTTP 200 OK"):
        assert part in told, part
    assert (told.index("# x5:"), TOKEN in told) == (min(found.start() for found in re.finditer(r"# x\d:", told)), False)
    assert "not seen on the wire" in (folder / "C31" / "evidence.txt").read_text("utf-8")
    assert not (folder / "C31" / "picture.png").exists()


def test_a_picture_shows_a_deviation(folder: Path, tmp_path: Path) -> None:
    """In red too; one of a run in which all was right has none of it."""
    clean = folder_of(clean_run(), tmp_path)
    (right,) = clean.glob("P31/picture.png")
    for picture, deviates in ((folder / "P31" / "picture.png", True), (right, False)):
        with Image.open(picture) as image:
            assert image.format == "PNG" and image.width > 1_500
            colours = {colour for _, colour in image.convert("RGB").getcolors(10_000) or ()}
            assert ((177, 14, 30) in colours) is deviates


def test_links_of_the_workbook_lead_to_the_evidence(folder: Path) -> None:
    with zipfile.ZipFile(folder / "scal.xlsx") as book:
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/_rels/")]
        targets = [one.get("Target") for name in names for one in etree.fromstring(book.read(name))]
    assert targets and all((folder / target).is_file() for target in targets)


def test_hostile_text_is_text_and_no_formula(tmp_path: Path) -> None:
    made = hostile_story_run()
    formula = '=HYPERLINK("https://evil.test","x")'
    folder = folder_of(replace(made, identity=Identity(operator=formula, claims=("@SUM(1+1)", "-1"))), tmp_path)
    about = CalamineWorkbook.from_path(str(folder / "scal.xlsx")).get_sheet_by_name("About").to_python()
    assert ["Operator", formula] in about and ["Claims", "@SUM(1+1), -1"] in about
    with zipfile.ZipFile(folder / "scal.xlsx") as book:
        sheets = [etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")) for number in (1, 2, 3)]
        styles = etree.fromstring(book.read("xl/styles.xml")).find(f"{_SHEET}cellXfs")
        texts = "".join(book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml"))
    assert styles is not None and not UNSAFE.search(texts)
    for cell in (cell for sheet in sheets for cell in sheet.iter(f"{_SHEET}c")):
        assert cell.find(f"{_SHEET}f") is None
        if cell.find(f"{_SHEET}v") is not None:
            assert cell.get("t") in ("s", "inlineStr") and styles[int(cell.get("s"))].get("quotePrefix") == "1"
    for path in (*folder.glob("*/evidence.txt"), folder / "demonstration.html"):
        assert not UNSAFE.search(path.read_text("utf-8"))
        assert path.stat().st_size < 200_000
    assert [*folder.glob("P31/picture.png")]


def test_what_is_to_be_shown_is_told_sentence_by_sentence(folder: Path) -> None:
    page = html.document_fromstring((folder / "demonstration.html").read_text("utf-8"))
    assert [*page.iter("script", "img", "form")] == [] and [one.get("href") for one in page.iter("a")] == ["#main"]
    told = [" ".join(row.text_content().split()) for row in page.iter("tr")]
    steps = [step for one in story_run().scenarios for step in one.record.steps]
    for number, step in enumerate(steps, start=1):
        (row,) = (row for row in told if row.startswith(f"{number} {step.keyword} {step.name}"))
        assert "☐ yes ☐ no" in row
    assert any("Cancel original appointment" in row and "✗ not met: PRV-CAN-02" in row for row in told)
    assert any(row.startswith("C31NFR-20: The supplier has read the obligations.") for row in told)
    (command,) = (one.text or "" for one in page.iter("pre") if "assure" in (one.text or ""))
    assert "--only" in command and "--out reports/out-witnessed/1" in command


def test_without_a_story_the_script_says_so(tmp_path: Path) -> None:
    told = (folder_of(clean_run(), tmp_path) / "demonstration.html").read_text("utf-8")
    assert "No scenario of stories A to D was in this run" in told


def test_it_is_made_where_it_is_named() -> None:
    assert ScalReporter().wanted() is False and "scal" in named("all,scal")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)], ids=["light", "dark-narrow"])
def test_the_script_is_quiet_and_fit_for_everybody(browser: Browser, folder: Path, scheme: str, width: int) -> None:
    with quiet_page(browser, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True) as page:
        page.goto((folder / "demonstration.html").as_uri())
        violations = Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
    assert {one["id"]: one["nodes"][0]["html"] for one in violations if one["impact"] in ("serious", "critical")} == {}
    assert wide <= width
