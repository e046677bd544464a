"""What the runs prove: which defects were reached, killed and localised, and which good systems were accused.

``killed``: some requirement turned FAIL that holds on the clean system (or, for a SHOULD, the named
one turned WARN). ``localised``: the named one did. ``reached``: the fault had its way in the world, and the
recorded traffic differs from the clean system's, in its shape or in what was judged of it; a fault that was
not reached is never killed.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from uec_booking.standard import requirements
from uec_booking.standard.levels import SHOULD

from ..catalogue.traceability import tags_of_features
from ..judging import verdicts as v
from .worker import Outcome

SCHEMA_VERSION = "1.1"


@dataclass(frozen=True)
class DefectResult:
    """``verdict`` is that of the named requirement; empty where nothing was said of it.

    ``others`` counts the verdicts besides its own that turned to FAIL or WARN, over the whole suite; None where the
    run ended as soon as its own had turned.
    """

    name: str
    requirement: str
    verdict: str
    reached: bool
    killed: bool
    localised: bool
    also_failed: tuple[str, ...]
    others: int | None = None


@dataclass(frozen=True)
class VariantResult:
    """``false_alarms``: the requirements that turned FAIL, or were in ERROR, on a conformant system."""

    name: str
    false_alarms: tuple[str, ...]


@dataclass(frozen=True)
class Controls:
    """``clean_failed``: what failed without any fault; ``canary``: a fault that must be killed, and whether."""

    clean_failed: tuple[str, ...]
    canary: str
    canary_killed: bool

    @property
    def good(self) -> bool:
        return not self.clean_failed and (self.canary_killed or not self.canary)


@dataclass(frozen=True)
class Repeatability:
    """``flips``: the requirements and scenarios of the clean system not judged alike in all ``runs``."""

    runs: int
    flips: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Proof:
    """The whole of it. ``troubles`` names the runs that could not be finished, and why."""

    defects: tuple[DefectResult, ...]
    variants: tuple[VariantResult, ...]
    repeatability: Repeatability
    controls: Controls
    troubles: Mapping[str, str]

    def document(self) -> dict[str, Any]:
        """``proof.json``. Rates are from 0 to 1, and null where there is nothing to count."""
        killed = [d for d in self.defects if d.killed]
        return {
            "schema_version": SCHEMA_VERSION,
            "defects": [{**asdict(d), "also_failed": list(d.also_failed)} for d in self.defects],
            "variants": [{**asdict(one), "false_alarms": list(one.false_alarms)} for one in self.variants],
            "sensitivity": _rate(len(killed), len(self.defects)),
            "localisation": _rate(sum(d.localised for d in killed), len(killed)),
            "specificity": _rate(sum(not one.false_alarms for one in self.variants), len(self.variants)),
            "bounds": self._bounds(killed),
            "causes": self._causes(),
            "repeatability": asdict(self.repeatability),
            "controls": {
                **asdict(self.controls),
                "clean_failed": list(self.controls.clean_failed),
                "troubles": dict(self.troubles),
            },
        }

    def _bounds(self, killed: Sequence[DefectResult]) -> dict[str, list[float] | None]:
        return {
            "sensitivity": bounds(len(killed), len(self.defects)),
            "localisation": bounds(sum(d.localised for d in killed), len(killed)),
            "specificity": bounds(sum(not one.false_alarms for one in self.variants), len(self.variants)),
        }

    def _causes(self) -> dict[str, float | int | None]:
        """How many verdicts besides its own a fault turns, over the faults that the whole suite was run against."""
        others = [d.others for d in self.defects if d.others is not None]
        return {
            "runs": len(others),
            "median": statistics.median(others) if others else None,
            "most": max(others) if others else None,
        }

    def text(self) -> str:
        """The document, a line for each system, so that two proofs can be compared line by line."""
        parts = []
        for key, value in self.document().items():
            if isinstance(value, list) and value:
                lines = ",\n  ".join(json.dumps(entry) for entry in value)
                parts.append(f" {json.dumps(key)}: [\n  {lines}\n ]")
            else:
                parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
        return "{\n" + ",\n".join(parts) + "\n}\n"


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def bounds(part: int, whole: int) -> list[float] | None:
    """The 95 % bounds of a rate by Wilson's score interval, from 0 to 1; None where there is nothing to count."""
    if not whole:
        return None
    z = 1.959964
    rate = part / whole
    middle = (rate + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


class Clean:
    """The clean system, from the runs made of it: what it must not be accused of, and how its traffic looks."""

    def __init__(self, runs: Sequence[Outcome]) -> None:
        self._runs = runs
        self._orders: dict[str, tuple[str, ...]] = {}
        self.warned = {name for run in runs for name, verdict in run.verdicts.items() if verdict == v.WARN}
        self.failed = tuple(
            sorted(
                {
                    name
                    for run in runs
                    for name, verdict in run.verdicts.items()
                    if verdict in (v.FAIL, v.ERROR, v.INCONCLUSIVE)
                }
            )
        )

    def scenarios_for(self, requirement: str) -> tuple[str, ...]:
        """The scenarios that saw something of a requirement: those about it, then those that met it by the way.

        Among them those first that show most other traffic a second, so that whatever is done otherwise is met early.
        """
        if requirement not in self._orders:
            run = self._runs[0]
            about = set(tags_of_features().get(requirement, ()))
            # What is about it counts though the clean system gave it nothing to see: some can only be refuted.
            met_by = [name for name, seen in run.decided.items() if requirement in seen or name in about]
            left = {name: set(run.shapes[name]) for name in met_by}
            order: list[str] = []
            while left:
                best = max(
                    left,
                    key=lambda name: (name in about, (len(left[name]) + 0.01) / (run.seconds_of[name] + 0.05), name),
                )
                order.append(best)
                met = left.pop(best)
                left = {name: shapes - met for name, shapes in left.items()}
            self._orders[requirement] = tuple(order)
        return self._orders[requirement]

    def differs(self, run: Outcome) -> bool:
        """Whether the traffic of a run shows something that no clean run has, or lacks what all of them have."""
        for scenario, took in run.course.items():
            usual = {one.course[scenario] for one in self._runs if scenario in one.course}
            if len(usual) == 1 and took not in usual:
                return True
        for scenario, seen in run.shapes.items():
            clean: list[set[object]] = [set(one.shapes[scenario]) for one in self._runs if scenario in one.shapes]
            if clean and (set(seen) - set.union(*clean) or set.intersection(*clean) - set(seen)):
                return True
        return False


def wanted(requirement: str, earns: str = "") -> str:
    """The verdict that a defect of this requirement must have: the one it ``earns``, or WARN for a SHOULD."""
    if earns:
        return earns
    entry = requirements.load().get(requirement)
    return v.WARN if entry is not None and entry.level == SHOULD else v.FAIL


def defect_result(
    name: str, requirement: str, run: Outcome, clean: Clean, *, earns: str = "", whole: bool = False
) -> DefectResult:
    """What the run against a defect shows; ``whole`` if it was one of the whole suite."""
    verdict = run.verdicts.get(requirement, "")
    failed = {each for each, said in run.verdicts.items() if said == v.FAIL} - set(clean.failed)
    turned = verdict == wanted(requirement, earns) and requirement not in {*clean.failed, *clean.warned}
    turned = turned or requirement in failed
    reached = run.used > 0 and (turned or bool(failed) or clean.differs(run))
    warned = {each for each, said in run.verdicts.items() if said == v.WARN} - {*clean.warned, *clean.failed}
    return DefectResult(
        name=name,
        requirement=requirement,
        verdict=verdict,
        reached=reached,
        killed=reached and (turned or bool(failed)),
        localised=reached and turned,
        also_failed=tuple(sorted(failed - {requirement})),
        others=len((failed | warned) - {requirement}) if whole else None,
    )


def variant_result(name: str, run: Outcome, clean: Clean) -> VariantResult:
    """What a conformant system was accused of; a run that could not be finished counts as accused."""
    accused = {each for each, said in run.verdicts.items() if said in (v.FAIL, v.ERROR)} - set(clean.failed)
    return VariantResult(name, tuple(sorted(accused)) or (("unfinished",) if run.trouble else ()))
