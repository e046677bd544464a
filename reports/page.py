"""``report.html``: one page that needs nothing else, for whoever has to act on the run.

No script, nothing from outside, and a policy in the page that forbids both; everything
that a system sent is text. The filter of the table works by style rules alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from uec_booking.harness.verdicts import (
    CONFORMANT,
    INFO,
    NOT_APPLICABLE,
    NOT_CONFORMANT,
    NOT_RUN,
    VERDICTS,
    WARN,
    JudgedRun,
    RequirementVerdict,
    ScenarioVerdict,
)

from .findings import TROUBLE, counts_of, scenario_shortfalls, shortfalls, with_verdict
from .html import Element, anchor, el, facts, page, table
from .page_fixes import Fixes, badge, place
from .page_head import head
from .reporter import SilentReporter, write_document
from .text import one_line
from .words import VERDICT_MEANINGS, capability

# These say least, and are many: the reader asks for them.
_HIDDEN_AT_FIRST = (NOT_APPLICABLE, INFO, NOT_RUN)


class PageReporter(SilentReporter):
    """Writes ``report.html``."""

    def run_judged(self, run: JudgedRun, directory: Path) -> None:
        write_document(directory / "report.html", render(run))


def render(run: JudgedRun) -> str:
    """The page as text; the same for the same judged run."""
    troubles, warnings = with_verdict(run, *TROUBLE), with_verdict(run, WARN)
    entries = {requirement.id for requirement in (*troubles, *warnings)}
    fixes = Fixes(run)
    body = [
        el("a", "Skip to what was found", href="#main", class_="skip"),
        el("header", *_headline(run)),
        el("nav", _contents(run, troubles, warnings), aria_label="Contents"),
        el(
            "main",
            *_section("fix", "What to fix", troubles, fixes, _nothing(run)),
            *(_section("warnings", "Warnings", warnings, fixes, "") if warnings else ()),
            *_requirements(run, entries),
            *_scenarios(run),
            id="main",
        ),
        el("footer", *_closing(run)),
    ]
    return page(head(f"{run.headline()} · UEC Booking conformance", _filter_rules()), body)


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
            ("Run", f"{run.started} to {run.finished} (UTC), exit status {run.exit_status}"),
            *((f"System: {name}", _in_words(value)) for name, value in run.system.items()),
        ]
    )
    for note in run.notes:
        yield el("p", f"Note: {one_line(note, 1_000)}")


def _contents(
    run: JudgedRun, troubles: tuple[RequirementVerdict, ...], warnings: tuple[RequirementVerdict, ...]
) -> Element:
    places = [
        ("#fix", f"What to fix ({len(troubles)})"),
        ("#warnings", f"Warnings ({len(warnings)})") if warnings else None,
        ("#requirements", f"Requirements ({len(run.requirements)})"),
        ("#scenarios", f"Scenarios ({len(run.scenarios)})"),
    ]
    return el("ul", *(el("li", el("a", found[1], href=found[0])) for found in places if found))


def _section(
    id: str, title: str, found: tuple[RequirementVerdict, ...], fixes: Fixes, nothing: str
) -> Iterator[Element]:
    yield el("h2", title, id=id)
    if not found:
        yield el("p", nothing)
    for requirement in found:
        yield fixes.entry(requirement)


def _nothing(run: JudgedRun) -> str:
    """What stands where there is nothing to fix: never that nothing failed where something is still open."""
    if run.open_points():
        return f"Nothing so far. Still open: {run.open_points()}."
    return "Nothing failed." if run.verdict == CONFORMANT else "Nothing so far."


def _requirements(run: JudgedRun, entries: set[str]) -> Iterator[Element]:
    yield el("h2", "Requirements", id="requirements")
    counts = counts_of([requirement.verdict for requirement in run.requirements])
    for verdict, count in counts.items():
        box = el("input", type="checkbox", id=f"show-{anchor(verdict)}", class_="show")
        if verdict not in _HIDDEN_AT_FIRST:
            box.set("checked", "checked")
        meaning = VERDICT_MEANINGS.get(verdict, "")
        yield box
        yield el(
            "label",
            badge(verdict),
            f" {count}",
            for_=f"show-{anchor(verdict)}",
            class_="filter",
            title=meaning,
        )
    rows = [_requirement_row(requirement, entries) for requirement in run.requirements]
    heads = ["Requirement", "Level", "Verdict", "What it asks", "What was seen"]
    caption = "Every requirement that this run is about; tick a verdict above to show or hide its rows."
    yield el("div", table(heads, rows, caption), class_="scroll matrix")


def _requirement_row(requirement: RequirementVerdict, entries: set[str]) -> Element:
    name: Element | str = requirement.id
    if requirement.id in entries:
        name = el("a", requirement.id, href=f"#{place(requirement.id)}")
    seen, short = len(requirement.observations), len(shortfalls(requirement))
    told = requirement.reason
    if seen:
        told = f"{seen} observation{'' if seen == 1 else 's'}" + (f", {short} short of met" if short else "")
    return el(
        "tr",
        el("th", name, scope="row", class_="id"),
        el("td", requirement.level),
        el("td", badge(requirement.verdict)),
        el("td", one_line(requirement.text, 1_000)),
        el("td", one_line(told)),
        class_=f"r-{anchor(requirement.verdict)}",
    )


def _scenarios(run: JudgedRun) -> Iterator[Element]:
    yield el("h2", "Scenarios", id="scenarios")
    by_id = {requirement.id: requirement for requirement in run.requirements}
    ordered = sorted(run.scenarios, key=lambda s: (s.record.feature, s.record.id))
    for feature, scenarios in groupby(ordered, key=lambda s: s.record.feature):
        yield el("h3", one_line(feature))
        for scenario in scenarios:
            yield _scenario(scenario, by_id)


def _scenario(scenario: ScenarioVerdict, by_id: dict[str, RequirementVerdict]) -> Element:
    record = scenario.record
    short = [
        f"{j.observation.requirement}: expected {j.expected}, actual {j.observation.actual}"
        for _, j in scenario_shortfalls(scenario, by_id)
    ]
    return el(
        "details",
        el("summary", badge(scenario.status), f" {one_line(record.name)} ({record.seconds:.1f} s)"),
        el(
            "div",
            el("p", one_line(record.description, 2_000), class_="quiet") if record.description else None,
            el("p", one_line(scenario.reason, 2_000)) if scenario.reason else None,
            el("ul", *(el("li", one_line(line, 600)) for line in short[:20])) if short else None,
            el("ol", *(_step(step.keyword, step.name, step.outcome) for step in record.steps), class_="steps")
            if record.steps
            else None,
            el("p", f"Decides: {', '.join(record.requirements) or 'nothing'}", class_="quiet"),
        ),
        class_="scenario",
    )


def _step(keyword: str, name: str, outcome: str) -> Element:
    told = None if outcome == "passed" else el("strong", f" · {outcome}")
    return el("li", el("b", f"{keyword} "), one_line(name, 1_000), told)


def _closing(run: JudgedRun) -> Iterator[Element]:
    yield el("h2", "How to read this")
    present = {r.verdict for r in run.requirements} | {s.status for s in run.scenarios}
    yield facts([(verdict, VERDICT_MEANINGS[verdict]) for verdict in VERDICTS if verdict in present])
    yield el(
        "p",
        "“Conformant as tested” covers what this run observed, under the edition above, and nothing else.",
    )


def _filter_rules() -> str:
    """A rule for each verdict: its rows go when its box is not ticked."""
    return "".join(f"#show-{anchor(v)}:not(:checked) ~ .matrix .r-{anchor(v)} {{ display: none; }}\n" for v in VERDICTS)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "none"


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return one_line(", ".join(f"{key} {_in_words(item)}" for key, item in value.items()))
    if isinstance(value, list | tuple):
        return one_line(", ".join(_in_words(item) for item in value))
    return one_line(value)
