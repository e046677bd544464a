"""What went wrong, causes first: what only could not be seen because of another fault hangs below that fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from uec_booking.harness.judging.verdicts import FAIL, JudgedRun, RequirementVerdict
from uec_booking.standard.levels import LEVELS

from .findings import STANDING_STEP, TROUBLE, shortfalls


@dataclass(frozen=True, slots=True)
class Alike:
    """Requirements that have the same verdict for the same reason."""

    verdict: str
    reason: str
    requirements: tuple[RequirementVerdict, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to put right: one requirement, or several with one reason.

    ``below`` is what could not be seen because of it.
    """

    requirements: tuple[RequirementVerdict, ...]
    below: tuple[Alike, ...] = ()

    @property
    def first(self) -> RequirementVerdict:
        return self.requirements[0]

    @property
    def hidden(self) -> int:
        """How many requirements could not be seen because of it."""
        return sum(len(alike.requirements) for alike in self.below)


def troubles(run: JudgedRun) -> tuple[Trouble, ...]:
    """All that failed, broke or stayed open, each once, the weightiest first.

    Weight is the verdict, then the level, then how much it kept from being seen, then whether a scenario looked
    for it (what was only seen on the way comes after), then in how many scenarios it was seen.
    """
    troubled = {one.id: one for one in run.requirements if one.verdict in TROUBLE}
    roots: dict[str, list[RequirementVerdict]] = {}
    alone: list[RequirementVerdict] = []
    for one in troubled.values():
        cause = _cause(one, troubled)
        if cause:
            roots.setdefault(cause, []).append(one)
        else:
            alone.append(one)
    made = [Trouble((one,), _alike(roots.get(one.id, []))) for one in alone if one.verdict == FAIL or one.id in roots]
    rest = [one for one in alone if one.verdict != FAIL and one.id not in roots]
    made += [Trouble(group.requirements) for group in _alike(rest)]
    return tuple(sorted(made, key=_weight))


def _cause(one: RequirementVerdict, troubled: Mapping[str, RequirementVerdict]) -> str:
    """What ``one`` hangs below: the first cause of its causes, or nothing. What failed itself hangs below nothing."""
    seen = {one.id}
    found = ""
    while one.verdict != FAIL:
        named = [name for name in one.because if name in troubled]
        fresh = [name for name in named if name not in seen]
        if named and not fresh:
            return ""  # they name each other: none of them is the cause
        if not named:
            break
        found = min(fresh, key=lambda name: (TROUBLE.index(troubled[name].verdict), name))
        seen.add(found)
        one = troubled[found]
    return found


def _alike(requirements: Iterable[RequirementVerdict]) -> tuple[Alike, ...]:
    """Those of one level with one reason together, the largest group first; one without a reason stays alone."""
    groups: dict[tuple[str, str, str], list[RequirementVerdict]] = {}
    for one in requirements:
        groups.setdefault((one.verdict, one.level, one.reason or one.id), []).append(one)
    found = [Alike(verdict, members[0].reason, tuple(members)) for (verdict, *_), members in groups.items()]
    return tuple(sorted(found, key=lambda alike: (TROUBLE.index(alike.verdict), -len(alike.requirements))))


def _weight(trouble: Trouble) -> tuple[int, ...]:
    one = trouble.first
    short = shortfalls(one)
    looked_for = any(judged.observation.step != STANDING_STEP for judged in short)
    return (
        TROUBLE.index(one.verdict),
        -max(LEVELS.index(each.level) for each in trouble.requirements),
        -trouble.hidden,
        -len(trouble.requirements),
        0 if looked_for else 1,
        -len({judged.observation.scenario for judged in short}),
    )
