"""A failure as an entry that lets a vendor fix it in five minutes.

What is required and who says so, expected beside actual, the exchange and what came before it, the likely cause
where one is known, the line that runs it again, and below all that what could not be seen because of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.harness.catalogue.explanation import explanation
from uec_booking.harness.judging.observations import NOT_OBSERVED
from uec_booking.harness.judging.verdicts import FAIL, Judged, JudgedRun, RequirementVerdict
from uec_booking.standard import conflicts
from uec_booking.standard.roles import CONSUMER

from .causes import Trouble
from .findings import Seen, seen_once
from .marked import Marked, marked
from .page_exchanges import Exchanges, Key, Link
from .reproduction.reproduction import Script, attempts, from_run
from .rerun import reproduce, rerun
from .templating import anchor
from .text import one_line
from .traces import Traces
from .words import system_name

#: Of one requirement; the stored run and the Allure results have them all.
SHORTFALLS_SHOWN, EXCHANGES_SHOWN = 3, 3

_BLAMED = {
    "settings": "The settings of this run: see the reason above, and what uec-booking doctor says.",
    "harness": "A fault of the harness, not of your system: please report it with run.jsonl.",
    "standard": "The documents of the standard contradict each other here.",
}


def file_of(requirement: str) -> str:
    """The script of ``requirement``, beside the page."""
    return f"reproduce/{anchor(requirement).upper()}.sh"


def place(requirement: str) -> str:
    """The anchor of the entry of ``requirement``."""
    return f"fix-{anchor(requirement)}"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Expected beside actual, and where it was seen; of what could not be seen, ``actual`` is why."""

    seen: bool
    expected: str
    actual: str
    facts: list[tuple[str, str]]
    #: The differing element, as it stands in the answer.
    marked: Marked | None
    steps: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page says of one trouble; of several requirements with one reason, the reason and which they are."""

    trouble: Trouble
    place: str
    #: Who says so, a line each; nothing where the catalogue does not know the requirement.
    sources: list[str]
    shortfalls: list[Shortfall]
    left_out: int
    causes: list[str]
    #: What the exchanges show, and the exchanges.
    evidence: list[tuple[str, list[Link]]]
    rerun: str
    #: The script that shows it, under this name beside the page.
    file: str
    script: Script | None
    #: The command that makes such a script by trying; empty where no request of ours shows it.
    reproduce: str
    #: Whether there can be no script, and for a consumer what the desk does in the scenario.
    unscripted: bool
    desk: list[str]


class Fixes:
    """The entries of one run."""

    def __init__(self, run: JudgedRun, exchanges: Exchanges) -> None:
        self._run = run
        self._exchanges = exchanges
        self._traces = Traces(run)

    def entry(self, trouble: Trouble) -> Entry:
        alone = len(trouble.requirements) == 1
        found = seen_once(trouble.first) if alone else ()
        failed = alone and trouble.first.verdict == FAIL
        tried = failed and bool(attempts(self._run, trouble.first.id))
        return Entry(
            trouble=trouble,
            place=place(trouble.first.id),
            sources=_sources(trouble.first.id) if alone else [],
            shortfalls=[self._shortfall(seen) for seen in found[:SHORTFALLS_SHOWN]],
            left_out=sum(seen.times for seen in found[SHORTFALLS_SHOWN:]),
            causes=_likely_causes(trouble.first, found),
            evidence=self._evidence(found),
            rerun=rerun(self._run, *trouble.requirements),
            file=file_of(trouble.first.id),
            script=from_run(self._run, trouble.first.id) if failed else None,
            reproduce=reproduce(self._run, trouble.first.id) if tried else "",
            unscripted=failed and not tried,
            desk=self._desk(found) if failed and trouble.first.role == CONSUMER.name else [],
        )

    def _desk(self, found: tuple[Seen, ...]) -> list[str]:
        """What the desk of a consumer under test does in the scenario that shows a failure first."""
        scenario = found[0].judged.observation.scenario if found else ""
        steps = [step for one in self._run.scenarios if one.record.id == scenario for step in one.record.steps]
        told, acting = [], False
        for step in steps:
            acting = step.keyword.strip() == "When" or (acting and step.keyword.strip() in ("And", "But"))
            told += [one_line(step.name)] if acting else []
        return told

    def _shortfall(self, found: Seen) -> Shortfall:
        judged, seen = found.judged, found.judged.observation
        trace = self._traces.of(judged)
        more = found.scenarios - 1
        shown = self._exchanges.of(self._keys(judged))
        return Shortfall(
            seen=judged.outcome != NOT_OBSERVED,
            expected=judged.expected,
            actual=seen.actual,
            facts=[
                ("Sent", one_line(shown["note"]) if shown else ""),
                ("Where", one_line(seen.where)),
                ("Scenario", one_line(trace.scenario) + (f" (and {more} more)" if more else "")),
                ("Step", one_line(trace.step)),
                ("System", one_line(", ".join(system_name(self._run, key) for key in found.systems))),
                ("Exchanges", one_line(", ".join(seen.exchanges))),
            ],
            marked=marked(shown, seen.where),
            steps=[one_line(step) for step in trace.steps],
        )

    def _keys(self, judged: Judged) -> list[Key]:
        return [(judged.observation.scenario, id) for id in judged.observation.exchanges]

    def _evidence(self, found: tuple[Seen, ...]) -> list[tuple[str, list[Link]]]:
        before = [
            (seen.judged.observation.scenario, id) for seen in found[:1] for id in self._traces.of(seen.judged).causes
        ]
        controls = [(seen.judged.observation.scenario, self._traces.of(seen.judged).control) for seen in found]
        keys = [(s.judged.observation.scenario, id) for s in found for id in s.judged.observation.exchanges]
        return [
            (words, [self._exchanges.here(key) for key in wanted[:EXCHANGES_SHOWN]])
            for words, wanted in (
                ("The last change before it", [key for key in before if key in self._exchanges]),
                ("The exchange that shows it", [key for key in dict.fromkeys(keys) if key in self._exchanges]),
                ("The control request, which worked", [key for key in controls[:1] if key in self._exchanges]),
            )
            if wanted
        ]


def _sources(id: str) -> list[str]:
    found = explanation(id)
    if found is None:
        return []
    known = conflicts.load()
    told = [f"{name} ({known[name].title})" for name in found.conflicts]
    return [
        *found.sources_in_words(),
        *([f"SCAL {', '.join(found.scal)}"] if found.scal else []),
        *([f"Where the documents contradict each other: {', '.join(told)}"] if told else []),
    ]


def _likely_causes(requirement: RequirementVerdict, found: tuple[Seen, ...]) -> list[str]:
    """What is known beyond the observation; nothing is guessed."""
    causes = [_BLAMED[requirement.blame]] if requirement.blame in _BLAMED else []
    for seen in found[:SHORTFALLS_SHOWN]:
        judged = seen.judged
        if judged.conflict and judged.note:
            origin = f"The value seen comes from: {judged.note}."
            causes.append(f"Contradiction {judged.conflict} of the standard bears on this. {origin}")
        elif judged.conflict:
            why = "in the edition judged by, no document accepts the value seen"
            causes.append(f"Contradiction {judged.conflict} does not explain it: {why}.")
        elif judged.note:
            causes.append(judged.note)
    return list(dict.fromkeys(one_line(cause, 1_000) for cause in causes))
