"""Fails at every write, each in turn, and counts what is lost, doubled or left half-done.

python bench/crash_points.py [--database URL] [--every N] [--modes killed,full,gone] [--no-files]

A small story is told to the simulator: bookings, cancellations by the consumer and by staff, the registry told of each.
It is told again for every write in it: at that one the process is killed, or the disk is full from there on, or the
connection to the database is gone. Then it is started again, without any repair, the consumer sends again what was not
answered, and what is in the database is held against what was answered. Without --database it is SQLite in a file, and
then comes what the harness itself writes down: its log of bookings and its stored run, at every change to their files.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

# What fails and what looks at it belongs to the tests, which are no part of the installed package.
sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.crashing.database_points import Mode
from tests.crashing.forked import Forks
from tests.crashing.trying import Point, points_of, tried
from tests.crashing.trying_files import MODES as FILE_MODES
from tests.crashing.trying_files import FilePoint, every_change, tried_booking, tried_storing
from tests.support.simulator_client import Simulator

MODES = (Mode.KILLED, Mode.FULL, Mode.GONE)
KINDS = ("lost", "doubled", "half_done")


def main() -> int:
    options = _options()
    print(f"load average {os.getloadavg()[0]:.1f}; {'PostgreSQL' if options.database else 'SQLite'}", flush=True)
    forks = Forks()
    points: list[Point | FilePoint] = []
    try:
        writes = len(points_of(forks, options.database))
        for mode in options.modes:
            points += _database(forks, options, mode, range(1, writes + 1, options.every))
        if not options.database and not options.no_files:
            points += _files(forks)
    finally:
        forks.close()
    wrong = [point for point in points if not point.holds]
    lost, doubled, half = _counts(points)
    print(f"{len(points)} points, {lost} lost, {doubled} doubled, {half} half-done")
    return 1 if wrong else 0


def _database(forks: Forks, options: argparse.Namespace, mode: Mode, places: Sequence[int]) -> list[Point]:
    began = time.perf_counter()
    with ThreadPoolExecutor(options.at_once) as pool:
        found = [point for point in pool.map(partial(tried, forks, options.database, mode), places) if point.reached]
    _tell(mode, found, began)
    return found


def _files(forks: Forks) -> list[FilePoint]:
    began = time.perf_counter()
    found: list[FilePoint] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "world.db"
        world = Simulator(folder, "--http", "--database", str(database))
        try:
            for mode in FILE_MODES:
                found += every_change(tried_booking, forks, folder / f"booked-{mode}", world.file, database, mode)
                found += every_change(tried_storing, forks, folder / f"stored-{mode}", mode)
        finally:
            world.close()
    _tell("files", found, began)
    return found


def _tell(what: str, points: Sequence[Point | FilePoint], began: float) -> None:
    lost, doubled, half = _counts(points)
    seconds = time.perf_counter() - began
    print(f"{what:<8}{len(points):>5} points, {lost} lost, {doubled} doubled, {half} half-done   {seconds:.0f} s")
    for point in points:
        for problem in (*point.lost, *point.doubled, *point.half_done):
            print(f"  {point.mode} at {point.what}: {problem}", flush=True)


def _counts(points: Sequence[Point | FilePoint]) -> list[int]:
    return [sum(bool(getattr(point, kind)) for point in points) for kind in KINDS]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--database", default="", metavar="URL", help="SQLAlchemy URL of a PostgreSQL server, for schemas of its own")
    add("--every", type=int, default=1, metavar="N", help="only every N-th write of the simulator (default: each)")
    add("--modes", type=_modes, default=MODES, help=f"of {', '.join(MODES)} (default: all)")
    add("--no-files", action="store_true", help="leave out what the harness itself writes down")
    add("--at-once", type=int, default=6, metavar="N", help="how many are tried at once (default 6)")
    return parser.parse_args()


def _modes(text: str) -> tuple[Mode, ...]:
    return tuple(Mode(name) for name in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
