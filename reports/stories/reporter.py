"""``stories.html``: stories A to D as they went, each a sequence diagram in the lifelines of the standard's own.

It is made from the stored run alone. Each arrow leads to its exchange in ``report.html`` beside it.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from uec_booking.harness.judging.verdicts import JudgedRun

from ..page import entries, tone
from ..reporter import SilentReporter, write_document
from ..templating import html, own
from .figure import Figure, figure
from .told import Told

#: Where the exchanges are laid out in full.
REPORT = "report.html"

#: The stories, as the standard tells them.
TITLES = {
    "A": "Re-booked within the consultation",
    "B": "Re-booked after the consultation, by the same 111 service",
    "C": "The original is never cancelled: another 111 service, without a registry",
    "D": "Another 111 service finds the original in the registry",
}


class StoriesReporter(SilentReporter):
    """Writes ``stories.html``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "stories.html", render(run))


def render(run: JudgedRun, report: str = REPORT) -> str:
    """The page as text; the same for the same judged run. ``report`` is the page that its arrows lead to."""
    told = entries(run).stories
    return html(
        "stories/stories.html.j2",
        f"The stories as they went: {run.headline()} · UEC Booking Standard",
        rules=own("dark.css") + own("stories.css"),
        run=run,
        report=report,
        tone=tone(run),
        stories=_by_letter(told),
    )


def _by_letter(told: list[Told]) -> list[tuple[str, str, list[tuple[Told, Figure]]]]:
    """Each of the four, with its scenarios; none where it was not played."""
    found = {letter: [(one, figure(one)) for one in group] for letter, group in groupby(told, lambda one: one.letter)}
    return [(letter, title, found.get(letter, [])) for letter, title in TITLES.items()]
