"""``summary.md``: the run on one page of Markdown, for the page of a CI job; in GitHub Actions it is added there.

GitHub says where by ``GITHUB_STEP_SUMMARY``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from uec_booking.harness.judging.verdicts import VERDICTS, WARN, JudgedRun, RequirementVerdict

from ..causes import Trouble, troubles
from ..findings import seen_once, with_verdict
from ..reporter import SilentReporter, write_document
from ..rerun import rerun
from ..secrets import redacted_line
from ..untested import KINDS, counts, untested
from ..words import SYMBOLS, VERDICT_MEANINGS, levels

#: Told in full; report.html has the rest.
SHOWN = 20

#: What Markdown, HTML or GitHub takes for its own: marks, and what makes a link of an address.
_MARKS = re.compile(r"[\\`*{}\[\]<>#!|~&@$]|(?<!\w)_|:(?=//)|(?<=www)\.", re.IGNORECASE)


class SummaryReporter(SilentReporter):
    """Writes ``summary.md``, and adds it to the page of a job of GitHub Actions."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        text = render(run)
        write_document(directory / "summary.md", text)
        page = os.environ.get("GITHUB_STEP_SUMMARY")
        if page:
            with open(page, "a", encoding="utf-8", newline="\n") as file:
                file.write(text)


def render(run: JudgedRun) -> str:
    """The page as text; the same for the same judged run."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: JudgedRun) -> Iterator[str]:
    yield f"## UEC Booking: {_words(run.headline())}"
    yield ""
    if run.reason:
        yield from [_words(run.reason, 1000), ""]
    edition = f"{run.edition}, read as {run.reading}" if run.reading else run.edition
    yield from _table(("", ""), [("Edition", _words(edition)), *((name, _words(value)) for name, value in levels(run))])
    yield from _table(("Verdict", "Requirements", "Means"), _counted(run))
    found = troubles(run)
    if found:
        yield from ["### What to put right", ""]
        for trouble in found[:SHOWN]:
            yield from _trouble(run, trouble)
        yield from _left_out(len(found) - SHOWN)
    warned = with_verdict(run, WARN)
    if warned:
        yield from ["### Warnings", ""]
        yield from _table(("Requirement", "What was seen"), [(_words(w.id), _seen(w)) for w in warned[:SHOWN]])
        yield from _left_out(len(warned) - SHOWN)
    not_tested = counts(untested(run))
    if not_tested:
        yield from ["### Not tested", ""]
        yield from _table(("Requirements", ""), [(str(number), KINDS[kind]) for kind, number in not_tested.items()])
    yield from ["### Which run this is", ""]
    yield from _table(("", ""), [(_words(name), _code(value)) for name, value in run.identity.in_words()])


def _counted(run: JudgedRun) -> list[tuple[str, ...]]:
    return [
        (f"{SYMBOLS[verdict]} {verdict}", str(run.counts[verdict]), VERDICT_MEANINGS[verdict])
        for verdict in VERDICTS
        if run.counts.get(verdict)
    ]


def _trouble(run: JudgedRun, trouble: Trouble) -> Iterator[str]:
    first = trouble.first
    names = ", ".join(one.id for one in trouble.requirements[:SHOWN])
    more = len(trouble.requirements) - SHOWN
    yield f"**{first.verdict} {_words(names)}**{f' and {more} more' if more > 0 else ''} ({first.level})"
    yield ""
    yield f"- {_words(first.text, 600)}"
    if first.reason:
        yield f"- {_words(first.reason, 600)}"
    if seen_once(first):
        yield f"- {_seen(first)}"
    if trouble.hidden:
        yield f"- {trouble.hidden} more could not be seen because of it"
    yield f"- run it again: {_code(rerun(run, *trouble.requirements), 2000)}"
    yield ""


def _seen(requirement: RequirementVerdict) -> str:
    for seen in seen_once(requirement)[:1]:
        observation = seen.judged.observation
        place = f" at {_code(observation.where)}" if observation.where else ""
        return f"expected {_code(seen.judged.expected)}, actual {_code(observation.actual)}{place}"
    return _words(requirement.reason or requirement.text)


def _left_out(number: int) -> list[str]:
    return [f"{number} more are in `report.html`.", ""] if number > 0 else []


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


def _words(text: object, limit: int = 300) -> str:
    """Text in which nothing is Markdown, HTML, a link or somebody's name."""
    return _MARKS.sub(r"\\\g<0>", redacted_line(text, limit))


def _code(text: object, limit: int = 300) -> str:
    """As ``_words``, in the letters of code. Back-ticks would not do: in a table they let a bar through."""
    return f"<code>{_words(text, limit) or ' '}</code>"
