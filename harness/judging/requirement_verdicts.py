"""What a requirement came to: from all that any scenario saw of it, and from why it was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uec_booking.standard import waiting
from uec_booking.standard.levels import MAY
from uec_booking.standard.requirements import How, Requirement

from . import verdicts as v
from .applicability import Terms
from .needs import lacking
from .not_run import Unreached
from .observations import DOES_NOT_ARISE, MET, NOT_MET, NOT_OBSERVED, STANDING, TOLERATED, ProblemKind, Statement
from .scenario_verdicts import NOT_ASKED
from .verdicts import Judged, RequirementVerdict, ScenarioVerdict

#: Outcomes in the order in which one outweighs the next.
_WEIGHT = (NOT_MET, NOT_OBSERVED, TOLERATED, MET, DOES_NOT_ARISE)
#: Problems that the user can put right, and the system under test cannot.
_NOT_ITS_FAULT = (ProblemKind.SETTINGS, ProblemKind.NO_ROOM)


class Requirements:
    """The verdicts on the requirements, on the terms of one judging: from all that was seen of each."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._unreached = Unreached(terms.run)
        self._statements: dict[str, list[Statement]] = {}
        for statement in sorted(terms.run.evidence, key=lambda s: (s.date, s.who, s.statement)):
            self._statements.setdefault(statement.requirement, []).append(statement)

    def verdicts(self, scenarios: Iterable[ScenarioVerdict]) -> Iterator[RequirementVerdict]:
        """A verdict for each requirement that the run is about, in the order of the catalogue."""
        seen: dict[str, list[Judged]] = {}
        about: dict[str, list[ScenarioVerdict]] = {}
        for scenario in sorted(scenarios, key=lambda one: one.record.id):
            for judged in scenario.judged:
                seen.setdefault(judged.observation.requirement, []).append(judged)
            untagged = {o.requirement for o in scenario.record.observations if o.step != STANDING}
            for name in {*scenario.record.requirements, *untagged}:
                about.setdefault(name, []).append(scenario)
        for requirement in self._terms.catalogue.values():
            judged_here = sorted(seen.get(requirement.id, []), key=_by_weight)
            scenarios_here = about.get(requirement.id, [])
            missed = self._unreached.of(requirement.id) and not self._terms.not_applicable(requirement)
            if judged_here or scenarios_here or missed or not self._terms.run.partial:
                yield self._requirement(requirement, judged_here, scenarios_here)

    def _requirement(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> RequirementVerdict:
        verdict, blame, reason = self._verdict(requirement, judged, scenarios)
        because = self._because(requirement, judged, scenarios) if verdict == v.INCONCLUSIVE else ()
        statements = self._statements.get(requirement.id)
        if verdict == v.TO_ATTEST and statements:
            verdict, reason = v.ATTESTED, "; ".join(statement.in_words() for statement in statements)
        return RequirementVerdict(
            id=requirement.id,
            level=self._terms.level(requirement),
            role=requirement.role,
            text=requirement.text,
            verdict=verdict,
            blame=blame,
            reason=reason,
            scenarios=tuple(dict.fromkeys(s.record.id for s in scenarios)),
            observations=tuple(judged),
            because=because,
        )

    def _because(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> tuple[str, ...]:
        """What stood in the way of all that was not observed; nothing where some of it had another reason."""
        causes = {j.because for j in judged if j.outcome == NOT_OBSERVED}
        told = {j.observation.scenario for j in judged if j.outcome == NOT_OBSERVED and j.observation.step != STANDING}
        silent = [s.record for s in self._blind(requirement, scenarios) if s.record.id not in told]
        causes |= {record.problem.because if record.problem else "" for record in silent}
        return () if "" in causes else tuple(sorted(causes - {requirement.id}))

    def _blind(self, requirement: Requirement, scenarios: list[ScenarioVerdict]) -> list[ScenarioVerdict]:
        """The scenarios that are there to decide it, could be asked of these systems, and saw nothing of it."""
        return [
            s
            for s in scenarios
            if requirement.id in self._terms.unobserved(s.record)
            and not (s.record.problem and s.record.problem.kind in NOT_ASKED)
        ]

    def _verdict(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> tuple[v.Verdict, str, str]:
        """Verdict, blame and reason. ``judged`` and ``scenarios`` come in an order that means nothing."""
        reason = self._terms.not_applicable(requirement)
        if reason:
            return v.NOT_APPLICABLE, "", reason
        weighed = {self._terms.weighed(j) for j in judged}
        if v.FAIL in weighed:
            return v.FAIL, "system", ""
        errors = [s.reason for s in scenarios if s.status == v.ERROR]
        if errors:
            return v.ERROR, "harness", errors[0]
        blind = self._blind(requirement, scenarios)
        if (v.INCONCLUSIVE in weighed or blind) and self._terms.level(requirement) != MAY:
            return v.INCONCLUSIVE, *_why_blind(judged, blind)
        if v.WARN in weighed:
            return v.WARN, *_why_warned(judged)
        told_by = sorted({j.observation.told_by for j in judged if j.outcome == MET} - {""})
        if v.PASS in weighed and told_by:
            return v.ATTESTED, "", f"told by {'; and by '.join(told_by)}"
        unseen = self._terms.sides_unseen(requirement, judged)
        if v.PASS in weighed and unseen:
            return v.TO_ATTEST, "", f"needs a person's statement on the side of the {' and the '.join(unseen)}"
        if v.PASS in weighed:
            return v.PASS, "", _not_everywhere(scenarios) or self._unreached.told(requirement.id)
        if v.INFO in weighed:
            return v.INFO, "", "; ".join(dict.fromkeys(j.observation.actual for j in judged))
        return self._unseen(requirement, judged, scenarios)

    def _unseen(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> tuple[v.Verdict, str, str]:
        """The verdict of a requirement of which nothing was seen: never PASS."""
        begun_and_cut_off = self._unreached.cut_off and requirement.standing and not scenarios
        if not judged and (self._unreached.of(requirement.id) or begun_and_cut_off):
            return v.NOT_RUN, "", self._unreached.why(requirement.id)
        if self._terms.level(requirement) == MAY:
            return v.INFO, "", "left free by the standard; nothing of it was seen"
        if judged:
            return v.NOT_APPLICABLE, "", judged[0].observation.actual
        if self._terms.demanded_though_unclaimed(requirement):
            why = f"the reading {self._terms.reading} demands the capability {requirement.optional!r}, "
            return v.INCONCLUSIVE, "settings", why + "which the settings do not claim, so it was not tried"
        skipped = [s.record.problem for s in scenarios if s.record.problem]
        to_attest = sorted(p.reason for p in skipped if p.kind == ProblemKind.TO_ATTEST)
        if to_attest:
            return v.TO_ATTEST, "", to_attest[0]
        others = sorted({o.system for s in scenarios for o in s.record.observations if o.requirement == requirement.id})
        if others:
            return v.TO_ATTEST, "", f"was seen only of {', '.join(others)}, which is not under test for it"
        if skipped and not self._terms.sides_unseen(requirement, judged):
            return v.NOT_APPLICABLE, "", sorted(p.reason for p in skipped)[0]
        waits = waiting.load().get(requirement.id)
        if waits:
            return v.TO_ATTEST, "", f"nothing in this version decides it: {waits}"
        if requirement.how == How.EVIDENCE:
            return v.TO_ATTEST, "", "needs a person's statement"
        if requirement.needs:
            return v.TO_ATTEST, "", lacking(requirement)
        if requirement.standing:
            return v.NOT_APPLICABLE, "", "nothing that it speaks of came up in this run"
        return v.TO_ATTEST, "", "nothing in this run decides it"


def _why_blind(judged: list[Judged], blind: list[ScenarioVerdict]) -> tuple[str, str]:
    """Blame and reason for what was tried and not seen."""
    told = [j.observation.actual for j in judged if j.outcome == NOT_OBSERVED]
    problems = [s.record.problem for s in blind if s.record.problem]
    if problems:
        return "settings" if all(p.kind in _NOT_ITS_FAULT for p in problems) else "system", problems[0].reason
    if told:
        return "system", told[0]
    # The scenario went to its end and never looked: that is our fault, not the system's.
    return "harness", blind[0].reason


def _why_warned(judged: list[Judged]) -> tuple[str, str]:
    """The standard is to blame where every shortfall is a value that one of its documents publishes."""
    if any(j.outcome == NOT_MET for j in judged):
        return "system", ""
    notes = sorted({j.note for j in judged if j.outcome == TOLERATED})
    return "standard" if any(notes) else "system", "; ".join(filter(None, notes))


def _not_everywhere(scenarios: list[ScenarioVerdict]) -> str:
    left = sorted({s.reason for s in scenarios if s.status == v.TO_ATTEST})
    return f"seen, but not in every situation: {'; '.join(left)}" if left else ""


def _by_weight(judged: Judged) -> tuple[str, ...]:
    seen = judged.observation
    weight = str(_WEIGHT.index(judged.outcome))
    return (weight, seen.scenario, seen.where, *seen.exchanges, "", *seen.sameness(), judged.expected)
