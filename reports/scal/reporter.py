"""``scal/``: the workbook of the assurance scripts, the evidence of each question, and the script of a demonstration.

Made where it is asked for: it is some two hundred files. All of it is of the stored run alone.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from uec_booking.harness.judging.verdicts import JudgedRun

from ..exchanges import of_run
from ..reporter import SilentReporter, write_document
from ..stories.figure import figure
from ..stories.picture import save
from ..stories.telling import told
from ..stories.told import Told
from . import demonstration, workbook
from .answers import Answer, answers
from .extract import Key, cited, extract

FOLDER = "scal"
#: Exchanges in a picture; of a longer scenario only those on which the answer rests are drawn.
DRAWN = 20


class ScalReporter(SilentReporter):
    """Writes ``scal/``, where it is named."""

    def wanted(self) -> bool:
        return False

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        place = directory / FOLDER
        place.mkdir()
        found, exchanges = answers(run), of_run(run)
        workbook.write(run, found, place)
        write_document(place / demonstration.FILE, demonstration.render(run, found))
        for answer in found:
            if answer.folder:
                own = place / answer.folder
                own.mkdir()
                write_document(own / "evidence.txt", extract(run, answer, exchanges))
                _picture(run, answer, cited(answer, exchanges), own)


def _picture(run: JudgedRun, answer: Answer, keys: list[Key], folder: Path) -> None:
    """The scenario of the first exchange that is cited; none where nothing is."""
    if not keys:
        return
    (scenario,) = (one for one in run.scenarios if one.record.id == keys[0][0])
    requirements = {requirement.id: requirement for requirement in run.requirements}
    drawn = told(run, scenario, requirements, lambda _: "")
    shown = _shortened(drawn, [id for name, id in keys if name == scenario.record.id])
    caption = f"{answer.question.name} {answer.verdict}: {shown.name}"
    save(figure(shown), caption, folder / "picture.png")


def _shortened(drawn: Told, ids: list[str]) -> Told:
    if sum(len(step.messages) for step in drawn.steps) <= DRAWN:
        return drawn
    kept = set(ids[:DRAWN])
    steps = tuple(replace(step, messages=tuple(one for one in step.messages if one.id in kept)) for step in drawn.steps)
    left_out = sum(len(one.messages) for one in drawn.steps) - sum(len(one.messages) for one in steps)
    name = f"{drawn.name} ({left_out} exchanges on which the answer does not rest are left out)"
    return replace(drawn, steps=steps, name=name)
