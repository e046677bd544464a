"""Judging: a pure function of what was observed, the catalogue, the edition and reading, and the claims.

So a stored run can be judged again, under another edition too. The order of the
observations does not matter, and adding one never turns a FAIL into a PASS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from uec_booking.standard import answers
from uec_booking.standard.requirements import Requirement

from . import verdicts as v
from .capability import capability_level
from .ledger import DOES_NOT_ARISE, MET, NOT_MET, NOT_OBSERVED, VALUE, Observation, Run, ScenarioRecord
from .verdicts import Judged, JudgedRun, RequirementVerdict, ScenarioVerdict

TOLERATED = "tolerated"

Catalogue = Mapping[str, Requirement]

#: Outcomes in the order in which one outweighs the next.
_WEIGHT = (NOT_MET, NOT_OBSERVED, TOLERATED, MET, DOES_NOT_ARISE)


def judge(run: Run, catalogue: Catalogue, edition: str = "", reading: str | None = None) -> JudgedRun:
    """Judge a run, under its own edition and reading unless others are named.

    Raises:
        EditionError: the edition or reading is unknown.
    """
    edition = edition or run.edition
    reading = run.reading if reading is None else reading
    bench = _Bench(run, catalogue, edition, reading)
    scenarios = tuple(bench.scenario(record) for record in run.scenarios)
    requirements = tuple(bench.requirements(scenarios))
    verdict, status, reason = _run_verdict(run, scenarios, requirements)
    return JudgedRun(
        verdict=verdict,
        exit_status=status,
        partial=run.partial,
        edition=edition,
        reading=reading,
        capability_level=capability_level(o for record in run.scenarios for o in record.observations),
        outstanding=sum(r.verdict == v.TO_ATTEST for r in requirements),
        reason=reason,
        system={**run.settings, "under_test": dict(run.systems_under_test)},
        started=run.started,
        finished=run.finished,
        counts=dict(Counter(r.verdict for r in requirements)),
        requirements=requirements,
        scenarios=scenarios,
        notes=run.notes,
    )


def classified(observation: Observation, edition: str, reading: str) -> Judged:
    """The observation with its outcome under an edition: a value is looked up in the table of answers."""
    if observation.outcome != VALUE:
        return Judged(observation, observation.outcome, observation.expected)
    if observation.value == "no answer":
        return Judged(observation, NOT_MET, observation.expected)
    situation = answers.situations().get(observation.situation)
    if situation is not None and not situation.applies_in(edition):
        return Judged(observation, DOES_NOT_ARISE, f"edition {edition} says nothing of it")
    answer = answers.classify(observation.situation, observation.value, edition, reading)
    outcome = {
        answers.ValueClass.RIGHT: MET,
        answers.ValueClass.TOLERATED: TOLERATED,
        answers.ValueClass.WRONG: NOT_MET,
    }[answer.value_class]
    return Judged(observation, outcome, answer.expected, answer.conflict, answer.source_note)


class _Bench:
    """What one judging rests on."""

    def __init__(self, run: Run, catalogue: Catalogue, edition: str, reading: str) -> None:
        self._run = run
        self._catalogue = catalogue
        self._edition = edition
        self._reading = reading
        self._roles = set(run.systems_under_test.values())

    # -- what can be judged at all -------------------------------------------

    def _not_applicable(self, requirement: Requirement) -> str:
        """Why this run cannot judge the requirement, or empty when it can."""
        if requirement.merged_into:
            return f"merged into {requirement.merged_into}"
        if requirement.draft:
            return "a draft of the standard, off by default"
        if requirement.scope == "national":
            return "binds a national system, not a system under test"
        if not requirement.applies_in(self._edition):
            return f"edition {self._edition} does not have it (it holds in {requirement.editions})"
        if requirement.role != "any" and requirement.role not in self._roles:
            return f"no {requirement.role} is under test"
        if (
            requirement.role == "any"
            and requirement.how == "observing-consumer"
            and "consumer" not in self._roles
        ):
            return "no consumer is under test"
        if requirement.optional and requirement.optional not in self._run.claims:
            return f"the capability {requirement.optional!r} is not claimed"
        return ""

    def _level(self, requirement: Requirement) -> str:
        return requirement.level_in(self._edition, self._reading)

    def _judged(self, record: ScenarioRecord) -> list[Judged]:
        """What was seen of the systems under test; the parts that we play ourselves earn no verdicts."""
        return [
            classified(observation, self._edition, self._reading)
            for observation in record.observations
            if not observation.system or observation.system in self._run.systems_under_test
        ]

    # -- scenarios ---------------------------------------------------------------

    def scenario(self, record: ScenarioRecord) -> ScenarioVerdict:
        judged = tuple(self._judged(record))
        status, reason = self._scenario_status(record, [j for j in judged if not self._is_standing(j)])
        return ScenarioVerdict(record, status, reason, judged)

    def _is_standing(self, judged: Judged) -> bool:
        return judged.observation.step == "standing"

    def _scenario_status(self, record: ScenarioRecord, judged: list[Judged]) -> tuple[str, str]:
        problem = record.problem
        if problem and problem.kind == "harness":
            return v.ERROR, problem.reason
        unknown = [tag for tag in record.requirements if tag not in self._catalogue]
        if unknown:
            return v.ERROR, f"tagged with {', '.join(unknown)}, which the catalogue does not have"
        seen = {o.requirement for o in record.observations if o.step != "standing"}
        untagged = sorted(seen - set(record.requirements))
        if untagged:
            return v.ERROR, f"observed {', '.join(untagged)} without being tagged with it"
        if problem and problem.kind in ("not-applicable", "to-attest"):
            return (v.NOT_APPLICABLE if problem.kind == "not-applicable" else v.TO_ATTEST), problem.reason
        outcomes = {self._weighed(j) for j in judged}
        if v.FAIL in outcomes:
            failed = sorted({j.observation.requirement for j in judged if self._weighed(j) == v.FAIL})
            return v.FAIL, f"not met: {', '.join(failed)}"
        missing = self._unobserved(record)
        if problem or missing or v.INCONCLUSIVE in outcomes:
            reason = (
                problem.reason if problem else f"not observed: {', '.join(missing) or 'see the observations'}"
            )
            return v.INCONCLUSIVE, reason
        if v.WARN in outcomes:
            return v.WARN, "something optional is missing, or a tolerated value was seen"
        if v.PASS in outcomes or v.INFO in outcomes:
            return v.PASS, ""
        return v.NOT_APPLICABLE, "nothing that it decides applies to the systems under test"

    def _unobserved(self, record: ScenarioRecord) -> list[str]:
        """The requirements that the scenario is there to decide and saw nothing of."""
        seen = {o.requirement for o in record.observations if o.outcome != NOT_OBSERVED}
        return [
            tag
            for tag in record.requirements
            if tag not in seen and not self._not_applicable(self._catalogue[tag])
        ]

    def _weighed(self, judged: Judged) -> str:
        """The verdict that one observation alone would give its requirement."""
        requirement = self._catalogue.get(judged.observation.requirement)
        if requirement is None or self._not_applicable(requirement):
            return v.NOT_APPLICABLE
        level = self._level(requirement)
        if level == "MAY":
            return v.INFO
        return {
            NOT_MET: v.FAIL if level == "MUST" else v.WARN,
            NOT_OBSERVED: v.INCONCLUSIVE,
            TOLERATED: v.WARN,
            MET: v.PASS,
            DOES_NOT_ARISE: v.NOT_APPLICABLE,
        }[judged.outcome]

    # -- requirements ---------------------------------------------------------------

    def requirements(self, scenarios: tuple[ScenarioVerdict, ...]) -> Iterable[RequirementVerdict]:
        """A verdict for each requirement that the run is about, in the order of the catalogue."""
        by_requirement: dict[str, list[Judged]] = {}
        tagged: dict[str, list[ScenarioVerdict]] = {}
        for scenario in scenarios:
            for judged in scenario.judged:
                by_requirement.setdefault(judged.observation.requirement, []).append(judged)
            for tag in scenario.record.requirements:
                tagged.setdefault(tag, []).append(scenario)
        for requirement in self._catalogue.values():
            judged = by_requirement.get(requirement.id, [])
            about = tagged.get(requirement.id, [])
            if judged or about or not self._run.partial:
                yield self._requirement(requirement, judged, about)

    def _requirement(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> RequirementVerdict:
        verdict, blame, reason = self._verdict(requirement, judged, scenarios)
        return RequirementVerdict(
            id=requirement.id,
            level=self._level(requirement),
            role=requirement.role,
            text=requirement.text,
            verdict=verdict,
            blame=blame,
            reason=reason,
            scenarios=tuple(dict.fromkeys(s.record.id for s in scenarios)),
            observations=tuple(sorted(judged, key=_by_weight)),
        )

    def _verdict(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> tuple[str, str, str]:
        reason = self._not_applicable(requirement)
        if reason:
            return v.NOT_APPLICABLE, "", reason
        worst = {self._weighed(j) for j in judged}
        if v.FAIL in worst:
            return v.FAIL, "system", ""
        errors = [s for s in scenarios if s.status == v.ERROR]
        if errors:
            return v.ERROR, "harness", errors[0].reason
        blind = [
            s
            for s in scenarios
            if requirement.id in self._unobserved(s.record)
            and not (s.record.problem and s.record.problem.kind in ("not-applicable", "to-attest"))
        ]
        if (v.INCONCLUSIVE in worst or blind) and self._level(requirement) != "MAY":
            problem = next((s.record.problem for s in blind if s.record.problem), None)
            told = next((j.observation.actual for j in judged if j.outcome == NOT_OBSERVED), "")
            why = problem.reason if problem else told or (blind[0].reason if blind else "")
            return v.INCONCLUSIVE, "settings" if problem and problem.kind == "settings" else "system", why
        if v.WARN in worst:
            tolerated = [j for j in judged if j.outcome == TOLERATED]
            return v.WARN, "standard" if tolerated else "system", tolerated[0].note if tolerated else ""
        if v.PASS in worst:
            return v.PASS, "", ""
        if v.INFO in worst:
            return v.INFO, "", "; ".join(dict.fromkeys(j.observation.actual for j in judged))
        return self._unseen(requirement, judged, scenarios)

    def _unseen(
        self, requirement: Requirement, judged: list[Judged], scenarios: list[ScenarioVerdict]
    ) -> tuple[str, str, str]:
        """The verdict of a requirement of which nothing was seen: never PASS."""
        if judged:
            return v.NOT_APPLICABLE, "", judged[0].observation.actual
        skipped = [s.record.problem for s in scenarios if s.record.problem]
        if any(p.kind == "to-attest" for p in skipped):
            return v.TO_ATTEST, "", next(p.reason for p in skipped if p.kind == "to-attest")
        if skipped:
            return v.NOT_APPLICABLE, "", skipped[0].reason
        if self._level(requirement) == "MAY":
            return v.INFO, "", "left free by the standard"
        if requirement.how == "evidence":
            return v.TO_ATTEST, "", "needs a person's statement"
        if requirement.needs:
            return v.TO_ATTEST, "", f"this run had no means for it (needs {', '.join(requirement.needs)})"
        return v.TO_ATTEST, "", "nothing in this run decides it"


def _by_weight(judged: Judged) -> tuple[int, str, str, tuple[str, ...]]:
    seen = judged.observation
    return (_WEIGHT.index(judged.outcome), seen.scenario, seen.where, seen.exchanges)


def _run_verdict(
    run: Run, scenarios: tuple[ScenarioVerdict, ...], requirements: tuple[RequirementVerdict, ...]
) -> tuple[str, int, str]:
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
    if not scenarios:
        return v.RUN_INCONCLUSIVE, v.EXIT_SETTINGS, "no scenario was selected"
    return v.CONFORMANT, v.EXIT_CONFORMANT, ""


def with_record(run: Run, record: ScenarioRecord) -> Run:
    """The run with one more scenario."""
    return replace(run, scenarios=(*run.scenarios, record))
