"""One change to a file after the other: the harness fails there, and what it then finds in its files is looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from uec_booking.harness.bookkeeping.booking_log import FILE
from uec_booking.harness.cleanup.sweep import sweep
from uec_booking.harness.errors import SettingsError
from uec_booking.harness.judging import run_file
from uec_booking.harness.settings import load

from ..support.simulator_client import soon
from .file_points import FileMode
from .forked import Forks, is_alive

MODES = tuple(mode for mode in FileMode if mode != FileMode.COUNT)


@dataclass
class FilePoint:
    """What came of one change at which the harness failed."""

    mode: FileMode
    at: int
    reached: bool
    what: str = ""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half_done: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.half_done)


def every_change(tried: Callable[..., FilePoint], forks: Forks, folder: Path, *more: Any) -> list[FilePoint]:
    """What comes of each change, until there is none of that number."""
    folder.mkdir()
    points = (tried(forks, folder / f"{at}", *more, at) for at in count(1))
    return list(takewhile(lambda point: point.reached, points))


def tried_booking(forks: Forks, folder: Path, config: Path, database: Path, mode: FileMode, at: int) -> FilePoint:
    """Two bookings, and a failure at change ``at`` of what is noted of them; then what clears up does so."""
    point = _failed(forks, "booked", folder, config, mode, at)
    if not point.reached:
        return point
    left = sweep(folder / FILE, load.load(config))
    # A line that was cut off is told, and kept for whoever wants to look at it: nothing of it stands.
    point.half_done = [note for note in left if "damaged" not in note]
    with closing(sqlite3.connect(database)) as stored:
        standing = stored.execute("select count(*) from appointments where status = 'booked'").fetchone()[0]
    point.lost = [f"{standing} bookings are left standing"] if standing else []
    return point


def tried_storing(forks: Forks, folder: Path, mode: FileMode, at: int) -> FilePoint:
    """A stored run of three scenarios, and a failure at change ``at``; then it is read."""
    told = folder.with_name(f"{folder.name}-told")
    point = _failed(forks, "stored", folder, told, mode, at)
    known = told.read_text(encoding="utf-8").split("\n")[:-1] if told.exists() else []
    if not point.reached:
        return point
    try:
        found = [record.id for record in run_file.read(folder).scenarios]
    except SettingsError as problem:
        found = []
        point.half_done = [str(problem)] if known else []
    point.lost = [f"{name.split()[0]} is lost" for name in known if name not in found]
    point.doubled = [f"{name.split()[0]} is there twice" for name in set(found) if found.count(name) > 1]
    return point


def _failed(forks: Forks, program: str, folder: Path, other: Path, mode: FileMode, at: int) -> FilePoint:
    folder.mkdir()
    notes, said = folder.with_name(f"{folder.name}-points"), folder.with_name(f"{folder.name}-said")
    process = forks.start(
        program=program, folders=[str(folder), str(other)], mode=mode, at=at, notes=str(notes), said=str(said)
    )
    soon(lambda: not is_alive(process), 120)
    failed = [line for line in notes.read_text().splitlines() if "FAILED" in line] if notes.exists() else []
    return FilePoint(mode, at, bool(failed), f"{program}, change {failed[0].removesuffix(' FAILED')}" if failed else "")
