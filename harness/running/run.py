"""A run from settings to a judged run: prepare, run the scenarios, clear up, judge, report."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from uec_booking.standard import requirements

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..errors import SettingsError, why_not_written
from ..http.client import now_text
from ..judging import run_file
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import Run, ScenarioRecord, Statement
from ..settings.model import Settings
from ..text import clean, ended
from ..tool import tool
from . import preflight, publishing, suite
from .plugin import NO_ROOM, RECORD
from .reporters import Listeners
from .session import RunSession
from .signals import brought_to_an_end, raise_if_lost

#: Options of pytest that make it our engine and nothing else: no file of the user's has a say in it.
_ENGINE = (
    "--import-mode=importlib",
    "--capture=no",
    "-p", "uec_booking.harness.running.plugin",
    "-p", "uec_booking.steps",
    "-p", "no:terminal",
    "-p", "no:cacheprovider",
    "-p", "no:stepwise",
)  # fmt: skip


#: What pytest, and plugins of it that happen to be installed, take from the user's environment.
_OF_THE_ENVIRONMENT = (
    "PYTEST_ADDOPTS",
    "PYTEST_DEBUG",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "PYTEST_PLUGINS",
    "PYTEST_TIMEOUT",
)


class _Collector:
    """The pytest plugin that gathers the records of a run in the process that controls it."""

    def __init__(self, session: RunSession, run: Run, listeners: Listeners, place: Path) -> None:
        self._session = session
        self.only = session.only
        self.listeners = listeners
        self._place = place
        self._writer = run_file.Writer(place)
        self._writer.begin(run)
        self.run = run
        self.total = 0
        self.errors: list[str] = []
        #: Why nothing more can be written, once it cannot.
        self.no_room = ""

    def pytest_configure_node(self, node: Any) -> None:
        """Hand the session to a worker process."""
        node.workerinput["uec_session"] = self._session.to_text()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput") and session.items:
            self._started(len(session.items))

    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._started(len(ids))

    def _started(self, total: int) -> None:
        if not self.total:
            self.total = total
            self.listeners.run_started(total, _described(self._session.settings))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(f"collecting {report.nodeid}: {str(report.longrepr)[-600:]}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        data = getattr(report, RECORD, None)
        self.no_room = self.no_room or getattr(report, NO_ROOM, "")
        if data is None:
            if report.failed and not self.no_room:
                self.errors.append(f"{report.nodeid} ({report.when}): {str(report.longrepr)[-600:]}")
            raise_if_lost()
            return
        record = ScenarioRecord.from_json(data)
        self.run = replace(self.run, scenarios=(*self.run.scenarios, record))
        self._store(lambda: self._writer.scenario(record))
        alone = judge(replace(self.run, scenarios=(record,), partial=True, suite={}), requirements.load())
        self.listeners.scenario_finished(alone.scenarios[0], len(self.run.scenarios), self.total)
        if self.no_room:
            # It ends as one that is interrupted does, so that what was booked is cancelled.
            raise KeyboardInterrupt
        raise_if_lost()

    def end(self, run: Run) -> None:
        """Store how the run ended."""
        self._store(lambda: self._writer.end(run))

    def _store(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as problem:
            self.no_room = self.no_room or why_not_written(problem)

    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep the traceback in a file; True, so that pytest does not print it."""
        path = self._place / publishing.ERROR_FILE
        try:
            path.write_text(clean(excrepr), encoding="utf-8")
        except OSError as problem:
            self.no_room = self.no_room or why_not_written(problem)
        self.errors.append(f"{_in_a_line(excinfo.value)} (the traceback is in {path})")
        return True


def run(
    settings: Settings,
    folder: Path,
    *,
    only: str = "",
    workers: int = 1,
    listeners: Listeners | None = None,
    evidence: Sequence[Statement] = (),
    order: int | None = None,
) -> v.JudgedRun:
    """Run the selected scenarios against the systems under test, and judge.

    ``evidence`` are the statements of persons on what a run cannot decide; they are stored with the run.
    With ``order`` the scenarios run in an order drawn by that number.

    Writes ``run.jsonl`` into ``folder`` while it goes on, then what the listeners write; that of a part goes beside
    a full run that is there (``publishing.place_for``). Whatever the run booked is cancelled at its end, and what an
    earlier run that crashed left too.

    Raises:
        SettingsError: nothing is selected, the folder cannot be written, has no room or holds reports of somebody
            else, or a system cannot be worked with.
    """
    suite.check_selects(only or None)
    with _held(folder):
        return _run(settings, folder, only, workers, listeners or Listeners(), tuple(evidence), order)


