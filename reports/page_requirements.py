"""The requirements in the page: a table of all, and for each what the catalogue says and what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator

from uec_booking.harness.catalogue.explanation import ATTESTATION, SCENARIO, STANDING, conflict_in_words, explanation
from uec_booking.harness.judging.verdicts import (
    INFO,
    NOT_APPLICABLE,
    NOT_RUN,
    VERDICTS,
    Judged,
    JudgedRun,
    RequirementVerdict,
)
from uec_booking.standard import conflicts

from .findings import counts_of, shortfalls, step_of
from .html import Element, anchor, el, table
from .page_exchanges import Exchanges, Key
from .page_fixes import badge, place
from .rerun import judge_again, rerun, rerun_all
from .text import one_line
from .words import VERDICT_MEANINGS

# These say least, and are many: the reader asks for them.
_HIDDEN_AT_FIRST = (NOT_APPLICABLE, INFO, NOT_RUN)
#: Of one requirement: different observations, and exchanges linked for each.
OBSERVATIONS_SHOWN, EXCHANGES_LINKED = 4, 2


def requirements_table(run: JudgedRun) -> Iterator[Element]:
    """Every requirement in a row; the boxes above show and hide verdicts, by style rules alone."""
    yield el("h2", "Requirements", id="requirements")
    for verdict, count in counts_of([requirement.verdict for requirement in run.requirements]).items():
        box = el("input", type="checkbox", id=f"show-{anchor(verdict)}", class_="show")
        if verdict not in _HIDDEN_AT_FIRST:
            box.set("checked", "checked")
        yield box
        yield el(
            "label",
            badge(verdict),
            f" {count}",
            for_=f"show-{anchor(verdict)}",
            class_="filter",
            title=VERDICT_MEANINGS.get(verdict, ""),
        )
    heads = ["Requirement", "Level", "Verdict", "What it asks", "What was seen"]
    caption = "Every requirement that this run is about; tick a verdict above to show or hide its rows."
    rows = [_row(requirement) for requirement in run.requirements]
    yield el("div", table(heads, rows, caption), class_="scroll matrix")


def filter_rules() -> str:
    """A rule for each verdict: its rows go when its box is not ticked."""
    return "".join(f"#show-{anchor(v)}:not(:checked) ~ .matrix .r-{anchor(v)} {{ display: none; }}\n" for v in VERDICTS)


def _row(requirement: RequirementVerdict) -> Element:
    seen, short = len(requirement.observations), len(shortfalls(requirement))
    told = requirement.reason
    if seen:
        told = f"{seen} observation{'' if seen == 1 else 's'}" + (f", {short} short of met" if short else "")
    return el(
        "tr",
        el("th", el("a", requirement.id, href=f"#{requirement.id}"), scope="row", class_="id"),
        el("td", requirement.level),
        el("td", badge(requirement.verdict)),
        el("td", one_line(requirement.text, 1_000)),
        el("td", one_line(told)),
        class_=f"r-{anchor(requirement.verdict)}",
    )


class Each:
    """What there is to say of each requirement: ``explain``, and what this run observed."""

    def __init__(self, run: JudgedRun, exchanges: Exchanges, entries: set[str]) -> None:
        self._run = run
        self._exchanges = exchanges
        self._entries = entries
        self._names = {scenario.record.id: scenario.record.name for scenario in run.scenarios}

    def section(self) -> Iterator[Element]:
        yield el("h2", "Each requirement", id="each")
        yield el("p", "What the catalogue says of it, what decides it, and what this run saw.", class_="quiet")
        for requirement in self._run.requirements:
            yield self._one(requirement)

    def _one(self, requirement: RequirementVerdict) -> Element:
        found = explanation(requirement.id)
        told = [one for one in found.in_words() if one[0] != "Run it"] if found else []
        told += self._how_to_run(requirement, found.kind if found else "")
        return el(
            "details",
            el("summary", badge(requirement.verdict), el("b", f" {requirement.id}"),
               f" {one_line(requirement.text, 120)}"),
            el(
                "div",
                el("p", one_line(requirement.text, 2_000)),
                el("p", one_line(requirement.reason, 1_000)) if requirement.reason else None,
                self._to_fix(requirement.id),
                *self._observations(requirement),
                el("dl", *(part for label, lines in told for part in _fact(label, lines))) if told else None,
                id=requirement.id,  # inside, so that following a link to it opens it
            ),
            class_="each",
        )  # fmt: skip

    def _how_to_run(self, requirement: RequirementVerdict, kind: str) -> list[tuple[str, list[str]]]:
        """As ``explain`` says it, but for the systems of this run."""
        if kind == SCENARIO:
            return [("Run it", [rerun(self._run, requirement)])]
        if kind == STANDING:
            return [("Run it", [rerun_all(self._run)])]
        if kind == ATTESTATION:
            return [("State it", [judge_again(self._run, "--write-evidence", "evidence.toml")])]
        return []

    def _to_fix(self, id: str) -> Element | None:
        if id not in self._entries:
            return None
        return el("p", el("a", "What to put right, with the exchanges", href=f"#{place(id)}"))

    def _observations(self, requirement: RequirementVerdict) -> list[Element]:
        groups: dict[tuple[str, str, str], list[Judged]] = {}
        for judged in requirement.observations:
            groups.setdefault((judged.outcome, judged.expected, judged.observation.where), []).append(judged)
        if not groups:
            return []
        shown = [self._observation(alike) for alike in list(groups.values())[:OBSERVATIONS_SHOWN]]
        left = sum(map(len, list(groups.values())[OBSERVATIONS_SHOWN:]))
        more = el("li", f"and {left} more, in results.json") if left else None
        return [el("p", el("b", "Seen:")), el("ul", *shown, more)]

    def _observation(self, alike: list[Judged]) -> Element:
        judged, seen = alike[0], alike[0].observation
        keys: list[Key] = [(j.observation.scenario, id) for j in alike for id in j.observation.exchanges]
        links = self._exchanges.links(keys, EXCHANGES_LINKED)
        times = f" ({len(alike)} times)" if len(alike) > 1 else ""
        where = f" at {seen.where}" if seen.where else ""
        parts: list[Element | str] = [el("b", judged.outcome), one_line(f"{where}{times}: {seen.actual}", 400)]
        parts.append(f"; expected {one_line(judged.expected, 200)}" if judged.expected != seen.actual else "")
        parts.append(one_line(f" — {self._names.get(seen.scenario, seen.scenario)}, {step_of(seen)}", 300))
        for number, link in enumerate(links):
            parts += [", " if number else el("br"), link]
        return el("li", *parts)


def _fact(label: str, lines: list[str]) -> list[Element]:
    if label == "Conflicts":
        parts: list[Element] = []
        for line in lines:
            name, _, rest = line.partition(" ")
            parts.append(el("dd", el("a", name, href=f"#{name}"), f" {rest.partition('. Treated')[0]}"))
        return [el("dt", label), *parts]
    return [el("dt", label), *(el("dd", line) for line in lines)]


def conflicts_section(run: JudgedRun) -> Iterator[Element]:
    """The contradictions that bear on the requirements of the run, for the links to them."""
    found = {requirement.id: explanation(requirement.id) for requirement in run.requirements}
    named = {name for told in found.values() if told for name in told.conflicts}
    named |= {judged.conflict for one in run.requirements for judged in one.observations if judged.conflict}
    if not named:
        return
    yield el("h2", "Where the documents of the standard contradict each other", id="conflicts")
    for name, entry in conflicts.load().items():
        if name in named:
            yield el(
                "details",
                el("summary", el("b", name), f" {entry.title}"),
                el("dl", *(part for label, lines in conflict_in_words(name) for part in _fact(label, lines)), id=name),
                class_="each",
            )
