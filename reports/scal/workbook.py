"""``scal.xlsx``: the answers in the shape that suppliers fill in, with a column of their own.

What a system sent is text in it and never a formula, also when somebody edits the cell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from uec_booking.harness.judging.verdicts import FAIL, PASS, JudgedRun

from ..text import clean, cut, one_line
from ..words import VERDICT_MEANINGS
from .answers import Answer
from .questions import PUBLISHED

FILE = "scal.xlsx"
#: What the columns are called, and how wide they are, in characters.
COLUMNS = {
    **{"Question": 12, "What is asked": 58, "Requirements": 26, "Level": 9, "Verdict": 15, "Evidence": 58},
    **{"Evidence folder": 17, "Free text": 48},
}
_SHEETS = {"P": f"Provider P1-P{PUBLISHED['P']}", "C": f"Consumer C1-C{PUBLISHED['C']} ff"}
#: Excel takes no more in a cell.
_LONGEST = 32_000
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_EDGE = Side(style="thin", color="C0C6CC")
_THIN = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_HEAD, _OWN = PatternFill("solid", fgColor="DDE4EC"), PatternFill("solid", fgColor="FFFBE6")
_COLOURS: dict[str, str] = {FAIL: "B10E1E", PASS: "00663A"}


def write(run: JudgedRun, answers: list[Answer], directory: Path) -> None:
    """Raises OSError where it cannot be written."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    _about(sheet, run)
    for script, title in _SHEETS.items():
        _questions(book.create_sheet(title), [one for one in answers if one.question.script == script])
    book.save(directory / FILE)


def _about(sheet: Worksheet, run: JudgedRun) -> None:
    sheet.title = "About"
    edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
    lines = [
        ("Verdict of the run", run.headline()),
        ("Edition", edition),
        *run.identity.in_words(),
        ("Time", f"{run.started} to {run.finished} (UTC)"),
        (
            "Questions",
            "The numbers are those of the assurance scripts of July 2020; what is asked is in our own words.",
        ),
        ("Verdict of a question", "The worst of its requirements', in the order of the list below."),
        ("Free text", "For the supplier: nothing is written there."),
        *VERDICT_MEANINGS.items(),
    ]
    for number, pair in enumerate(lines, start=1):
        for column, text in enumerate(pair, start=1):
            _put(sheet, number, column, one_line(text, 2_000), bold=column == 1)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 110


def _questions(sheet: Worksheet, answers: list[Answer]) -> None:
    for column, (name, width) in enumerate(COLUMNS.items(), start=1):
        _put(sheet, 1, column, name, bold=True).fill = _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, answer in enumerate(answers, start=2):
        _row(sheet, row, answer)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _row(sheet: Worksheet, row: int, answer: Answer) -> None:
    several = len(answer.requirements) > 1
    _put(sheet, row, 1, answer.question.name, bold=True)
    _put(sheet, row, 2, "\n".join(one_line(f"{one.id}: {one.text}", 600) for one in answer.requirements))
    named = [f"{one.id} {one.verdict}" if several else one.id for one in answer.requirements]
    _put(sheet, row, 3, "\n".join([*named, *answer.missing]))
    _put(sheet, row, 4, ", ".join(dict.fromkeys(one.level for one in answer.requirements)))
    verdict = _put(sheet, row, 5, answer.verdict, bold=True)
    verdict.font = Font(bold=True, color=_COLOURS.get(answer.verdict, "1A2330"))
    _put(sheet, row, 6, answer.evidence())
    folder = _put(sheet, row, 7, answer.folder)
    if answer.folder:
        folder.hyperlink = f"{answer.folder}/evidence.txt"
        folder.font = Font(color="005EA5", underline="single")
    _put(sheet, row, 8, "").fill = _OWN


def _put(sheet: Worksheet, row: int, column: int, text: str, bold: bool = False) -> Any:
    """A cell that holds text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    cell.value = cut(clean(text), _LONGEST)
    if cell.value:
        # In this order: what begins with = would be taken for a formula, and in the program again when it is edited.
        cell.data_type, cell.quotePrefix = "s", True
    cell.alignment, cell.border, cell.font = _WRAPPED, _THIN, Font(bold=bold)
    return cell
