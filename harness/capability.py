"""The standard's own scale of cancellation (CF-59), from what was observed.

Of a provider: 2 = the organisation that booked can cancel later; 3 = another 111
organisation can too; 4 = any consumer organisation can. 1 = only within the consultation.
"""

from __future__ import annotations

from collections.abc import Iterable

from .ledger import Observation

#: The requirement under which the observations are kept, and the places that tell them apart.
REQUIREMENT = "PRV-CAN-14"
LEVELS = {
    "within the consultation": 1,
    "by the organisation that booked": 2,
    "by another 111 organisation": 3,
    "by any consumer organisation": 4,
}

CANCELLED = "cancelled"
REFUSED = "refused"


def capability_level(observations: Iterable[Observation], system: str = "provider") -> int | None:
    """The highest level reached without a gap below it; None where nothing was observed.

    A level that was not observed does not count as a gap (a run may lack the means for it);
    one that was refused does. That it ends with the consultation (1) is only said where more was refused.
    """
    refused, reached = set(), set()
    for seen in observations:
        if seen.requirement == REQUIREMENT and seen.system == system and seen.where in LEVELS:
            (reached if seen.value == CANCELLED else refused).add(LEVELS[seen.where])
    ceiling = min(refused - reached, default=5)
    level = max((level for level in reached if level < ceiling), default=None)
    return None if level == 1 and ceiling == 5 else level