def _run(
    settings: Settings,
    folder: Path,
    only: str,
    workers: int,
    listeners: Listeners,
    evidence: tuple[Statement, ...],
    order: int | None,
) -> v.JudgedRun:
    place = publishing.place_for(folder, bool(only))
    publishing.check_ours(place, run_file.FILE, publishing.ERROR_FILE)
    # Before all else, because an earlier run may hold the very slots that this one needs.
    cancelled: set[str] = set()
    earlier = sweep(folder / FILE, settings, cancelled)
    notes = suite.unheeded(only)
    if cancelled:
        one = len(cancelled) == 1
        notes.append(
            f"{len(cancelled)} booking{' of the run before was' if one else 's of the run before were'} cancelled"
        )
    notes += [f"left by an earlier run: {line}" for line in earlier]
    notes += preflight.check(settings)
    begun = Run(
        started=now_text(),
        finished="",
        edition=settings.edition,
        reading=settings.reading,
        systems_under_test={part.key: part.role for part in settings.under_test()},
        claims=settings.capabilities,
        partial=bool(only),
        settings=settings.public(),
        evidence=evidence,
        id=str(uuid.uuid4()),
        tool=dict(tool()),
        suite=suite.decided_by(),
        out=str(folder),
    )
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as leases:
        session = RunSession(settings, str(folder), leases, only, order)
        collector = _begin(session, begun, listeners, place)
        try:
            status = run_engine([collector, session], workers)
        except KeyboardInterrupt:
            status = pytest.ExitCode.INTERRUPTED
    with brought_to_an_end("what was booked is being cancelled and the reports are being written"):
        notes += [line for line in sweep(folder / FILE, settings) if line not in earlier]
        return _end(collector, status, notes, place)


def _begin(session: RunSession, begun: Run, listeners: Listeners, place: Path) -> _Collector:
    """From here on the folder is that of this run: nothing of the one before is left in it."""
    try:
        place.mkdir(exist_ok=True)
        publishing.clear_unfinished(place)
        publishing.clear(place, publishing.ERROR_FILE)
        return _Collector(session, begun, listeners, place)
    except OSError as problem:
        raise SettingsError(
            f"The run cannot be stored in {place}: {why_not_written(problem)}. Make room, or choose another folder "
            "with --out. Nothing was run."
        ) from None


def _end(collector: _Collector, status: int, notes: list[str], place: Path) -> v.JudgedRun:
    """Store how the run ended, judge it and tell of it."""
    done = replace(collector.run, finished=now_text(), notes=tuple(notes), **_broken(collector, status))
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


def run_engine(plugins: Sequence[object], workers: int = 1) -> int:
    """Run the features through pytest with these plugins, one of them the session; returns pytest's status."""
    with (
        resources.as_file(resources.files("uec_booking.features")) as features,
        tempfile.TemporaryDirectory() as empty,
        _without(_OF_THE_ENVIRONMENT),
    ):
        ini = Path(empty) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        options = [*_ENGINE, "-c", str(ini), "--rootdir", str(features), "--confcutdir", str(features)]
        if workers > 1:
            options += ["-n", str(workers)]
        return int(pytest.main([*options, str(features)], plugins=list(plugins)))


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """These environment variables are not set in the block, for our worker processes neither."""
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


def _broken(collector: _Collector, status: int) -> dict[str, Any]:
    """Why the run could not be finished, if it could not."""
    away = next((r.problem for r in collector.run.scenarios if r.problem and r.problem.kind == "system-away"), None)
    if away is not None:
        done = f"{len(collector.run.scenarios)} of {collector.total} scenarios were begun"
        return {
            "broken": f"{away.reason} The run was ended there: {done}.",
            "broken_status": v.EXIT_INCONCLUSIVE,
        }
    if collector.errors:
        return {"broken": f"The harness failed: {collector.errors[0]}", "broken_status": v.EXIT_HARNESS}
    if status == pytest.ExitCode.INTERRUPTED:
        done = f"{len(collector.run.scenarios)} of {collector.total} scenarios had run"
        return {"broken": f"The run was interrupted: {done}.", "broken_status": v.EXIT_INCONCLUSIVE}
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        return {
            "broken": f"Nothing was selected by {collector.only!r}. `uec-booking requirements` lists what there is.",
            "broken_status": v.EXIT_SETTINGS,
        }
    return {}


def _in_a_line(problem: BaseException) -> str:
    text = " ".join(str(problem).split())[:300]
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def _described(settings: Settings) -> dict[str, Any]:
    return {
        **{part.name: part.base_url for part in settings.under_test()},
        "edition": settings.edition + (f", reading {settings.reading}" if settings.reading else ""),
    }
