"""How long whole runs take: of the bundled world, of a system that takes 0.2 s for each answer, and of what is stored.

    python bench/whole_run.py [--workers N ...] [--slow N ...] [--only EXPR]

For each number of worker processes: the time of `uec-booking assure`, the processor time of all its processes, and
both for each exchange. ``--slow``: the same against a world of its own that answers slowly, whose processor time is
not counted. Then how long the last stored run takes to be judged again, and to be reported again. Times are those of
the machine: what tells is how they stand to each other.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from uec_booking.harness.judging import run_file

PROGRAM = Path(sys.executable).with_name("uec-booking")


def measured(*arguments: str | Path) -> tuple[float, float]:
    """The seconds that a command of the program takes, and those of the processor, of its children too."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=1800)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 2):
        raise SystemExit(done.stdout + done.stderr)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def exchanges(folder: Path) -> int:
    """How many requests the run in a folder made."""
    return sum(len(scenario.exchanges) for scenario in run_file.read(folder).scenarios)


def show(what: str, folder: Path, *options: str | Path) -> None:
    """Run the suite, and print what it took."""
    seconds, processor = measured("assure", *options, "--out", folder)
    made = exchanges(folder)
    each = f"{1000 * seconds / made:6.1f} ms, {1000 * processor / made:6.1f} ms of a processor"
    print(f"{what:<40}{seconds:7.1f} s {processor:7.1f} s of a processor   each of {made}: {each}", flush=True)


@contextmanager
def slow_world(folder: Path) -> Iterator[Path]:
    """A world that takes 0.2 s longer for each answer; yields its settings file."""
    config = folder / "slow.toml"
    command = [PROGRAM, "simulate", "--port", "0", "--until-stdin-closes", "--variant", "answers-slowly"]
    process = subprocess.Popen(
        [*command, "--write-config", config],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not config.exists():
            time.sleep(0.05)
        yield config
    finally:
        process.communicate(timeout=60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--workers", type=int, nargs="*", default=[1, 2, 4], metavar="N", help="worker processes")
    add("--slow", type=int, nargs="*", default=[8], metavar="N", help="worker processes for the slow system")
    add("--only", metavar="EXPR", help="a part of the suite")
    options = parser.parse_args()
    part = ("--only", options.only) if options.only else ()
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {datetime.now(UTC):%d %B %Y}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for workers in options.workers:
            show(f"bundled world, {workers} workers", folder / "bundled", "-n", str(workers), *part)
        if options.slow:
            with slow_world(folder) as config:
                for workers in options.slow:
                    which = ("--config", config, "-n", str(workers))
                    show(f"answers after 0.2 s, {workers} workers", folder / "slow", *which, *part)
        stored = next(place for place in (folder / "bundled", folder / "slow") if place.exists())
        for what, reports in (("judged again, results.json", "results"), ("judged and reported again", "all")):
            seconds, processor = measured("report", stored, "--report", reports)
            print(f"{what:<40}{seconds:7.1f} s {processor:7.1f} s of a processor", flush=True)


if __name__ == "__main__":
    main()
