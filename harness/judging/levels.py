"""The standard's own scale of cancellation (CF-59), from what was observed.

Of a provider and of a consumer: 2 = the organisation that booked can cancel later; 3 = another 111
organisation can too; 4 = any consumer organisation can. 1 = only within the consultation.
"""

from __future__ import annotations

from collections.abc import Iterable

from uec_booking.standard.roles import CONSUMER, PROVIDER

from .not_run import Unreached
from .observations import MET, Observation, Run

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


def capability_level(observations: Iterable[Observation], system: str = PROVIDER.main) -> int | None:
    """The highest level reached without a gap below it; None where nothing was observed.

    A level that was not observed does not count as a gap (a run may lack the means for it);
    one that was rejected does. That it ends with the consultation (1) is only said where more was rejected.
    """
    reached, denied = _seen(observations, system)
    ceiling = min(denied, default=5)
    level = max((level for level in reached if level < ceiling), default=None)
    return None if level == 1 and ceiling == 5 else level


def denied_level(observations: Iterable[Observation], system: str) -> int | None:
    """The lowest level at which a system rejected a cancellation and let none pass; None where there is none."""
    return min(_seen(observations, system)[1], default=None)


def _seen(observations: Iterable[Observation], system: str) -> tuple[set[int], set[int]]:
    """The levels that a system was seen to reach, and those at which it only rejected."""
    refused: set[int] = set()
    reached: set[int] = set()
    for seen in observations:
        if seen.requirement == REQUIREMENT and seen.system == system and seen.where in LEVELS:
            (reached if seen.value == CANCELLED else refused).add(LEVELS[seen.where])
    return reached, refused - reached


def consumer_level(observations: Iterable[Observation]) -> int | None:
    """The highest level that the consumer under test has shown; None where none was shown.

    A consumer that does not cancel at a level is at the one below: nobody rejects it anything.
    """
    reached = {
        LEVELS[seen.where]
        for seen in observations
        if seen.system == CONSUMER.name and seen.where in LEVELS and seen.outcome == MET
    }
    return max(reached, default=None)


def may_be_higher(run: Run, level: int | None) -> bool:
    """Whether the level is a lower bound: what decides the next one did not run, and nothing was rejected."""
    if level is None or level == max(LEVELS.values()):
        return False
    seen = (o for record in run.scenarios for o in record.observations)
    if any(o.requirement == REQUIREMENT and o.system == PROVIDER.main and o.value == REFUSED for o in seen):
        return False
    # A run that was stored before runs told what the suite holds: all that is known is that it is not whole.
    return bool(Unreached(run).of(REQUIREMENT)) if run.suite else run.partial or bool(run.broken)
