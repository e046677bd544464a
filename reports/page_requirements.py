"""The requirements in the page: a table of all, and for each what the catalogue says and what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.harness.catalogue.explanation import ATTESTATION, SCENARIO, STANDING, conflict_in_words, explanation
from uec_booking.harness.judging.observations import MET, NOT_OBSERVED
from uec_booking.harness.judging.verdicts import (
    INFO,
    NOT_APPLICABLE,
    NOT_RUN,
    VERDICTS,
    Judged,
    JudgedRun,
    RequirementVerdict,
    Verdict,
)
from uec_booking.standard import conflicts

from .findings import counts_of, in_part, shortfalls, step_of
from .page_exchanges import Exchanges, Key, Link
from .page_fixes import place
from .rerun import attest, rerun, rerun_all
from .templating import anchor
from .text import one_line
from .words import VERDICT_MEANINGS, system_name

# These say least, and are many: the reader asks for them.
_HIDDEN_AT_FIRST = (NOT_APPLICABLE, INFO, NOT_RUN)
#: Of one requirement: different observations, and exchanges linked for each; more where it fell short, as each is to be
#: looked into.
OBSERVATIONS_SHOWN, EXCHANGES_LINKED, SHORTFALLS_LINKED = 4, 2, 8

#: Label and lines, as ``explain`` says them.
Facts = list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A box that shows and hides the rows of a verdict."""

    verdict: Verdict
    count: int
    meaning: str
    ticked: bool


def filters(run: JudgedRun) -> list[Filter]:
    """One for each verdict of the run."""
    counts = counts_of([requirement.verdict for requirement in run.requirements])
    return [
        Filter(verdict, count, VERDICT_MEANINGS[verdict], verdict not in _HIDDEN_AT_FIRST)
        for verdict, count in counts.items()
    ]


def filter_rules() -> str:
    """A rule for each verdict: its rows go when its box is not ticked."""
    return "".join(f"#show-{anchor(v)}:not(:checked) ~ .matrix .r-{anchor(v)} {{ display: none; }}\n" for v in VERDICTS)


@dataclass(frozen=True, slots=True)
class Noted:
    """Observations that are alike, once: the outcome, what was seen, where, and links to some of the exchanges."""

    outcome: str
    seen: str
    expected: str
    where: str
    #: The systems of which it was seen, by name.
    systems: str
    exchanges: list[Link]


@dataclass(frozen=True, slots=True)
class About:
    """What there is to say of one requirement."""

    verdict: RequirementVerdict
    #: In the table, what was seen in few words.
    summary: str
    #: Why a PASS is one in part only; empty where it is whole, and of other verdicts.
    in_part: str
    #: The anchor of what to put right; empty where nothing is.
    fix: str
    noted: list[Noted]
    #: Observations that are not among ``noted``.
    left_out: int
    facts: Facts


class Each:
    """What there is to say of each requirement: ``explain``, and what this run observed."""

    def __init__(self, run: JudgedRun, exchanges: Exchanges, entries: set[str]) -> None:
        self._run = run
        self._exchanges = exchanges
        self._entries = entries
        self._names = {scenario.record.id: scenario.record.name for scenario in run.scenarios}
        self._in_part = in_part(run)

    def all(self) -> list[About]:
        return [self._one(requirement) for requirement in self._run.requirements]

    def _one(self, requirement: RequirementVerdict) -> About:
        found = explanation(requirement.id)
        told = [one for one in found.in_words() if one[0] != "Run it"] if found else []
        groups: dict[tuple[str, str, str], list[Judged]] = {}
        for judged in requirement.observations:
            groups.setdefault((judged.outcome, judged.expected, judged.observation.where), []).append(judged)
        alike = list(groups.values())
        return About(
            verdict=requirement,
            summary=_summary(requirement, self._in_part.get(requirement.id, "")),
            in_part=self._in_part.get(requirement.id, ""),
            fix=place(requirement.id) if requirement.id in self._entries else "",
            noted=[self._noted(group) for group in alike[:OBSERVATIONS_SHOWN]],
            left_out=sum(map(len, alike[OBSERVATIONS_SHOWN:])),
            facts=told + self._how_to_run(requirement, found.kind if found else ""),
        )

    def _how_to_run(self, requirement: RequirementVerdict, kind: str) -> Facts:
        """As ``explain`` says it, but for the systems of this run."""
        if kind == SCENARIO:
            return [("Run it", [rerun(self._run, requirement)])]
        if kind == STANDING:
            return [("Run it", [rerun_all(self._run)])]
        if kind == ATTESTATION:
            return [("State it", [attest(self._run.folder, "--id", requirement.id)])]
        return []

    def _noted(self, alike: list[Judged]) -> Noted:
        judged, seen = alike[0], alike[0].observation
        systems = {j.observation.system for j in alike} - {""}
        keys: list[Key] = [(j.observation.scenario, id) for j in alike for id in j.observation.exchanges]
        times = f" ({len(alike)} times)" if len(alike) > 1 else ""
        where = f" at {seen.where}" if seen.where else ""
        told = one_line(f"{where}{times}: {seen.actual}", 400)
        return Noted(
            outcome=judged.outcome,
            # It follows the outcome.
            seen=told if told.startswith(":") else f" {told}",
            expected=one_line(judged.expected, 200) if _is_compared(judged) else "",
            where=one_line(f"{self._names.get(seen.scenario, seen.scenario)} › {step_of(seen)}", 300),
            systems=one_line(", ".join(system_name(self._run, key) for key in sorted(systems)), 300),
            exchanges=self._exchanges.links(keys, EXCHANGES_LINKED if judged.outcome == MET else SHORTFALLS_LINKED),
        )


def _is_compared(judged: Judged) -> bool:
    """Whether what was expected says more than what was seen: not of what could not be seen at all."""
    return judged.outcome != NOT_OBSERVED and judged.expected != judged.observation.actual


def _summary(requirement: RequirementVerdict, in_part: str) -> str:
    seen, short = len(requirement.observations), len(shortfalls(requirement))
    if not seen:
        return requirement.reason
    counted = f"{seen} observation{'' if seen == 1 else 's'}" + (f", {short} short of met" if short else "")
    return f"{counted}; in part: {in_part}" if in_part else counted


def contradictions(run: JudgedRun) -> list[tuple[conflicts.Conflict, Facts]]:
    """The contradictions that bear on the requirements of the run, for the links to them."""
    found = {requirement.id: explanation(requirement.id) for requirement in run.requirements}
    named = {name for told in found.values() if told for name in told.conflicts}
    named |= {judged.conflict for one in run.requirements for judged in one.observations if judged.conflict}
    return [(entry, conflict_in_words(name)) for name, entry in conflicts.load().items() if name in named]
