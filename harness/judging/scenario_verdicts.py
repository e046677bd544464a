"""What a scenario came to: by what its steps observed, and by what stood in its way."""

from __future__ import annotations

from uec_booking.standard import answers

from . import verdicts as v
from .applicability import Catalogue, Terms
from .observations import STANDING, VALUE, ProblemKind, ScenarioRecord
from .verdicts import Judged, ScenarioVerdict

#: Problems of a scenario that was not asked of these systems at all.
NOT_ASKED = {
    ProblemKind.NOT_APPLICABLE: v.NOT_APPLICABLE,
    ProblemKind.UNSUPPORTED: v.NOT_APPLICABLE,
    ProblemKind.TO_ATTEST: v.TO_ATTEST,
}


def scenario_verdict(terms: Terms, record: ScenarioRecord, judged: tuple[Judged, ...]) -> ScenarioVerdict:
    """What a scenario came to, by what its steps observed; what was seen on every exchange does not colour it."""
    status, reason = _status(terms, record, [j for j in judged if j.observation.step != STANDING])
    return ScenarioVerdict(record, status, reason, judged)


def _status(terms: Terms, record: ScenarioRecord, judged: list[Judged]) -> tuple[v.Verdict, str]:
    fault = _fault_of_ours(terms.catalogue, record)
    if fault:
        return v.ERROR, fault
    weighed = [(terms.weighed(j), j) for j in judged]
    outcomes = {verdict for verdict, _ in weighed}
    if v.FAIL in outcomes:
        failed = sorted({j.observation.requirement for verdict, j in weighed if verdict == v.FAIL})
        return v.FAIL, f"not met: {', '.join(failed)}"
    problem = record.problem
    if problem and problem.kind in NOT_ASKED:
        return NOT_ASKED[problem.kind], problem.reason
    missing = terms.unobserved(record)
    if problem or missing or v.INCONCLUSIVE in outcomes:
        if problem:
            return v.INCONCLUSIVE, problem.reason
        return v.INCONCLUSIVE, f"not observed: {', '.join(missing) or 'see the observations'}"
    if v.WARN in outcomes:
        return v.WARN, "something optional is missing, or a tolerated value was seen"
    if v.PASS in outcomes or v.INFO in outcomes:
        return v.PASS, ""
    return v.NOT_APPLICABLE, "nothing that it decides applies to the systems under test"


def _fault_of_ours(catalogue: Catalogue, record: ScenarioRecord) -> str:
    """What is wrong with the scenario itself, which is never blamed on a system; empty if nothing is."""
    if record.problem and record.problem.kind == ProblemKind.HARNESS:
        return record.problem.reason
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
    seen = {o.requirement for o in record.observations if o.needs_tag}
    untagged = sorted(seen - set(record.requirements))
    if untagged:
        return f"observed {', '.join(untagged)} without being tagged with it"
    return ""
