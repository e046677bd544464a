"""A failure as an entry that lets a vendor fix it in five minutes.

What is required and who says so, expected beside actual, the exchange and what came before it, the likely cause
where one is known, the line that runs it again, and below all that what could not be seen because of it.
"""

from __future__ import annotations

from uec_booking.harness.catalogue.explanation import explanation
from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict

from .causes import Alike, Trouble
from .findings import Seen, seen_once
from .html import Element, anchor, el, facts
from .page_exchanges import Exchanges
from .rerun import rerun
from .text import one_line
from .traces import Traces
from .words import SYMBOLS

#: Of one requirement; the stored run and the Allure results have them all.
SHORTFALLS_SHOWN, EXCHANGES_SHOWN = 3, 3

_BLAMED = {
    "settings": "The settings of this run: see the reason above, and what uec-booking doctor says.",
    "harness": "A fault of the harness, not of your system: please report it with run.jsonl.",
    "standard": "The documents of the standard contradict each other here.",
}


def place(requirement: str) -> str:
    """The anchor of the entry of ``requirement``."""
    return f"fix-{anchor(requirement)}"


def badge(verdict: str) -> Element:
    """A verdict with a symbol, so that its colour is never the only signal."""
    return el("span", f"{SYMBOLS.get(verdict, '·')} {verdict}", class_=f"verdict v-{anchor(verdict)}")


def link(requirement: str) -> Element:
    """To what the page says of a requirement."""
    return el("a", requirement, href=f"#{requirement}")


def linked(requirements: tuple[RequirementVerdict, ...]) -> list[Element | str]:
    """Links to several requirements, with commas between."""
    parts: list[Element | str] = []
    for number, one in enumerate(requirements):
        parts += [", ", link(one.id)] if number else [link(one.id)]
    return parts


class Fixes:
    """The entries of one run."""

    def __init__(self, run: JudgedRun, exchanges: Exchanges) -> None:
        self._run = run
        self._exchanges = exchanges
        self._traces = Traces(run)

    def entry(self, trouble: Trouble) -> Element:
        return self._one(trouble) if len(trouble.requirements) == 1 else self._several(trouble)

    def _one(self, trouble: Trouble) -> Element:
        requirement = trouble.first
        found = seen_once(requirement)
        left_out = sum(seen.times for seen in found[SHORTFALLS_SHOWN:])
        return el(
            "article",
            el("h3", f"{requirement.id} ", badge(requirement.verdict), f" · {requirement.level}"),
            el("p", one_line(requirement.text, 2_000), class_="required"),
            _sources(requirement.id),
            el("p", one_line(requirement.reason, 2_000)) if requirement.reason else None,
            *(self._shortfall(seen) for seen in found[:SHORTFALLS_SHOWN]),
            el("p", f"And {left_out} more observations, in results.json.", class_="quiet") if left_out else None,
            *_likely_cause(requirement, found),
            *self._evidence(found),
            *_below(trouble),
            *self._again(trouble),
            id=place(requirement.id),
            class_=f"b-{anchor(requirement.verdict)}",
        )

    def _several(self, trouble: Trouble) -> Element:
        requirement = trouble.first
        return el(
            "article",
            el("h3", f"{len(trouble.requirements)} requirements ", badge(requirement.verdict), " for one reason"),
            el("p", one_line(requirement.reason, 2_000), class_="required"),
            el("p", *linked(trouble.requirements)),
            *_likely_cause(requirement, ()),
            *_below(trouble),
            *self._again(trouble),
            id=place(requirement.id),
            class_=f"b-{anchor(requirement.verdict)}",
        )

    def _again(self, trouble: Trouble) -> list[Element]:
        line = rerun(self._run, *trouble.requirements)
        return [el("h4", "Run it again"), el("pre", line, class_="line")]

    def _shortfall(self, found: Seen) -> Element:
        judged, seen = found.judged, found.judged.observation
        trace = self._traces.of(judged)
        more = found.scenarios - 1
        return el(
            "div",
            el(
                "div",
                el("div", el("h4", "Expected"), el("p", one_line(judged.expected, 2_000))),
                el("div", el("h4", "Actual"), el("p", one_line(seen.actual, 2_000) or "nothing was seen")),
                class_="versus",
            ),
            facts(
                [
                    ("Where", one_line(seen.where)),
                    ("Scenario", one_line(trace.scenario) + (f" (and {more} more)" if more else "")),
                    ("Step before", one_line(trace.before)),
                    ("Step", one_line(trace.step)),
                    ("System", one_line(seen.system)),
                    ("Exchanges", one_line(", ".join(seen.exchanges))),
                ]
            ),
        )

    def _evidence(self, found: tuple[Seen, ...]) -> list[Element]:
        shown: list[Element] = []
        before = [
            (seen.judged.observation.scenario, id) for seen in found[:1] for id in self._traces.of(seen.judged).causes
        ]
        keys = [(s.judged.observation.scenario, id) for s in found for id in s.judged.observation.exchanges]
        for words, wanted in (
            ("The last change before it", [key for key in before if key in self._exchanges]),
            ("What went over the wire", [key for key in dict.fromkeys(keys) if key in self._exchanges]),
        ):
            if wanted:
                shown += [el("h4", words), *(self._exchanges.here(key) for key in wanted[:EXCHANGES_SHOWN])]
        return shown


def _below(trouble: Trouble) -> list[Element]:
    """What could not be seen because of it, folded up."""
    if not trouble.below:
        return []
    return [
        el(
            "details",
            el("summary", f"Because of this, {trouble.hidden} more requirements could not be decided"),
            el("ul", *(_reason(alike) for alike in trouble.below)),
            class_="below",
        )
    ]


def _reason(alike: Alike) -> Element:
    return el("li", badge(alike.verdict), f" {one_line(alike.reason, 600)}: ", *linked(alike.requirements))


def _sources(id: str) -> Element | None:
    found = explanation(id)
    if found is None:
        return None
    scal = f". SCAL {', '.join(found.scal)}" if found.scal else ""
    return el("p", f"Who says so: {'; '.join(found.sources)}{scal}. ", el("a", f"All about {id}", href=f"#{id}"), ".",
              class_="quiet")  # fmt: skip


def _likely_cause(requirement: RequirementVerdict, found: tuple[Seen, ...]) -> list[Element]:
    """What is known beyond the observation; nothing is guessed."""
    causes = [_BLAMED[requirement.blame]] if requirement.blame in _BLAMED else []
    for seen in found[:SHORTFALLS_SHOWN]:
        judged = seen.judged
        if judged.conflict:
            note = f" The value seen comes from: {judged.note}." if judged.note else ""
            causes.append(f"Contradiction {judged.conflict} of the standard bears on this.{note}")
        elif judged.note:
            causes.append(judged.note)
    if not causes:
        return []
    unique = dict.fromkeys(one_line(cause, 1_000) for cause in causes)
    return [el("h4", "Likely cause"), *(el("p", cause) for cause in unique)]
