"""Judging: a pure function of what was observed, the catalogue, the edition and reading, and the claims.

So a stored run can be judged again, under another edition too. The order of the
observations does not matter, and adding one never turns a FAIL into anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from uec_booking.standard import answers, waiting
from uec_booking.standard.requirements import MAY, Requirement
from uec_booking.standard.roles import PROVIDER

from . import verdicts as v
from .applicability import Catalogue, Terms, classified
from .causes import below_their_causes
from .identity import identified
from .levels import capability_level, may_be_higher
from .needs import lacking
from .not_run import Unreached
from .observations import (
    DOES_NOT_ARISE,
    MET,
    NOT_MET,
    NOT_OBSERVED,
    STANDING,
    TOLERATED,
    VALUE,
    Run,
    ScenarioRecord,
    Statement,
)
from .verdicts import Judged, JudgedRun, RequirementVerdict, ScenarioVerdict

__all__ = ["classified", "judge"]

#: Outcomes in the order in which one outweighs the next.
_WEIGHT = (NOT_MET, NOT_OBSERVED, TOLERATED, MET, DOES_NOT_ARISE)

#: Problems of a scenario that was not asked of these systems at all.
_NOT_ASKED = {"not-applicable": v.NOT_APPLICABLE, "to-attest": v.TO_ATTEST}


def judge(run: Run, catalogue: Catalogue, edition: str = "", reading: str | None = None) -> JudgedRun:
    """Judge a run, under its own edition and reading unless others are named.

    Raises:
        EditionError: the edition or reading is unknown.
    """
    edition = edition or run.edition
    reading = run.reading if reading is None else reading
    bench = _Judge(Terms(run, catalogue, edition, reading))
    seen = below_their_causes([bench.terms.judged(record) for record in run.scenarios], bench.terms)
    scenarios = tuple(bench.scenario(record, judged) for record, judged in zip(run.scenarios, seen, strict=True))
    requirements = tuple(bench.requirements(sorted(scenarios, key=lambda s: s.record.id)))
    verdict, status, reason = _run_verdict(run, scenarios, requirements)
    return JudgedRun(
        verdict=verdict,
        exit_status=status,
        partial=run.partial,
        edition=edition,
        reading=reading,
        capability_level=_capability(run),
        capability_at_least=may_be_higher(run, _capability(run)),
        not_run=Unreached(run).scenarios,
        outstanding=sum(r.verdict == v.TO_ATTEST for r in requirements),
        reason=reason,
        system={**run.settings, "under_test": dict(run.systems_under_test)},
        started=run.started,
        finished=run.finished,
        counts=dict(Counter(r.verdict for r in requirements)),
        requirements=requirements,
        scenarios=scenarios,
        notes=(*run.notes, *_statements_without_use(run, requirements), *_statements_of_several(run)),
        identity=identified(run),
        options=_options(run, edition, reading),
        folder=run.out or "reports/out",
    )


def _options(run: Run, edition: str, reading: str) -> tuple[str, ...]:
    """How the run was started, but under the edition and reading by which it is judged now."""
    options = list(run.settings.get("options", ()))
    for name, now, then in (("--edition", edition, run.edition), ("--reading", reading, run.reading)):
        if now == then or not now:
            continue
        if name in options:
            options[options.index(name) + 1] = now
        else:
            options += [name, now]
    return tuple(options)


def _capability(run: Run) -> int | None:
    """The level of the provider, if it is under test at all."""
    if PROVIDER.main not in run.systems_under_test:
        return None
    return capability_level(o for record in run.scenarios for o in record.observations)


class _Judge:
    """Puts together what was seen, on the terms of one judging."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._unreached = Unreached(terms.run)
        self._statements: dict[str, list[Statement]] = {}
        for statement in sorted(terms.run.evidence, key=lambda s: (s.date, s.who, s.statement)):
            self._statements.setdefault(statement.requirement, []).append(statement)

    # -- scenarios ---------------------------------------------------------------

    def scenario(self, record: ScenarioRecord, judged: tuple[Judged, ...]) -> ScenarioVerdict:
        status, reason = self._scenario_status(record, [j for j in judged if j.observation.step != STANDING])
        return ScenarioVerdict(record, status, reason, judged)

    def _scenario_status(self, record: ScenarioRecord, judged: list[Judged]) -> tuple[v.Verdict, str]:
        fault = self._fault_of_ours(record)
        if fault:
            return v.ERROR, fault
        weighed = [(self.terms.weighed(j), j) for j in judged]
        outcomes = {verdict for verdict, _ in weighed}
        if v.FAIL in outcomes:
            failed = sorted({j.observation.requirement for verdict, j in weighed if verdict == v.FAIL})
            return v.FAIL, f"not met: {', '.join(failed)}"
        problem = record.problem
        if problem and problem.kind in _NOT_ASKED:
            return _NOT_ASKED[problem.kind], problem.reason
        missing = self.terms.unobserved(record)
        if problem or missing or v.INCONCLUSIVE in outcomes:
            if problem:
                return v.INCONCLUSIVE, problem.reason
            return v.INCONCLUSIVE, f"not observed: {', '.join(missing) or 'see the observations'}"
        if v.WARN in outcomes:
            return v.WARN, "something optional is missing, or a tolerated value was seen"
        if v.PASS in outcomes or v.INFO in outcomes:
            return v.PASS, ""
        return v.NOT_APPLICABLE, "nothing that it decides applies to the systems under test"

    def _fault_of_ours(self, record: ScenarioRecord) -> str:
        """What is wrong with the scenario itself, which is never blamed on a system; empty if nothing is."""
        if record.problem and record.problem.kind == "harness":
            return record.problem.reason
        catalogue = self.terms.catalogue
        unknown = sorted({tag for tag in record.requirements if tag not in catalogue})
        if unknown:
            return f"tagged with {', '.join(unknown)}, which the catalogue does not have"
        strange = sorted({o.requirement for o in record.observations if o.requirement not in catalogue})
        if strange:
            return f"observed {', '.join(strange)}, which the catalogue does not have"
        values = {o.situation for o in record.observations if o.outcome == VALUE}
        unlisted = sorted(values - answers.situations().keys())
        if unlisted:
            return f"observed the situation {', '.join(unlisted)}, which the table of answers does not have"
        seen = {o.requirement for o in record.observations if o.step != STANDING}
        untagged = sorted(seen - set(record.requirements))
        if untagged:
            return f"observed {', '.join(untagged)} without being tagged with it"
        return ""

    # -- requirements ---------------------------------------------------------------

    def requirements(self, scenarios: list[ScenarioVerdict]) -> Iterable[RequirementVerdict]:
        """A verdict for each requirement that the run is about, in the order of the catalogue."""
        seen: dict[str, list[Judged]] = {}
        about: dict[str, list[ScenarioVerdict]] = {}
        for scenario in scenarios:
            for judged in scenario.judged:
                seen.setdefault(judged.observation.requirement, []).append(judged)
            untagged = {o.requirement for o in scenario.record.observations if o.step != STANDING}
            for name in {*scenario.record.requirements, *untagged}:
                about.setdefault(name, []).append(scenario)
        for requirement in self.terms.catalogue.values():
            judged_here = sorted(seen.get(requirement.id, []), key=_by_weight)
            scenarios_here = about.get(requirement.id, [])
            missed = self._unreached.of(requirement.id) and not self.terms.not_applicable(requirement)
            if judged_here or scenarios_here or missed or not self.terms.run.partial:
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
            level=self.terms.level(requirement),
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
        causes |= {s.record.problem.because if s.record.problem else "" for s in self._blind(requirement, scenarios)}
        return () if "" in causes else tuple(sorted(causes - {requirement.id}))

    def _blind(self, requirement: Requirement, scenarios: list[ScenarioVerdict]) -> list[ScenarioVerdict]:
        """The scenarios that are there to decide it, could be asked of these systems, and saw nothing of it."""
        return [
            s
            for s in scenarios
            if requirement.id in self.terms.unobserved(s.record)
            and not (s.record.problem and s.record.problem.kind in _NOT_ASKED)
        ]

    def _verdict(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> tuple[v.Verdict, str, str]:
        """Verdict, blame and reason. ``judged`` and ``scenarios`` come in an order that means nothing."""
        reason = self.terms.not_applicable(requirement)
        if reason:
            return v.NOT_APPLICABLE, "", reason
        weighed = {self.terms.weighed(j) for j in judged}
        if v.FAIL in weighed:
            return v.FAIL, "system", ""
        errors = [s.reason for s in scenarios if s.status == v.ERROR]
        if errors:
            return v.ERROR, "harness", errors[0]
        blind = self._blind(requirement, scenarios)
        if (v.INCONCLUSIVE in weighed or blind) and self.terms.level(requirement) != MAY:
            return v.INCONCLUSIVE, *_why_blind(judged, blind)
        if v.WARN in weighed:
            return v.WARN, *_why_warned(judged)
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
        if self.terms.level(requirement) == MAY:
            return v.INFO, "", "left free by the standard; nothing of it was seen"
        if judged:
            return v.NOT_APPLICABLE, "", judged[0].observation.actual
        if self.terms.demanded_though_unclaimed(requirement):
            why = f"the reading {self.terms.reading} demands the capability {requirement.optional!r}, "
            return v.INCONCLUSIVE, "settings", why + "which the settings do not claim, so it was not tried"
        skipped = [s.record.problem for s in scenarios if s.record.problem]
        to_attest = sorted(p.reason for p in skipped if p.kind == "to-attest")
        if to_attest:
            return v.TO_ATTEST, "", to_attest[0]
        others = sorted({o.system for s in scenarios for o in s.record.observations if o.requirement == requirement.id})
        if others:
            return v.TO_ATTEST, "", f"was seen only of {', '.join(others)}, which is not under test for it"
        if skipped:
            return v.NOT_APPLICABLE, "", sorted(p.reason for p in skipped)[0]
        waits = waiting.load().get(requirement.id)
        if waits:
            return v.TO_ATTEST, "", f"nothing in this version decides it: {waits}"
        if requirement.how == "evidence":
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
        return "settings" if all(p.kind in ("settings", "no-room") for p in problems) else "system", problems[0].reason
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


def _run_verdict(
    run: Run, scenarios: tuple[ScenarioVerdict, ...], requirements: tuple[RequirementVerdict, ...]
) -> tuple[v.RunVerdict, int, str]:
    verdicts = {r.verdict for r in requirements} | {s.status for s in scenarios}
    if v.FAIL in verdicts:
        return v.NOT_CONFORMANT, v.EXIT_NOT_CONFORMANT, run.broken
    if run.broken:
        verdict = v.RUN_INCONCLUSIVE if run.broken_status == v.EXIT_INCONCLUSIVE else v.RUN_ERROR
        return verdict, run.broken_status, run.broken
    if v.ERROR in verdicts:
        return v.RUN_ERROR, v.EXIT_HARNESS, ""
    if v.INCONCLUSIVE in verdicts:
        return v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE, ""
    if v.NOT_RUN in verdicts and not run.partial:
        return v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE, "not all scenarios of the suite have run"
    if not scenarios:
        return v.RUN_INCONCLUSIVE, v.EXIT_SETTINGS, "no scenario was selected"
    if not verdicts & {v.PASS, v.WARN}:
        return v.RUN_INCONCLUSIVE, v.EXIT_INCONCLUSIVE, "nothing was observed of the systems under test"
    return (v.PARTIAL if run.partial else v.CONFORMANT), v.EXIT_CONFORMANT, ""


def _statements_without_use(run: Run, requirements: tuple[RequirementVerdict, ...]) -> list[str]:
    """A statement never overrides what was observed, and the reader is told so."""
    verdicts = {r.id: r.verdict for r in requirements}
    return [
        f"the statement on {name} was not used: its verdict is {verdicts[name]} without it"
        for name in sorted({s.requirement for s in run.evidence})
        if verdicts.get(name, v.ATTESTED) != v.ATTESTED
    ]


def _statements_of_several(run: Run) -> Iterator[str]:
    """Two statements of one person add to each other; those of two may contradict, which only a reader can see."""
    for name in sorted({s.requirement for s in run.evidence}):
        stated = [s.who for s in run.evidence if s.requirement == name]
        people = {" ".join(who.split()).casefold(): who for who in reversed(stated)}
        if len(people) > 1:
            who = ", and by ".join(reversed(people.values()))
            yield f"{name} is stated by {who}: see that their statements agree"
