"""A run from settings to a judged run: prepare, run the scenarios, clear up, judge, report."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from uec_booking.standard import requirements

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..consumer.doors.told import FOLDER as TOLD
from ..errors import SettingsError, why_not_written
from ..http.client import now_text
from ..judging import run_file
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import Run, Statement
from ..settings.model import Settings
from ..text import ended, say
from ..tool import tool
from . import attended, preflight, publishing, suite
from .collector import Collector
from .engine import run_engine
from .reporters import Listeners
from .resuming import Earlier
from .session import RunSession
from .signals import brought_to_an_end


def run(
    settings: Settings,
    folder: Path,
    *,
    only: str = "",
    workers: int = 1,
    listeners: Listeners | None = None,
    evidence: Sequence[Statement] = (),
    order: int | None = None,
    earlier: Earlier | None = None,
) -> v.JudgedRun:
    """Run the selected scenarios against the systems under test, and judge.

    ``evidence`` are the statements of persons on what a run cannot decide; they are stored with the run.
    With ``order`` the scenarios run in an order drawn by that number. With ``earlier`` a stored run goes on.

    Writes ``run.jsonl`` into ``folder`` while it goes on, then what the listeners write; that of a part goes beside
    a full run that is there (``publishing.place_for``). Whatever the run booked is cancelled at its end, and what an
    earlier run that crashed left too.

    Raises:
        SettingsError: nothing is selected, the folder cannot be written, has no room or holds reports of somebody
            else, or a system cannot be worked with.
    """
    suite.check_selects(only or None)
    attended.check_workers(settings, workers)
    with _held(folder):
        return _run(settings, folder, only, workers, listeners or Listeners(), tuple(evidence), order, earlier)


def _run(
    settings: Settings,
    folder: Path,
    only: str,
    workers: int,
    listeners: Listeners,
    evidence: tuple[Statement, ...],
    order: int | None,
    earlier: Earlier | None,
) -> v.JudgedRun:
    place = earlier.place if earlier else publishing.place_for(folder, bool(only))
    publishing.check_ours(place, run_file.FILE, publishing.ERROR_FILE)
    begun = _begun(settings, folder, only, evidence)
    if earlier:
        begun = earlier.continued(begun, settings)
    # Before all else, because an earlier run may hold the very slots that this one needs.
    cancelled: set[str] = set()
    left = sweep(folder / FILE, settings, cancelled)
    notes = earlier.notes() if earlier else suite.unheeded(only) + attended.notes(settings, only)
    if cancelled:
        one = len(cancelled) == 1
        notes.append(
            f"{len(cancelled)} booking{' of the run before was' if one else 's of the run before were'} cancelled"
        )
    notes += [f"left by an earlier run: {line}" for line in left]
    found = preflight.check(settings)
    for line in found:
        say(f"note: {line}")
    notes += found
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as leases:
        again = earlier.again if earlier else ()
        done = () if again else tuple(record.id for record in begun.scenarios)
        session = RunSession(settings, str(folder), leases, only, order, done=done, again=again, place=str(place))
        collector = _begin(session, begun, listeners, place)
        try:
            status = run_engine([collector, session], workers)
        except KeyboardInterrupt:
            status = pytest.ExitCode.INTERRUPTED
    with brought_to_an_end("what was booked is being cancelled and the reports are being written"):
        try:
            notes += [line for line in sweep(folder / FILE, settings) if line not in left]
            return _end(collector, status, notes, place, earlier)
        finally:
            for close in session.at_the_end:
                close()


def _begun(settings: Settings, folder: Path, only: str, evidence: tuple[Statement, ...]) -> Run:
    return Run(
        started=now_text(),
        finished="",
        edition=settings.edition,
        reading=settings.reading,
        systems_under_test=settings.systems_under_test(),
        claims=settings.capabilities,
        partial=bool(only),
        settings=settings.public(),
        evidence=evidence,
        id=str(uuid.uuid4()),
        tool=dict(tool()),
        only=only,
        suite=suite.decided_by(),
        out=str(folder),
    )


def _begin(session: RunSession, begun: Run, listeners: Listeners, place: Path) -> Collector:
    """From here on the folder is that of this run: nothing of the one before is left in it."""
    try:
        place.mkdir(exist_ok=True)
        publishing.clear_unfinished(place)
        publishing.clear(place, publishing.ERROR_FILE)
        if not begun.scenarios:
            # What a person told of an earlier run is no part of this one.
            shutil.rmtree(place / TOLD, ignore_errors=True)
        return Collector(session, begun, listeners, place)
    except OSError as problem:
        raise SettingsError(
            f"The run cannot be stored in {place}: {why_not_written(problem)}. Make room, or choose another folder "
            "with --out. Nothing was run."
        ) from None


def _end(collector: Collector, status: int, notes: list[str], place: Path, earlier: Earlier | None) -> v.JudgedRun:
    """Store how the run ended, judge it and tell of it."""
    broken = {**(earlier.broken() if earlier else {}), **collector.broken(status)}
    told = tuple(dict.fromkeys(notes))
    done = replace(collector.run, finished=now_text(), notes=told, **broken)
    if not collector.no_room:
        collector.end(done)
    if collector.no_room:
        left = f" {' '.join(notes)}." if notes else " What it booked is cancelled."
        raise SettingsError(
            f"The run cannot be stored in {place}: {collector.no_room}. It was ended when "
            f"{len(collector.run.scenarios)} of {collector.total} scenarios were begun.{left} Make room, or choose "
            "another folder with --out."
        )
    done = replace(done, sha256=run_file.sha256_of(place))
    judged = judge(done, requirements.load())
    collector.listeners.run_judged(judged, place)
    return judged


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder is there, and no other run writes to it: that one's bookings would be cancelled under it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as problem:
        raise SettingsError(
            f"The folder {folder} cannot be written: {ended(problem)} Choose another with --out."
        ) from None
    try:
        import fcntl
    except ImportError:  # Windows: there two runs at once are the user's own affair
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"Another run is writing to {folder}. Wait for its end, or choose another folder with --out."
            ) from None
        yield
    finally:
        os.close(handle)
