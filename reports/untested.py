"""What a run did not test, and why: the half of a verdict that is easily overlooked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from uec_booking.harness.judging.verdicts import (
    ERROR,
    INCONCLUSIVE,
    INFO,
    NOT_APPLICABLE,
    NOT_RUN,
    TO_ATTEST,
    JudgedRun,
    RequirementVerdict,
)
from uec_booking.standard import requirements as catalogue
from uec_booking.standard import waiting

from .findings import TROUBLE


class Kind(StrEnum):
    """Why requirements were not tested, in the order of reports."""

    NOT_RUN = "not run"
    NOT_SELECTED = "not selected"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"
    TO_ATTEST = "to attest"
    NOT_YET_DECIDED = "not yet decided"
    NOT_SEEN = "not seen"
    NOT_APPLICABLE = "not applicable"


#: What each kind is called.
KINDS: Mapping[Kind, str] = {
    Kind.NOT_RUN: "not run",
    Kind.NOT_SELECTED: "not looked at in the part of the suite that was selected",
    Kind.INCONCLUSIVE: "tried, and not observed",
    Kind.ERROR: "the harness broke",
    Kind.TO_ATTEST: "for a person to state, or this run lacked the means",
    Kind.NOT_YET_DECIDED: "not decided by this version",
    Kind.NOT_SEEN: "optional, and not seen",
    Kind.NOT_APPLICABLE: "not applicable",
}


@dataclass(frozen=True, slots=True)
class Untested:
    """Requirements that were not tested, for one reason."""

    kind: Kind
    reason: str
    requirements: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "reason": self.reason,
            "count": len(self.requirements),
            "requirements": list(self.requirements),
        }


def untested(run: JudgedRun) -> tuple[Untested, ...]:
    """All that was not tested, by kind and reason, the largest groups of a kind first."""
    groups: dict[tuple[Kind, str], list[str]] = {}
    for requirement in run.requirements:
        kind, reason = _why(requirement, run)
        if kind:
            groups.setdefault((kind, reason), []).append(requirement.id)
    if run.partial:
        known = {requirement.id for requirement in run.requirements}
        left_out = [name for name in catalogue.load() if name not in known]
        if left_out:
            groups[Kind.NOT_SELECTED, "the part that was selected is not about these"] = left_out
    found = [Untested(kind, reason, tuple(sorted(names))) for (kind, reason), names in groups.items()]
    order = list(Kind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), -len(one.requirements), one.reason)))


def counts(found: Iterable[Untested]) -> dict[Kind, int]:
    """How many requirements there are of each kind."""
    totals: dict[Kind, int] = {}
    for one in found:
        totals[one.kind] = totals.get(one.kind, 0) + len(one.requirements)
    return totals


def open_points(run: JudgedRun) -> int:
    """Requirements that this run leaves open although they apply.

    Those outside the part that was selected are not among them: nobody looked whether they apply.
    """
    closed = (Kind.NOT_APPLICABLE, Kind.NOT_SEEN, Kind.NOT_SELECTED)
    return sum(len(one.requirements) for one in untested(run) if one.kind not in closed)


def _why(requirement: RequirementVerdict, run: JudgedRun) -> tuple[Kind | None, str]:
    """Kind and reason; no kind for what was tested."""
    verdict, reason = requirement.verdict, requirement.reason
    if verdict == INCONCLUSIVE:
        failed = {one.id for one in run.requirements if one.verdict in TROUBLE}
        causes = [name for name in requirement.because if name in failed]
        return Kind.INCONCLUSIVE, f"because of {', '.join(causes)}" if causes else reason
    if verdict == NOT_RUN:
        # How many did not run differs from one to the next, and is no reason.
        _, said, why = reason.partition(" did not run")
        return Kind.NOT_RUN, f"scenarios that decide it did not run{why}" if said else reason
    if verdict == ERROR:
        return Kind.ERROR, reason
    if verdict == NOT_APPLICABLE:
        return Kind.NOT_APPLICABLE, reason
    if verdict == INFO and not requirement.observations:
        return Kind.NOT_SEEN, reason
    if verdict == TO_ATTEST:
        if requirement.id in waiting.load():
            return Kind.NOT_YET_DECIDED, waiting.load()[requirement.id]
        if run.reason and not requirement.scenarios and _is_driven(requirement.id):
            return Kind.NOT_RUN, f"the run ended before its end: {run.reason}"
        return Kind.TO_ATTEST, reason
    return None, ""


def _is_driven(requirement: str) -> bool:
    """Whether a finished run would have tried it."""
    entry = catalogue.load().get(requirement)
    return entry is not None and entry.how != catalogue.How.EVIDENCE and not entry.needs
