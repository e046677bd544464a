"""``report.html``: one page that needs nothing else, for whoever has to act on the run.

No script, nothing from outside, and a policy in the page that forbids both; everything
that a system sent is text. The filter of the table works by style rules alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import CONFORMANT, NOT_CONFORMANT, VERDICTS, WARN, JudgedRun

from .causes import Trouble, troubles
from .findings import counts_of, with_verdict
from .html import Element, el, facts, page
from .page_exchanges import Exchanges
from .page_fixes import Fixes, link
from .page_head import head
from .page_requirements import Each, conflicts_section, filter_rules, requirements_table
from .page_scenarios import scenarios
from .reporter import SilentReporter, write_document
from .text import one_line
from .untested import KINDS, Untested, open_points, untested
from .words import VERDICT_MEANINGS, capability


class PageReporter(SilentReporter):
    """Writes ``report.html``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "report.html", render(run))


def render(run: JudgedRun) -> str:
    """The page as text; the same for the same judged run."""
    found = troubles(run)
    warnings = tuple(Trouble((requirement,)) for requirement in with_verdict(run, WARN))
    left = untested(run)
    exchanges = Exchanges(run)
    fixes = Fixes(run, exchanges)
    # An entry of its own has only the first of several with one reason; the others are named in it.
    entries = {trouble.first.id for trouble in (*found, *warnings)}
    body = [
        el("a", "Skip to what was found", href="#main", class_="skip"),
        el("header", *_headline(run)),
        el("nav", _contents(run, found, warnings, left), aria_label="Contents"),
        el(
            "main",
            *_section("fix", "What to fix", found, fixes, _nothing(run)),
            *(_section("warnings", "Warnings", warnings, fixes, "") if warnings else ()),
            *_untested(left),
            *requirements_table(run),
            *scenarios(run),
            *Each(run, exchanges, entries).section(),
            *_exchanges(exchanges),
            *conflicts_section(run),
            id="main",
        ),
        el("footer", *_closing(run)),
    ]
    return page(head(f"{run.headline()} · UEC Booking conformance", filter_rules()), body)


def _headline(run: JudgedRun) -> Iterator[Element]:
    good = run.verdict == CONFORMANT and not run.partial
    tone = "good" if good else "bad" if run.verdict == NOT_CONFORMANT else "odd"
    yield el("h1", "UEC Booking Standard: conformance as tested")
    yield el(
        "div",
        el("p", run.headline()),
        el("p", one_line(run.reason, 2_000)) if run.reason else None,
        class_=f"headline {tone}",
    )
    edition = f"{run.edition}, reading {run.reading}" if run.reading else run.edition
    yield facts(
        [
            ("Cancellation level", capability(run.capability_level, run.capability_at_least)),
            ("Edition", edition),
            ("Requirements", _counted(counts_of([r.verdict for r in run.requirements]))),
            ("Scenarios", _counted(counts_of([s.status for s in run.scenarios]))),
            ("Time", f"{run.started} to {run.finished} (UTC), exit status {run.exit_status}"),
            *((label, one_line(value, 600)) for label, value in run.identity.in_words()),
        ]
    )
    yield el(
        "details",
        el("summary", "Settings of the run"),
        facts([(one_line(name), _in_words(value)) for name, value in run.system.items()]),
    )
    for note in run.notes:
        yield el("p", f"Note: {one_line(note, 1_000)}")


def _contents(
    run: JudgedRun, found: tuple[Trouble, ...], warnings: tuple[Trouble, ...], left: tuple[Untested, ...]
) -> Element:
    places = [
        ("#fix", f"What to fix ({len(found)})"),
        ("#warnings", f"Warnings ({len(warnings)})") if warnings else None,
        ("#untested", f"Not tested ({sum(len(one.requirements) for one in left)})") if left else None,
        ("#requirements", f"Requirements ({len(run.requirements)})"),
        ("#scenarios", f"Scenarios ({len(run.scenarios)})"),
    ]
    return el("ul", *(el("li", el("a", one[1], href=one[0])) for one in places if one))


def _nothing(run: JudgedRun) -> str:
    """What to say where nothing went wrong: never that nothing failed, without what was left open."""
    left = open_points(run)
    if not left and not run.partial:
        return "Nothing failed, and nothing stayed open."
    if not left:
        return "No requirement that was tested failed. The rest was not selected: see the next section."
    return f"No requirement that was tested failed. {left} that apply were not tested: see the next section."


def _section(id: str, title: str, found: tuple[Trouble, ...], fixes: Fixes, nothing: str) -> Iterator[Element]:
    yield el("h2", title, id=id)
    if not found:
        yield el("p", nothing)
    for trouble in found:
        yield fixes.entry(trouble)


def _untested(left: tuple[Untested, ...]) -> Iterator[Element]:
    if not left:
        return
    yield el("h2", "What was not tested, and why", id="untested")
    for kind, words in KINDS.items():
        groups = [one for one in left if one.kind == kind]
        if groups:
            total = sum(len(one.requirements) for one in groups)
            yield el("h3", f"{words.capitalize()}: {total}")
            yield el("ul", *(_reason(one) for one in groups), class_="reasons")


def _reason(one: Untested) -> Element:
    # What a partial run left out has no place in the page to link to.
    names: list[Element | str] = [", ".join(one.requirements)]
    if one.kind != "not selected":
        names = [part for id in one.requirements for part in (link(id), " ")]
    return el(
        "li",
        el(
            "details",
            el("summary", f"{len(one.requirements)}: {one_line(one.reason, 1_000) or 'no reason was given'}"),
            el("p", *names),
        ),
    )


def _exchanges(exchanges: Exchanges) -> Iterator[Element]:
    rest = exchanges.rest()
    if rest:
        yield el("h2", "Exchanges behind what was seen", id="exchanges")
        yield el("p", "Some of them; run.jsonl and the Allure results have them all.", class_="quiet")
        yield from rest


def _closing(run: JudgedRun) -> Iterator[Element]:
    yield el("h2", "How to read this")
    present = {r.verdict for r in run.requirements} | {s.status for s in run.scenarios}
    yield facts([(verdict, VERDICT_MEANINGS[verdict]) for verdict in VERDICTS if verdict in present])
    yield el(
        "p",
        "“Conformant as tested” covers what this run observed, under the edition above, and nothing else.",
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "none"


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return one_line(", ".join(f"{key} {_in_words(item)}" for key, item in value.items()), 2_000)
    if isinstance(value, list | tuple):
        return one_line(", ".join(_in_words(item) for item in value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else one_line(value)
