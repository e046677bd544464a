"""Whether random sequences accuse a good system: all that the simulator can be, each explored from several seeds.

    python bench/good_systems.py [--seeds N ...] [--sequences N] [--only NAME ...] [--out FILE]

The systems are the clean one and all conformant variations of providers and registries, alone and many at once. Each
seed sends so many sequences: two seeds in three what they draw, behind the simplest, which are the same for all, and
the third of them near misses, in an order of its own. What is in FILE already is not run again. An accusation is
printed with its steps.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from uec_booking.harness.exploring.attempt import Attempts, Outcome
from uec_booking.harness.exploring.exploration import sequences_of
from uec_booking.harness.exploring.sequences import Plan
from uec_booking.harness.proving.job import Job
from uec_booking.harness.proving.proof import bounds
from uec_booking.harness.proving.worker import LIMITS, Faults
from uec_booking.harness.running.local_simulator import bundled_world, known_faults
from uec_booking.harness.settings.model import Settings

#: The system without any variation, and the parts that can be explored.
CLEAN: dict[str, Any] = {"name": "clean", "part": "provider"}
PARTS = ("provider", "registry")
#: Sequences that each seed leaves out, as they are the simplest; different slots that a system may need.
BEHIND, SLOTS = 4, 400


def systems() -> list[dict[str, Any]]:
    """The good systems: those with one variation before those with many."""
    good = [one for one in known_faults() if one["kind"] == "variant" and one["part"] in PARTS]
    return [CLEAN, *sorted(good, key=lambda one: bool(one.get("made_of")))]


def explored(
    settings: Settings, system: dict[str, Any], seed: int, plans: Sequence[Plan], folder: Path
) -> dict[str, Any]:
    """What came of the sequences of a seed. Each that fails is an accusation."""
    started = time.monotonic()
    attempts = Attempts(settings, system["part"], folder, SLOTS)
    outcomes = [attempts.attempt(plan, frozenset()) for plan in plans]
    return {
        "name": system["name"],
        "part": system["part"],
        "seed": seed,
        "seconds": round(time.monotonic() - started, 1),
        "sequences": len(outcomes),
        "requests": attempts.requests,
        "cut_short": dict(attempts.cut_short),
        "accusations": [_told(one) for one in outcomes if one.failure],
    }


def _told(outcome: Outcome) -> dict[str, Any]:
    assert outcome.failure is not None
    return {
        "requirement": outcome.requirement,
        "expected": outcome.failure.expected,
        "actual": outcome.failure.observation.actual,
        "steps": [step.words for step in outcome.done],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--sequences", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--out", type=Path, default=Path("reports/good.jsonl"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    done = [json.loads(line) for line in options.out.read_text().splitlines()] if options.out.exists() else []
    there = {(one["name"], one["seed"]) for one in done}

    @cache
    def plans(part: str, xml: bool, seed: int) -> list[Plan]:
        claimed = ("xml",) if xml else ()
        drawn, near = sequences_of(replace(world, capabilities=claimed), part, seed, BEHIND + options.sequences)
        return near[: options.sequences] if seed % 3 == 0 else drawn[BEHIND:]

    with bundled_world() as world, options.out.open("a", encoding="utf-8") as out:
        settings = replace(world, limits=replace(world.limits, **LIMITS))
        faults = Faults(settings)
        for system in systems():
            left = [seed for seed in options.seeds if (system["name"], seed) not in there]
            if not left or (options.only and system["name"] not in options.only):
                continue
            # A system claims only what it has, as in its settings.
            claimed = tuple(one for one in settings.capabilities if one != system.get("unclaimed"))
            here = replace(settings, capabilities=claimed)
            for seed in left:
                faults.switch_to(Job(system["name"], () if system is CLEAN else (system["name"],)))
                sent = plans(system["part"], "xml" in claimed, seed)
                with tempfile.TemporaryDirectory() as folder:
                    result = explored(here, system, seed, sent, Path(folder))
                done.append(result)
                print(json.dumps(result), file=out, flush=True)
                for one in result["accusations"]:
                    print(system["name"], seed, json.dumps(one), flush=True)
            print(system["name"], f"from {len(left)} seeds", flush=True)
    tell(done)


def tell(done: Sequence[dict[str, Any]]) -> None:
    """The figures of all that was explored."""
    names = {one["name"] for one in done}
    accused = {one["name"] for one in done if one["accusations"]}
    sums = {name: sum(one[name] for one in done) for name in ("sequences", "requests")}
    ended = sum(sum(one["cut_short"].values()) for one in done)
    print(
        f"{len(names)} systems, {len(done)} times explored: {sums['sequences']} sequences, {sums['requests']} requests"
    )
    print(f"{ended} sequences ended before their time")
    _, high = bounds(len(accused), len(names)) or (0.0, 1.0)
    print(f"{len(accused)} of {len(names)} accused (at most {high:.1%}, by the 95 % bounds)")


if __name__ == "__main__":
    main()
