"""``demonstration.html``: the script of a demonstration before a witness, to be printed, filled in and signed.

It goes through the stories as the run played them, sentence by sentence, with what is to be seen on the wire, and
through the questions that only a person can answer.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from uec_booking.harness.catalogue.explanation import command
from uec_booking.harness.judging.verdicts import TO_ATTEST, JudgedRun

from ..page import tone
from ..stories.telling import stories
from ..stories.told import Told
from ..templating import html, own
from ..text import clean, one_line
from .answers import Answer

FILE = "demonstration.html"


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario to be shown, what it is about, and the command that plays it again."""

    told: Told
    about: str
    command: str


def render(run: JudgedRun, answers: list[Answer]) -> str:
    """The page as text; the same for the same judged run."""
    described = {one.record.id: one_line(one.record.description, 2_000) for one in run.scenarios}
    played = enumerate(stories(run, lambda _: ""), start=1)
    parts = [Part(one, described[one.id], _command(run, one, number)) for number, one in played]
    return html(
        "scal/demonstration.html.j2",
        "Script of a witnessed demonstration · UEC Booking Standard",
        rules=own("dark.css") + own("demonstration.css"),
        run=run,
        tone=tone(run),
        identity=[(label, one_line(value, 600)) for label, value in run.identity.in_words()],
        doctor=_line(run, "doctor"),
        parts=parts,
        spoken=_for_persons(answers),
    )


def _for_persons(answers: list[Answer]) -> list[tuple[str, str, str]]:
    """Question, requirement and what it says, of those that no run decides and nobody has stated yet."""
    return [
        (answer.question.name, requirement.id, one_line(requirement.text, 600))
        for answer in answers
        for requirement in answer.requirements
        if requirement.verdict == TO_ATTEST
    ]


def _command(run: JudgedRun, told: Told, number: int) -> str:
    """It writes to a folder of its own, so that what was recorded before stays as it is."""
    name = told.id.replace('"', "?")
    return _line(run, "assure", "--only", f'"{name}"', "--out", f"{run.folder}-witnessed/{number}")


def _line(run: JudgedRun, name: str, *more: str) -> str:
    return shlex.join(clean(word) for word in (command(), name, *run.options, *more))
