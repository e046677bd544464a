"""What a run did not test, and why: the half of a verdict that is easily overlooked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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

#: The kinds, in the order of reports, and what each is called.
KINDS = {
    "not run": "not run",
    "not selected": "not looked at in the part of the suite that was selected",
    "inconclusive": "tried, and not observed",
    "error": "the harness broke",
    "to attest": "for a person to state, or this run lacked the means",
    "not yet decided": "not decided by this version",
    "not seen": "optional, and not seen",
    "not applicable": "not applicable",
}


@dataclass(frozen=True, slots=True)
class Untested:
    """Requirements that were not tested, for one reason."""

    kind: str
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
    groups: dict[tuple[str, str], list[str]] = {}
    for requirement in run.requirements:
        kind, reason = _why(requirement, run)
        if kind:
            groups.setdefault((kind, reason), []).append(requirement.id)
    if run.partial:
        known = {requirement.id for requirement in run.requirements}
        left_out = [name for name in catalogue.load() if name not in known]
        if left_out:
            groups["not selected", "the part that was selected is not about these"] = left_out
    found = [Untested(kind, reason, tuple(sorted(names))) for (kind, reason), names in groups.items()]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), -len(one.requirements), one.reason)))


def counts(found: Iterable[Untested]) -> dict[str, int]:
    """How many requirements there are of each kind."""
    totals: dict[str, int] = {}
    for one in found:
        totals[one.kind] = totals.get(one.kind, 0) + len(one.requirements)
    return totals


def open_points(run: JudgedRun) -> int:
    """Requirements that this run leaves open although they apply.

    Those outside the part that was selected are not among them: nobody looked whether they apply.
    """
    closed = ("not applicable", "not seen", "not selected")
    return sum(len(one.requirements) for one in untested(run) if one.kind not in closed)


def _why(requirement: RequirementVerdict, run: JudgedRun) -> tuple[str, str]:
    """Kind and reason; no kind for what was tested."""
    verdict, reason = requirement.verdict, requirement.reason
    if verdict == INCONCLUSIVE:
        failed = {one.id for one in run.requirements if one.verdict in TROUBLE}
        causes = [name for name in requirement.because if name in failed]
        return "inconclusive", f"because of {', '.join(causes)}" if causes else reason
    if verdict == NOT_RUN:
        return "not run", reason
    if verdict == ERROR:
        return "error", reason
    if verdict == NOT_APPLICABLE:
        return "not applicable", reason
    if verdict == INFO and not requirement.observations:
        return "not seen", reason
    if verdict == TO_ATTEST:
        if requirement.id in waiting.load():
            return "not yet decided", waiting.load()[requirement.id]
        if run.reason and not requirement.scenarios and _is_driven(requirement.id):
            return "not run", f"the run ended before its end: {run.reason}"
        return "to attest", reason
    return "", ""


def _is_driven(requirement: str) -> bool:
    """Whether a finished run would have tried it."""
    entry = catalogue.load().get(requirement)
    return entry is not None and entry.how != "evidence" and not entry.needs
