"""Where a scenario fell short, and at which of its exchanges, look-ups and sentences that is to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from uec_booking.harness.judging.observations import NOT_MET, NOT_OBSERVED, TOLERATED
from uec_booking.harness.judging.verdicts import INFO, NOT_APPLICABLE, Judged, RequirementVerdict, ScenarioVerdict

from ..findings import STANDING_STEP
from ..secrets import redacted_line
from . import lookups
from .told import Deviation

#: Mark and words of each outcome that is shown.
_SHOWN = {
    NOT_MET: ("✗", "not met"),
    TOLERATED: ("!", "tolerated, a warning"),
    NOT_OBSERVED: ("?", "could not be observed"),
}
#: At one exchange or sentence; all of them are with the requirements.
_MOST = 4


@dataclass(frozen=True, slots=True)
class Deviations:
    """Deviations by the exchange or the look-up that shows them, and by the sentence where there is none."""

    of_exchange: dict[str, tuple[Deviation, ...]] = field(default_factory=dict)
    of_lookup: dict[str, tuple[Deviation, ...]] = field(default_factory=dict)
    of_step: dict[str, tuple[Deviation, ...]] = field(default_factory=dict)


def deviations(scenario: ScenarioVerdict, requirements: Mapping[str, RequirementVerdict]) -> Deviations:
    """Those of a scenario: also of what is checked on every exchange, not of what does not apply or is free."""
    found = Deviations()
    known = {str(exchange["id"]) for exchange in scenario.record.exchanges}
    asked = {lookups.key(kind, seen) for kind, seen in lookups.asked(scenario.judged)}
    for judged in scenario.judged:
        seen = judged.observation
        requirement = requirements.get(seen.requirement)
        if judged.outcome not in _SHOWN or (requirement and requirement.verdict in (NOT_APPLICABLE, INFO)):
            continue
        deviation, places = _deviation(judged), [id for id in seen.exchanges if id in known]
        if kind := lookups.kind_of(seen):
            # Its exchanges are all requests of the call, and none of them shows it.
            if (key := lookups.key(kind, seen)) in asked:
                _add(found.of_lookup, key, deviation)
                continue
            places = []
        if not places:
            _add(found.of_step, seen.step, deviation)
        # What is checked on every exchange is wrong at each of these. What compares two answers names the later one
        # last: it is the one that differs.
        for id in places if seen.step == STANDING_STEP else places[-1:]:
            _add(found.of_exchange, id, deviation)
    return found


def _add(shelf: dict[str, tuple[Deviation, ...]], key: str, deviation: Deviation) -> None:
    there = shelf.get(key, ())
    if deviation not in there and len(there) < _MOST:
        shelf[key] = (*there, deviation)


def _deviation(judged: Judged) -> Deviation:
    symbol, outcome = _SHOWN[judged.outcome]
    seen = judged.observation
    if seen.step == STANDING_STEP:
        # So a scenario may be PASS, and an exchange in it not be right.
        outcome += " (checked on every exchange, not by this scenario)"
    expected = redacted_line(judged.expected, 160) if judged.outcome != NOT_OBSERVED else ""
    return Deviation(symbol, outcome, seen.requirement, expected, redacted_line(seen.actual, 160))
