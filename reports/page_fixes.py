"""A failure as an entry that lets a vendor fix it in five minutes.

What is required and who says so, expected beside actual, the exchange, a curl line to
try it with, the likely cause where one is known, and the line that runs it again.
"""

from __future__ import annotations

from uec_booking.harness.verdicts import Judged, JudgedRun, RequirementVerdict
from uec_booking.standard import requirements as catalogue

from .exchanges import Exchange, curl, of_run, request_text, response_text, title
from .findings import shortfalls, step_of
from .html import Element, anchor, el, facts
from .text import cut, one_line
from .words import SYMBOLS, rerun

#: Of one requirement; the stored run and the Allure results have them all.
SHORTFALLS_SHOWN, EXCHANGES_SHOWN = 3, 3
#: Characters of a request or response in the page, which has to stay one that a browser likes.
EXCHANGE_LIMIT = 12_000

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


class Fixes:
    """The entries of one run. An exchange is laid out once; later entries link to it."""

    def __init__(self, run: JudgedRun) -> None:
        self._exchanges = of_run(run)
        self._names = {scenario.record.id: scenario.record.name for scenario in run.scenarios}
        self._laid_out: dict[tuple[str, str], str] = {}

    def entry(self, requirement: RequirementVerdict) -> Element:
        found = shortfalls(requirement)
        left_out = len(found) - SHORTFALLS_SHOWN
        return el(
            "article",
            el("h3", f"{requirement.id} ", badge(requirement.verdict), f" · {requirement.level}"),
            el("p", one_line(requirement.text, 2_000), class_="required"),
            _sources(requirement.id),
            el("p", one_line(requirement.reason, 2_000)) if requirement.reason else None,
            *(self._shortfall(judged) for judged in found[:SHORTFALLS_SHOWN]),
            el("p", f"And {left_out} more observations, in results.json.", class_="quiet") if left_out > 0 else None,
            *_likely_cause(requirement, found),
            *self._evidence(found),
            el("h4", "Run it again"),
            el("pre", rerun(requirement.id), class_="line"),
            id=place(requirement.id),
            class_=f"b-{anchor(requirement.verdict)}",
        )

    def _shortfall(self, judged: Judged) -> Element:
        seen = judged.observation
        return el(
            "div",
            el(
                "div",
                el("div", el("h4", "Expected"), el("p", one_line(judged.expected, 2_000))),
                el("div", el("h4", "Actual"), el("p", one_line(seen.actual, 2_000) or "(nothing)")),
                class_="versus",
            ),
            facts(
                [
                    ("Where", one_line(seen.where)),
                    ("Scenario", one_line(self._names.get(seen.scenario, seen.scenario))),
                    ("Step", one_line(step_of(seen))),
                    ("System", one_line(seen.system)),
                    ("Exchanges", one_line(", ".join(seen.exchanges))),
                ]
            ),
        )

    def _evidence(self, found: tuple[Judged, ...]) -> list[Element]:
        keys = dict.fromkeys((j.observation.scenario, id) for j in found for id in j.observation.exchanges)
        known = [key for key in keys if key in self._exchanges]
        if not known:
            return []
        shown = [self._exchange(key) for key in known[:EXCHANGES_SHOWN]]
        return [el("h4", "What went over the wire"), *shown]

    def _exchange(self, key: tuple[str, str]) -> Element:
        exchange = self._exchanges[key]
        if key in self._laid_out:
            link = el("a", title(exchange), href=f"#{self._laid_out[key]}")
            return el("p", link, " (laid out above)")
        # The count keeps the anchor unique: ids of exchanges may repeat over workers.
        self._laid_out[key] = f"exchange-{len(self._laid_out) + 1}-{anchor(key[1])}"
        return _laid_out(exchange, self._laid_out[key], first=len(self._laid_out) == 1)


def _laid_out(exchange: Exchange, id: str, first: bool) -> Element:
    made = el(
        "details",
        el("summary", title(exchange)),
        el(
            "div",
            el("pre", cut(request_text(exchange), EXCHANGE_LIMIT), tabindex="0", aria_label="request"),
            el("pre", cut(response_text(exchange), EXCHANGE_LIMIT), tabindex="0", aria_label="response"),
            class_="halves",
            id=id,  # inside, so that following a link to it opens it
        ),
        el("p", "Try it yourself (fill in what is redacted):", class_="quiet"),
        el("pre", cut(curl(exchange), EXCHANGE_LIMIT), class_="line"),
    )
    if first:
        made.set("open", "open")
    return made


def _sources(id: str) -> Element | None:
    requirement = catalogue.load().get(id)
    if requirement is None:
        return None
    said = "; ".join(f"{source.doc} {source.page} ({source.editions})" for source in requirement.sources)
    scal = f". SCAL {', '.join(requirement.scal)}" if requirement.scal else ""
    return el("p", f"Who says so: {said}{scal}", class_="quiet")


def _likely_cause(requirement: RequirementVerdict, found: tuple[Judged, ...]) -> list[Element]:
    """What is known beyond the observation; nothing is guessed."""
    causes = [_BLAMED[requirement.blame]] if requirement.blame in _BLAMED else []
    for judged in found[:SHORTFALLS_SHOWN]:
        if judged.conflict:
            note = f" The value seen comes from: {judged.note}." if judged.note else ""
            causes.append(f"Contradiction {judged.conflict} of the standard bears on this.{note}")
        elif judged.note:
            causes.append(judged.note)
    if not causes:
        return []
    unique = dict.fromkeys(one_line(cause, 1_000) for cause in causes)
    return [el("h4", "Likely cause"), *(el("p", cause) for cause in unique)]
