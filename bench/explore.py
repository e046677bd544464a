"""How many known faults an exploration finds in how short a time, and whether it accuses a conformant system.

    python bench/explore.py [--seconds S] [--seeds N ...] [--only NAME ...] [--variants | --pairs | --sealed FILE]
                            [--few] [--out FILE]

The faults are the hand-written ones of the provider that break state or content by a MUST: those of bookings,
cancellations, reads, searches for appointments, used X-Request-IDs and of what was refused. With ``--variants`` the
systems are the conformant variations instead, with ``--pairs`` those in which many meet: there nothing may be found.
With ``--sealed`` they are the faults of an outside author's file, each in a proxy before a good system. With ``--few``
only those sequences are sent that belong to every run. (``bench/good_systems.py`` explores all good systems.)
Each system is explored once for each seed, until something is found or the time is up. What is in FILE already is not
run again. It prints the share that was found with its 95 % bounds, and the median of the requests of a finding.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from uec_booking.harness.exploring import part_of_a_run
from uec_booking.harness.exploring.exploration import explore
from uec_booking.harness.exploring.hunt import Bounds
from uec_booking.harness.proving.job import Job
from uec_booking.harness.proving.proof import bounds as interval
from uec_booking.harness.proving.sealed.authored import read
from uec_booking.harness.proving.sealed.worker import fronted
from uec_booking.harness.proving.worker import LIMITS, Faults
from uec_booking.harness.running.local_simulator import bundled_world, known_faults
from uec_booking.harness.settings.model import Settings
from uec_booking.standard import editions, requirements
from uec_booking.standard.levels import MUST

#: Requirements whose defects break what is kept, or what is shown of it.
STATE_OR_CONTENT = (
    *("PRV-BOOK-", "PRV-CAN-", "PRV-GET-", "PRV-SAPT-", "PRV-XTI-03", "PRV-XTI-04"),
    *("ERR-15", "WKF-09", "FMT-08", "FMT-24", "RES-APT-"),
)
#: Different slots that one exploration may use: the simulator has plenty.
SLOTS = 400


def chosen(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The systems to explore."""
    faults = [fault for fault in known_faults() if fault["part"] == "provider"]
    if options.only:
        return [fault for fault in faults if fault["name"] in options.only]
    if options.variants or options.pairs:
        return [one for one in faults if one["kind"] == "variant" and bool(one.get("made_of")) == options.pairs]
    return [one for one in faults if one["kind"] == "defect" and is_looked_for(one["requirement"])]


def is_looked_for(requirement: str) -> bool:
    """Whether an exploration may find that it is broken: what is recommended only is no finding."""
    level = requirements.load()[requirement].level_in(editions.DEFAULT, "")
    return requirement.startswith(STATE_OR_CONTENT) and level == MUST


@contextmanager
def systems(options: argparse.Namespace) -> Iterator[tuple[Settings, list[dict[str, Any]], Callable[[Job], None]]]:
    """The settings of the world, the systems to explore, and what makes it the next of them."""
    if options.sealed:
        entries = {entry.name: entry for entry in read(options.sealed) if not entry.allowed}
        named = [name for name in entries if not options.only or name in options.only]
        with fronted(entries) as (settings, system):
            faults = [{"name": n, "requirement": entries[n].clauses[0], "part": entries[n].role} for n in named]
            yield settings, faults, system.switch_to
    else:
        with bundled_world() as world:
            settings = replace(world, limits=replace(world.limits, **LIMITS))
            yield settings, chosen(options), Faults(settings).switch_to


def explored(settings: Settings, fault: dict[str, Any], seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """What an exploration of one system came to."""
    started = time.monotonic()
    # A system claims only what it has, as in its settings.
    claimed = tuple(one for one in settings.capabilities if one != fault.get("unclaimed"))
    settings = replace(settings, capabilities=claimed)
    with tempfile.TemporaryDirectory() as folder:
        bounds = Bounds(options.seconds, SLOTS, findings=1)
        if options.few:
            settings = replace(settings, exploring=replace(settings.exploring, seed=seed))
            found = part_of_a_run.few(settings, Path(folder), fault["part"], lambda *_: None)
        else:
            found = explore(settings, Path(folder), seed, bounds, part=fault["part"])
    return {
        "name": fault["name"],
        "requirement": fault["requirement"],
        "seed": seed,
        "seconds": round(time.monotonic() - started, 1),
        "sequences": found.sequences,
        "requests": found.requests,
        "findings": [
            {
                "requirement": one.requirement,
                "requests": one.requests,
                "actual": one.failure.observation.actual if one.failure else "",
                "steps": [step.words for step in one.done],
            }
            for one in found.findings
        ],
        "notes": found.notes,
        "ended": found.ended,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--sealed", type=Path)
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("reports/explored.jsonl"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    done = [json.loads(line) for line in options.out.read_text().splitlines()] if options.out.exists() else []
    with systems(options) as (settings, faults, switch_to), options.out.open("a", encoding="utf-8") as out:
        for fault in faults:
            for seed in options.seeds:
                if any((one["name"], one["seed"]) == (fault["name"], seed) for one in done):
                    continue
                switch_to(Job(fault["name"], (fault["name"],)))
                result = explored(settings, fault, seed, options)
                done.append(result)
                print(json.dumps(result), file=out, flush=True)
                told = [f"{one['requirement']} in {one['requests']}" for one in result["findings"]]
                print(fault["name"], fault["requirement"], *(told or ["-"]), *result["notes"], flush=True)
    tell(done)


def tell(done: list[dict[str, Any]]) -> None:
    """The figures of all that was explored."""
    names = {one["name"] for one in done}
    found = {one["name"] for one in done if one["findings"]}
    lengths = [finding["requests"] for one in done for finding in one["findings"]]
    if not names:
        return

    def total(name: str) -> int:
        return sum(one.get(name, 0) for one in done)

    low, high = interval(len(found), len(names)) or (0.0, 1.0)
    print(f"{len(found)} of {len(names)} found ({len(found) / len(names):.0%}, 95 % bounds {low:.0%} to {high:.0%})")
    print(f"median length of a finding: {statistics.median(lengths) if lengths else 0:g} requests")
    seeds = {(one["name"], one["seed"]) for one in done}
    sent = f"{total('sequences')} sequences, {total('requests')} requests"
    print(f"{len(names)} systems, explored {len(seeds)} times: {sent}")
    print(f"not found: {', '.join(sorted(names - found))}")


if __name__ == "__main__":
    main()
