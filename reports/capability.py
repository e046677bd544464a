"""What the systems under test can do: each level of the standard's scale of cancellation, and each optional capability.

For each it is told what it asks, whether it was reached, and which exchange or requirements decided it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uec_booking.harness.judging.levels import CANCELLED, LEVELS, REQUIREMENT
from uec_booking.harness.judging.observations import MET
from uec_booking.harness.judging.verdicts import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    VERDICTS,
    WARN,
    Judged,
    JudgedRun,
    RequirementVerdict,
)
from uec_booking.standard import requirements as catalogue
from uec_booking.standard.roles import CONSUMER, PROVIDER

from .page_exchanges import Exchanges, Link
from .text import one_line
from .words import CAPABILITY_LEVELS

#: What a capability is that a system need not have; nothing of it is judged unless the settings claim it.
OPTIONAL: Mapping[str, str] = {
    "registry": "appointments are entered in the appointment registry, kept up to date there, and found by it",
    "appointment-search": "a patient's appointments are searched for at the provider",
    "xml": "resources are exchanged as XML beside JSON",
    "paging": "long results are handed out page by page",
}
#: Requirements of one capability that are named; the others are counted.
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Reached:
    """What one system showed at one level: the requirement that decided it, and the exchange that shows it."""

    symbol: str
    words: str
    decided_by: str
    exchange: Link | None


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the scale, with a cell for each system under test that has one."""

    number: int
    asks: str
    cells: list[Reached]


@dataclass(frozen=True, slots=True)
class Optional:
    """A capability that need not be there: whether it is claimed, what came of it, and the requirements to look at."""

    name: str
    asks: str
    claimed: bool
    result: str
    requirements: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class Capability:
    """``systems`` names the columns of ``levels``."""

    systems: list[str]
    levels: list[Level]
    optional: list[Optional]


def capability(run: JudgedRun, exchanges: Exchanges) -> Capability:
    """What there is to say of the systems under test."""
    tested = run.system.get("under_test", {})
    keys = [key for key, role in tested.items() if role in (PROVIDER.name, CONSUMER.name)]
    names = {one.key: one.name for one in run.identity.systems}
    seen = list(_told(run))
    levels = [
        Level(number, CAPABILITY_LEVELS[number], [_reached(seen, key, where, exchanges) for key in keys])
        for where, number in LEVELS.items()
    ]
    return Capability([one_line(names.get(key, key), 60) for key in keys], levels if keys else [], _optional(run))


def _told(run: JudgedRun) -> Iterator[Judged]:
    """The observations that bear on a level; of a consumer they are kept under what it shows."""
    for requirement in run.requirements:
        for judged in requirement.observations:
            seen = judged.observation
            if seen.where in LEVELS and (requirement.id == REQUIREMENT or seen.system == CONSUMER.name):
                yield judged


def _reached(told: list[Judged], system: str, where: str, exchanges: Exchanges) -> Reached:
    """The best that was seen: what a provider let one organisation do, it can do."""
    mine = [judged for judged in told if judged.observation.system == system and judged.observation.where == where]
    done = [judged for judged in mine if _shows(judged)]
    if not mine:
        return Reached("–", "not observed in this run", "" if system == CONSUMER.name else REQUIREMENT, None)
    judged = (done or mine)[0]
    links = exchanges.links([(judged.observation.scenario, id) for id in judged.observation.exchanges[-1:]], 1)
    words = "reached" if done else f"not reached: {one_line(judged.observation.actual.partition(': ')[2], 80)}"
    return Reached("✓" if done else "✗", words, judged.observation.requirement, next(iter(links), None))


def _shows(judged: Judged) -> bool:
    seen = judged.observation
    return seen.outcome == MET if seen.system == CONSUMER.name else seen.value == CANCELLED


def _optional(run: JudgedRun) -> list[Optional]:
    entries = catalogue.load()
    groups: dict[str, list[RequirementVerdict]] = {}
    for one in run.requirements:
        entry = entries.get(one.id)
        if entry and entry.optional and not entry.merged_into:
            groups.setdefault(entry.optional, []).append(one)
    return [_one(run, name, groups[name]) for name in OPTIONAL if name in groups]


def _one(run: JudgedRun, name: str, members: list[RequirementVerdict]) -> Optional:
    claimed = name in run.identity.claims
    counts = Counter(one.verdict for one in members)
    result = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    # What failed decides; where nothing did, what passed only with a warning or was not seen, then what passed.
    by_verdict = [[one.id for one in members if one.verdict == verdict] for verdict in (FAIL, INCONCLUSIVE, WARN, PASS)]
    shown = next(filter(None, by_verdict), [])
    return Optional(
        name=name.replace("-", " "),
        asks=OPTIONAL[name],
        claimed=claimed,
        result=result if claimed else "not claimed, so nothing of it is judged",
        requirements=shown[:_NAMED],
        more=len(shown[_NAMED:]),
    )
