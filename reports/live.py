"""What a scenario looks like the moment it ends, for the lines of progress.

Verdicts need the whole run, so this is a foretaste: each observation on its own, under
the edition of the run. Anything that it cannot know it does not show as good.
"""

from __future__ import annotations

from uec_booking.harness.ledger import NOT_MET, NOT_OBSERVED, VALUE, Observation, ScenarioRecord
from uec_booking.harness.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    PASS,
    TO_ATTEST,
    WARN,
)
from uec_booking.standard import answers, requirements
from uec_booking.standard.requirements import MAY, MUST

_PROBLEMS = {"harness": ERROR, "not-applicable": NOT_APPLICABLE, "to-attest": TO_ATTEST}


def as_seen(record: ScenarioRecord, edition: str, reading: str) -> str:
    """The verdict that the scenario seems to get; FAIL outweighs what stopped it, as in judging."""
    seen = {
        _as_seen(observation, edition, reading)
        for observation in record.observations
        if observation.requirement in record.requirements and observation.step != "standing"
    }
    if record.problem and record.problem.kind in _PROBLEMS:
        return _PROBLEMS[record.problem.kind]
    if FAIL in seen:
        return FAIL
    if record.problem or INCONCLUSIVE in seen:
        return INCONCLUSIVE
    return WARN if WARN in seen else PASS


def _as_seen(observation: Observation, edition: str, reading: str) -> str:
    requirement = requirements.load().get(observation.requirement)
    level = requirement.level_in(edition, reading) if requirement else MUST
    if level == MAY or (requirement and not requirement.applies_in(edition)):
        return PASS
    not_met = FAIL if level == MUST else WARN
    if observation.outcome == NOT_OBSERVED:
        return INCONCLUSIVE
    if observation.outcome == NOT_MET:
        return not_met
    if observation.outcome != VALUE:
        return PASS
    situation = answers.situations().get(observation.situation)
    if situation is None:
        return not_met
    if not situation.applies_in(edition):
        return PASS
    answer = answers.classify(observation.situation, observation.value, edition, reading)
    return {answers.ValueClass.RIGHT: PASS, answers.ValueClass.TOLERATED: WARN}.get(
        answer.value_class, not_met
    )
