"""Who tests the tests: are mutants of the checks told by the systems of the proof, or by the unit tests?

    python dev/mutation/mutate.py lines [--out DIR]          which lines each system runs: once, a quarter of an hour
    python dev/mutation/mutate.py try [--sample N] [--seed S] [--out DIR]      each mutant of the sample
    python dev/mutation/mutate.py try --files harness/checks/headers.py        … or all of a file
    python dev/mutation/mutate.py count [--out DIR]

A mutant is killed if a verdict, or the end of a scenario, is another with it than without it: with the clean system,
with one that has a known defect or with a conformant variant; or if a unit test fails. Which systems and tests are
tried is told by the lines that they run, those first that break what the changed check is about.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from mutant_systems import Lines, Systems, lines, unit_lines
from mutant_worker import MutantJob, mutated
from mutants import PLACES, Mutant, mutants_of
from uec_booking.harness.proving.pool import outcomes
from uec_booking.harness.proving.proof import bounds
from uec_booking.harness.proving.sides import CONSUMERS, SIDES

#: How long a mutant may take with all its systems, in seconds.
PATIENCE = 900.0


def tried(out: Path, mutants: Sequence[Mutant], workers: int) -> None:
    """Try each mutant with systems, then with unit tests; keep what became of it in ``tried.jsonl``."""
    systems, left = Systems(out), {mutant.name: mutant for mutant in mutants}
    for name in done(out):
        left.pop(name, None)
    with (out / "tried.jsonl").open("a", encoding="utf-8") as file:

        def keep(mutant: Mutant, became: str, by: str) -> None:
            file.write(json.dumps({"name": mutant.name, **asdict(mutant), "became": became, "by": by}) + "\n")
            file.flush()
            left.pop(mutant.name)
            print(f"{len(left)} left. {mutant.name} {mutant.what}: {became} {by}", flush=True)

        units = Lines(out / "units")

        def by_tests(some: Sequence[Mutant]) -> None:
            for mutant in some:
                if by := _by_tests(mutant, sorted(units.running(mutant))):
                    keep(mutant, "killed", by)

        # The structural check has tests of its own; the checks are told by systems before they are by tests.
        structural = [mutant for mutant in left.values() if mutant.file.startswith("standard/")]
        by_tests(structural)
        for side in SIDES:
            consumers = side is CONSUMERS
            draw = random.Random(1)
            jobs = [
                MutantJob(name, (), mutant=mutant, systems=some)
                for name, mutant in left.items()
                if (some := systems.for_mutant(mutant, consumers, draw))
            ]
            for outcome in outcomes(jobs, partial(mutated, consumers=consumers), workers, PATIENCE):
                if "killed" in outcome.scenarios:
                    keep(left[outcome.name], "killed", outcome.scenarios["killed"])
                elif outcome.trouble:
                    raise RuntimeError(f"{outcome.name}: {outcome.trouble}")
        by_tests([mutant for mutant in left.values() if mutant not in structural])
        for mutant in list(left.values()):
            keep(mutant, "survived", "")


def _by_tests(mutant: Mutant, contexts: Sequence[str]) -> str:
    """The first unit test that fails with a mutant, of those that run its lines; empty where none does."""
    tests: set[str] = set()
    for context in contexts:
        module, _, function = context.rpartition(".")
        file = Path(*module.split(".")).with_suffix(".py")
        if file.exists():
            tests.add(f"{file}::{function}")
    if not tests:
        return ""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "mutant_plugin",
        "-p",
        "no:cacheprovider",
        *sorted(tests),
    ]
    place = {"MUTANT": f"{mutant.file} {mutant.number}", "PYTHONPATH": "dev/mutation"}
    try:
        ended = subprocess.run(command, env={**os.environ, **place}, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "it does not end"
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"{mutant.name}: {ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", ended.stdout, re.MULTILINE)
    return failed[1] if ended.returncode and failed else ""


def done(out: Path) -> dict[str, Any]:
    """What became of the mutants that were tried, by name."""
    file = out / "tried.jsonl"
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    return {one["name"]: one for one in found}


def sample(number: int, seed: int, files: Sequence[str]) -> list[Mutant]:
    """So many mutants of all, drawn by the seed; or all of the files."""
    found = files or sorted(str(path) for place in PLACES for path in Path(place).rglob("*.py"))
    every = [mutant for file in found for mutant in mutants_of(file)]
    print(f"{len(every)} mutants in {len(found)} files", flush=True)
    return every if files else random.Random(seed).sample(every, min(number, len(every)))


def counted(out: Path) -> None:
    """How many were killed, with 95 % bounds, and those that survived."""
    found = list(done(out).values())
    survived = [one for one in found if one["became"] == "survived"]
    killed = len(found) - len(survived)
    low, high = bounds(killed, len(found)) or (0.0, 1.0)
    print(f"{killed} of {len(found)} killed ({killed / max(len(found), 1):.1%}; {low:.1%} to {high:.1%})")
    for one in survived:
        print(f"{one['name']} in {one['within'] or 'a constant'}: {one['what']}")


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("lines", "units", "try", "count"))
    parser.add_argument("--out", type=Path, default=Path("reports/out-mutants"))
    parser.add_argument("-n", dest="workers", type=int, default=2)
    parser.add_argument("--side", choices=("called", "consumers"), default="called")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--sample", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", nargs="*", default=[])
    return parser


def main() -> int:
    options = command_line().parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.what == "lines":
        lines(options.out, SIDES[options.side == "consumers"], options.minutes, options.workers)
    elif options.what == "units":
        unit_lines(options.out)
    elif options.what == "try":
        tried(options.out, sample(options.sample, options.seed, options.files), options.workers)
    counted(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
