"""What Allure says beside a status. The message is alike wherever the reason is, so that categories group by it.

What is of one exchange or one run alone (ids, times, ports) stands in the trace below it, and there in full.
"""

from __future__ import annotations

from collections.abc import Sequence

from uec_booking.harness.judging.verdicts import Judged, RequirementVerdict, Verdict
from uec_booking.harness.text.alike import alike

from .allure_model import Details
from .findings import explained
from .text import one_line

#: Reasons named in a message, and findings told in full below it.
_NAMED, _TOLD = 3, 20
Found = Sequence[tuple[RequirementVerdict | None, Judged]]


def details(verdict: Verdict, reason: str, found: Found, rerun: str = "") -> Details:
    """Message, trace, and expected beside actual of what weighs most."""
    whole = [*([one_line(reason, 2_000)] if reason else []), *(explained(one, judged) for one, judged in found[:_TOLD])]
    if len(found) > _TOLD:
        whole.append(f"and {len(found) - _TOLD} more observations, in results.json")
    if rerun:
        whole.append(f"Run it again: {rerun}")
    told = Details(message=_message(verdict, reason, found), trace="\n\n".join(whole) or None)
    if found:
        judged = found[0][1]
        told.expected = one_line(judged.expected, 2_000)
        told.actual = one_line(judged.observation.actual, 2_000)
    return told


def in_a_line(requirement: RequirementVerdict | None, judged: Judged) -> str:
    """``PRV-CAN-02 (MUST): expected cancelled, actual booked (Appointment.status)``."""
    seen = judged.observation
    level = f" ({requirement.level})" if requirement else ""
    where = f" ({seen.where})" if seen.where else ""
    actual = seen.actual or "not observed"
    return one_line(f"{seen.requirement}{level}: expected {judged.expected}, actual {actual}{where}", 1_000)


def _message(verdict: Verdict, reason: str, found: Found) -> str:
    lines = list(dict.fromkeys(one_line(alike(in_a_line(one, judged)), 400) for one, judged in found))
    if reason and not lines:
        lines = [one_line(alike(reason), 600)]
    more = len(lines) - _NAMED
    lines = [*lines[:_NAMED], *([f"and {more} more"] if more > 0 else [])]
    return f"{verdict}: " + "\n".join(lines) if lines else str(verdict)
