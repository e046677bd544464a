"""The terms of one judging: what applies to the systems under test, how strongly, what one observation says.

Whatever a run saw is weighed here, one observation at a time; ``judging`` puts the pieces together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from uec_booking.standard import answers
from uec_booking.standard.levels import MAY, MUST, Level
from uec_booking.standard.requirements import How, Requirement
from uec_booking.standard.roles import ROLES

from . import verdicts as v
from .observations import (
    DOES_NOT_ARISE,
    MET,
    NOT_MET,
    NOT_OBSERVED,
    STANDING,
    TOLERATED,
    VALUE,
    Observation,
    ProblemKind,
    Run,
    ScenarioRecord,
)
from .verdicts import Judged

Catalogue = Mapping[str, Requirement]

_OUTCOMES = {
    answers.ValueClass.RIGHT: MET,
    answers.ValueClass.TOLERATED: TOLERATED,
    answers.ValueClass.WRONG: NOT_MET,
}


def classified(observation: Observation, edition: str, reading: str) -> Judged:
    """The observation with its outcome under an edition: a value is looked up in the table of answers."""
    if observation.outcome != VALUE:
        return Judged(observation, observation.outcome, observation.expected, because=observation.because)
    situation = answers.situations().get(observation.situation)
    if situation is None:
        return Judged(observation, NOT_OBSERVED, f"a situation of the table, not {observation.situation!r}")
    if not situation.applies_in(edition):
        return Judged(observation, DOES_NOT_ARISE, f"edition {edition} says nothing of it")
    answer = answers.classify(observation.situation, observation.value, edition, reading)
    return Judged(observation, _OUTCOMES[answer.value_class], answer.expected, answer.conflict, answer.source_note)


@dataclass(frozen=True)
class Terms:
    """A run, and the edition and reading that it is judged by."""

    run: Run
    catalogue: Catalogue
    edition: str
    reading: str

    def level(self, requirement: Requirement) -> Level:
        return requirement.level_in(self.edition, self.reading)

    def not_applicable(self, requirement: Requirement) -> str:
        """Why this run cannot judge the requirement, or empty when it can."""
        roles = {ROLES[name] for name in self.run.systems_under_test.values()}
        if requirement.merged_into:
            return f"merged into {requirement.merged_into}"
        if requirement.draft:
            return "a draft of the standard, off by default"
        if requirement.is_national:
            return "binds a national system, not a system under test"
        if not requirement.applies_in(self.edition):
            return f"edition {self.edition} does not have it (it holds in {requirement.editions})"
        if requirement.bound is not None and requirement.bound not in roles:
            return f"no {requirement.bound.name} is under test"
        if self._unclaimed(requirement) and not self.demanded_though_unclaimed(requirement):
            return f"the capability {requirement.optional!r} is not claimed"
        return ""

    def demanded_though_unclaimed(self, requirement: Requirement) -> bool:
        """Whether the reading makes a MUST of a capability that is not claimed (CF-21: XML under tkw)."""
        raised = requirement.levels.get(self.reading) == MUST != requirement.level
        return self._unclaimed(requirement) and raised

    def _unclaimed(self, requirement: Requirement) -> bool:
        return bool(requirement.optional) and requirement.optional not in self.run.claims

    def earns_verdicts(self, observation: Observation) -> bool:
        """Whether it was seen of a system under test, of the role that the requirement binds.

        The parts that we play ourselves earn none; nor does a registry for what binds providers.
        """
        if not observation.system:
            return True
        role = self.run.systems_under_test.get(observation.system)
        requirement = self.catalogue.get(observation.requirement)
        return role is not None and (requirement is None or ROLES[role].is_bound_by(requirement.role))

    def sides_unseen(self, requirement: Requirement, judged: Iterable[Judged]) -> list[str]:
        """The roles under test of which nothing was seen to meet what binds both sides and needs a statement (SEC-36).

        What a run can see of one side says nothing of the other, whose statement is still due.
        """
        if requirement.how != How.EVIDENCE or requirement.bound is not None:
            return []
        under_test = self.run.systems_under_test
        met = {under_test.get(j.observation.system) for j in judged if j.outcome == MET}
        return sorted({role for role in under_test.values() if ROLES[role].exchanges_bookings} - met)

    def judged(self, record: ScenarioRecord) -> list[Judged]:
        """What the scenario saw of the systems under test."""
        return [
            classified(observation, self.edition, self.reading)
            for observation in (*record.observations, *self._unable(record))
            if self.earns_verdicts(observation)
        ]

    def _unable(self, record: ScenarioRecord) -> Iterator[Observation]:
        """Where a system says that it cannot do what it was asked: the first requirement that demands it is not met."""
        if record.problem is None or record.problem.kind != ProblemKind.UNSUPPORTED:
            return
        first = ""
        for tag in sorted(record.requirements):
            requirement = self.catalogue.get(tag)
            if requirement is None or not requirement.ability or self.not_applicable(requirement):
                continue
            expected = "the system can do what it is asked"
            outcome = NOT_OBSERVED if first else NOT_MET
            yield Observation(tag, outcome, expected, record.problem.reason, scenario=record.id, because=first)
            first = first or tag

    def weighed(self, judged: Judged) -> v.Verdict:
        """The verdict that one observation alone would give its requirement."""
        requirement = self.catalogue.get(judged.observation.requirement)
        if requirement is None or self.not_applicable(requirement):
            return v.NOT_APPLICABLE
        level = self.level(requirement)
        if level == MAY:
            return v.INFO
        return {
            NOT_MET: v.FAIL if level == MUST else v.WARN,
            NOT_OBSERVED: v.INCONCLUSIVE,
            TOLERATED: v.WARN,
            MET: v.PASS,
            DOES_NOT_ARISE: v.NOT_APPLICABLE,
        }[judged.outcome]

    def unobserved(self, record: ScenarioRecord) -> list[str]:
        """The requirements that the scenario is there to decide and saw nothing of by steps of its own."""
        own = [o for o in record.observations if o.step != STANDING]
        seen = {o.requirement for o in own if o.outcome != NOT_OBSERVED}
        return [
            tag
            for tag in sorted(record.requirements)
            if tag not in seen and tag in self.catalogue and not self.not_applicable(self.catalogue[tag])
        ]
