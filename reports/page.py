"""``report.html``: one page that needs nothing else, for whoever has to act on the run.

No script, nothing from outside, and a policy in the page that forbids both; everything
that a system sent is text. The filter of the table works by style rules alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import CONFORMANT, NOT_CONFORMANT, VERDICTS, WARN, JudgedRun, Verdict

from .capability import Capability, capability
from .causes import Trouble, troubles
from .findings import counts_of, with_verdict
from .page_exchanges import Exchanges
from .page_fixes import Entry, Fixes
from .page_requirements import About, Each, contradictions, filter_rules, filters
from .page_scenarios import scenarios
from .reporter import SilentReporter, write_document
from .stories.figure import figure
from .stories.telling import stories
from .stories.told import Told
from .templating import html, own
from .text import one_line
from .untested import KINDS, Untested, open_points, untested
from .words import VERDICT_MEANINGS, levels


class PageReporter(SilentReporter):
    """Writes ``report.html``, and the scripts that show the failures."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_page(run, directory / "report.html")


@dataclass(frozen=True, slots=True)
class Entries:
    """What the page says of what went wrong, of requirements and of stories, with the places of its exchanges."""

    to_fix: list[Entry]
    warned: list[Entry]
    about: list[About]
    stories: list[Told]
    capability: Capability
    exchanges: Exchanges


def entries(run: JudgedRun) -> Entries:
    """The same for the same judged run, so that others can link into the page."""
    found = troubles(run)
    warnings = tuple(Trouble((requirement,)) for requirement in with_verdict(run, WARN))
    exchanges = Exchanges(run)
    fixes = Fixes(run, exchanges)
    # In the order of the page: an exchange is laid out where it is first needed, and linked to from then on.
    to_fix = [fixes.entry(trouble) for trouble in found]
    warned = [fixes.entry(trouble) for trouble in warnings]
    # An entry of its own has only the first of several with one reason; the others are named in it.
    about = Each(run, exchanges, {trouble.first.id for trouble in (*found, *warnings)}).all()
    return Entries(to_fix, warned, about, stories(run, exchanges.place), capability(run, exchanges), exchanges)


def write_page(run: JudgedRun, path: Path) -> None:
    """Write the page, and the scripts that it speaks of beside it."""
    told = entries(run)
    write_document(path, render(run, told))
    for entry in told.to_fix:
        if entry.script:
            script = path.parent / entry.file
            script.parent.mkdir(exist_ok=True)
            write_document(script, entry.script.text)
            script.chmod(0o755)


def render(run: JudgedRun, told: Entries | None = None) -> str:
    """The page as text; the same for the same judged run."""
    told = told or entries(run)
    left = untested(run)
    return html(
        "report.html.j2",
        f"{run.headline()} · UEC Booking conformance",
        rules=filter_rules() + own("stories.css"),
        run=run,
        tone=tone(run),
        summary=_summary(run),
        settings=[(one_line(name), _in_words(value)) for name, value in run.system.items()],
        to_fix=told.to_fix,
        nothing=_nothing(run),
        warnings=told.warned,
        untested=left,
        kinds=by_kind(left),
        filters=filters(run),
        scenarios=scenarios(run),
        stories={one.id: (one, figure(one)) for one in told.stories},
        about=told.about,
        exchanges=told.exchanges.rest(),
        contradictions=contradictions(run),
        meanings=meanings(run),
    )


def tone(run: JudgedRun) -> str:
    """Good only where the whole of it conforms as tested."""
    if run.verdict == CONFORMANT and not run.partial:
        return "good"
    return "bad" if run.verdict == NOT_CONFORMANT else "odd"


def _summary(run: JudgedRun) -> list[tuple[str, str]]:
    edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
    return [
        *levels(run),
        ("Edition", edition),
        ("Requirements", _counted(counts_of([r.verdict for r in run.requirements]))),
        ("Scenarios", _counted(counts_of([s.status for s in run.scenarios]))),
        ("Time", f"{run.started} to {run.finished} (UTC), exit status {run.exit_status}"),
        *((label, one_line(value, 600)) for label, value in run.identity.in_words()),
    ]


def _nothing(run: JudgedRun) -> str:
    """What to say where nothing went wrong: never that nothing failed, without what was left open."""
    left = open_points(run)
    if not left and not run.partial:
        return "Nothing failed, and nothing stayed open."
    if not left:
        return "No requirement that was tested failed. The rest was not selected: see the next section."
    return f"No requirement that was tested failed. {left} that apply were not tested: see the next section."


def by_kind(left: tuple[Untested, ...]) -> list[tuple[str, int, list[Untested]]]:
    """What was not tested: each kind in words, how many requirements are of it, and for which reasons."""
    groups = [(words, [one for one in left if one.kind == kind]) for kind, words in KINDS.items()]
    return [
        (words.capitalize(), sum(len(one.requirements) for one in members), members)
        for words, members in groups
        if members
    ]


def meanings(run: JudgedRun) -> list[tuple[str, str]]:
    """The verdicts of this run, each with what it means."""
    present = {r.verdict for r in run.requirements} | {s.status for s in run.scenarios}
    return [(verdict, VERDICT_MEANINGS[verdict]) for verdict in VERDICTS if verdict in present]


def _counted(counts: Mapping[Verdict, int]) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "none"


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return one_line(", ".join(f"{key} {_in_words(item)}" for key, item in value.items()), 2_000)
    if isinstance(value, list | tuple):
        return one_line(", ".join(_in_words(item) for item in value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else one_line(value)
