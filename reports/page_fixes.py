"""A failure as an entry that lets a vendor fix it in five minutes.

What is required and who says so, expected beside actual, the exchange and what came before it, the likely cause
where one is known, the line that runs it again, and below all that what could not be seen because of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.harness.catalogue.explanation import explanation
from uec_booking.harness.judging.verdicts import JudgedRun, RequirementVerdict

from .causes import Trouble
from .findings import Seen, seen_once
from .page_exchanges import Exchanges, Link
from .rerun import rerun
from .templating import anchor
from .text import one_line
from .traces import Traces

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


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Expected beside actual, and where it was seen."""

    expected: str
    actual: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page says of one trouble; of several requirements with one reason, the reason and which they are."""

    trouble: Trouble
    place: str
    #: Who says so; nothing where the catalogue does not know the requirement.
    sources: str
    shortfalls: list[Shortfall]
    left_out: int
    causes: list[str]
    #: What the exchanges show, and the exchanges.
    evidence: list[tuple[str, list[Link]]]
    rerun: str


class Fixes:
    """The entries of one run."""

    def __init__(self, run: JudgedRun, exchanges: Exchanges) -> None:
        self._run = run
        self._exchanges = exchanges
        self._traces = Traces(run)

    def entry(self, trouble: Trouble) -> Entry:
        alone = len(trouble.requirements) == 1
        found = seen_once(trouble.first) if alone else ()
        return Entry(
            trouble=trouble,
            place=place(trouble.first.id),
            sources=_sources(trouble.first.id) if alone else "",
            shortfalls=[self._shortfall(seen) for seen in found[:SHORTFALLS_SHOWN]],
            left_out=sum(seen.times for seen in found[SHORTFALLS_SHOWN:]),
            causes=_likely_causes(trouble.first, found),
            evidence=self._evidence(found),
            rerun=rerun(self._run, *trouble.requirements),
        )

    def _shortfall(self, found: Seen) -> Shortfall:
        judged, seen = found.judged, found.judged.observation
        trace = self._traces.of(judged)
        more = found.scenarios - 1
        return Shortfall(
            expected=judged.expected,
            actual=seen.actual,
            facts=[
                ("Where", one_line(seen.where)),
                ("Scenario", one_line(trace.scenario) + (f" (and {more} more)" if more else "")),
                ("Step before", one_line(trace.before)),
                ("Step", one_line(trace.step)),
                ("System", one_line(seen.system)),
                ("Exchanges", one_line(", ".join(seen.exchanges))),
            ],
        )

    def _evidence(self, found: tuple[Seen, ...]) -> list[tuple[str, list[Link]]]:
        before = [
            (seen.judged.observation.scenario, id) for seen in found[:1] for id in self._traces.of(seen.judged).causes
        ]
        keys = [(s.judged.observation.scenario, id) for s in found for id in s.judged.observation.exchanges]
        return [
            (words, [self._exchanges.here(key) for key in wanted[:EXCHANGES_SHOWN]])
            for words, wanted in (
                ("The last change before it", [key for key in before if key in self._exchanges]),
                ("What went over the wire", [key for key in dict.fromkeys(keys) if key in self._exchanges]),
            )
            if wanted
        ]


def _sources(id: str) -> str:
    found = explanation(id)
    if found is None:
        return ""
    scal = f". SCAL {', '.join(found.scal)}" if found.scal else ""
    return f"{'; '.join(found.sources)}{scal}"


def _likely_causes(requirement: RequirementVerdict, found: tuple[Seen, ...]) -> list[str]:
    """What is known beyond the observation; nothing is guessed."""
    causes = [_BLAMED[requirement.blame]] if requirement.blame in _BLAMED else []
    for seen in found[:SHORTFALLS_SHOWN]:
        judged = seen.judged
        if judged.conflict:
            note = f" The value seen comes from: {judged.note}." if judged.note else ""
            causes.append(f"Contradiction {judged.conflict} of the standard bears on this.{note}")
        elif judged.note:
            causes.append(judged.note)
    return list(dict.fromkeys(one_line(cause, 1_000) for cause in causes))
