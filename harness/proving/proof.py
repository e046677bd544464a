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

from ..judging import verdicts as v
from .clean import Clean
from .job import Outcome

SCHEMA_VERSION = "1.2"


@dataclass(frozen=True)
class DefectResult:
    """``verdict`` is that of the named requirement; empty where nothing was said of it.

    ``others`` counts the verdicts besides its own that turned to FAIL or WARN, over the whole suite; None where the
    run ended as soon as its own had turned. ``part`` is what has the defect: a provider, a registry, a consumer ….
    """

    name: str
    requirement: str
    verdict: str
    reached: bool
    killed: bool
    localised: bool
    also_failed: tuple[str, ...]
    others: int | None = None
    part: str = ""


@dataclass(frozen=True)
class VariantResult:
    """``false_alarms``: the requirements that turned FAIL, or were in ERROR, on a conformant system."""

    name: str
    false_alarms: tuple[str, ...]
    part: str = ""


@dataclass(frozen=True)
class Controls:
    """``clean_failed``: what failed without any fault; ``canary``: a fault that must be killed, and whether."""

    clean_failed: tuple[str, ...]
    canary: str
    canary_killed: bool

    @property
    def good(self) -> bool:
        return not self.clean_failed and (self.canary_killed or not self.canary)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "clean_failed": list(self.clean_failed)}


#: Where no such system was tested.
NO_CONTROLS = Controls((), "", canary_killed=False)


@dataclass(frozen=True)
class Repeatability:
    """``flips``: the requirements and scenarios of the clean system not judged alike in all ``runs``."""

    runs: int
    flips: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Proof:
    """The whole of it. ``troubles`` names the runs that could not be finished, and why.

    ``controls`` are those of providers and registry, ``consumer_controls`` those of consumers.
    """

    defects: tuple[DefectResult, ...]
    variants: tuple[VariantResult, ...]
    repeatability: Repeatability
    controls: Controls
    troubles: Mapping[str, str]
    consumer_controls: Controls = NO_CONTROLS

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
                **self.controls.to_json(),
                "consumers": self.consumer_controls.to_json(),
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


def wanted(requirement: str, earns: str = "") -> str:
    """The verdict that a defect of this requirement must have: the one it ``earns``, or WARN for a SHOULD."""
    if earns:
        return earns
    entry = requirements.load().get(requirement)
    return v.WARN if entry is not None and entry.level == SHOULD else v.FAIL


def defect_result(
    fault: Mapping[str, Any], run: Outcome, clean: Clean, *, earns: str = "", whole: bool = False
) -> DefectResult:
    """What the run against a defect shows; ``whole`` if it was one of the whole suite."""
    requirement = str(fault["requirement"])
    verdict = run.verdicts.get(requirement, "")
    failed = {each for each, said in run.verdicts.items() if said == v.FAIL} - set(clean.failed)
    turned = verdict == wanted(requirement, earns) and requirement not in {*clean.failed, *clean.warned}
    turned = turned or requirement in failed
    reached = run.used > 0 and (turned or bool(failed) or clean.differs(run))
    warned = {each for each, said in run.verdicts.items() if said == v.WARN} - {*clean.warned, *clean.failed}
    return DefectResult(
        name=fault["name"],
        requirement=requirement,
        verdict=verdict,
        reached=reached,
        killed=reached and (turned or bool(failed)),
        localised=reached and turned,
        also_failed=tuple(sorted(failed - {requirement})),
        others=len((failed | warned) - {requirement}) if whole else None,
        part=fault["part"],
    )


def variant_result(fault: Mapping[str, Any], run: Outcome, clean: Clean) -> VariantResult:
    """What a conformant system was accused of; a run that could not be finished counts as accused."""
    accused = {each for each, said in run.verdicts.items() if said in (v.FAIL, v.ERROR)} - set(clean.failed)
    alarms = tuple(sorted(accused)) or (("unfinished",) if run.trouble else ())
    return VariantResult(fault["name"], alarms, fault["part"])
