"""What a run has come to so far: its records as they arrive, stored one by one, and what went wrong meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from uec_booking.standard import requirements

from ..errors import why_not_written
from ..judging import run_file
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import ProblemKind, Run, ScenarioRecord
from ..settings.consumer import ConsumerUnderTest
from ..settings.model import Settings
from ..text import clean
from . import publishing
from .plugin import NO_ROOM, RECORD
from .reporters import Listeners
from .session import RunSession
from .signals import raise_if_lost


class Collector:
    """The pytest plugin that gathers the records of a run in the process that controls it."""

    def __init__(self, session: RunSession, run: Run, listeners: Listeners, place: Path) -> None:
        self._session = session
        self.only = session.only
        self.listeners = listeners
        self._place = place
        self._writer = run_file.Writer(place)
        self._writer.begin(run)
        self.run = run
        self._taken_over = len(run.scenarios)
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
            self.total = self._taken_over + total
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

    def broken(self, status: int) -> dict[str, Any]:
        """Why the run could not be finished, by the status of pytest, if it could not: as ``Run`` has it."""
        problems = [record.problem for record in self.run.scenarios if record.problem]
        away = next((problem for problem in problems if problem.kind == ProblemKind.SYSTEM_AWAY), None)
        if away is not None:
            done = f"{len(self.run.scenarios)} of {self.total} scenarios were begun"
            return {
                "broken": f"{away.reason} The run was ended there: {done}.",
                "broken_status": v.EXIT_INCONCLUSIVE,
            }
        if self.errors:
            return {"broken": f"The harness failed: {self.errors[0]}", "broken_status": v.EXIT_HARNESS}
        if status == pytest.ExitCode.INTERRUPTED:
            done = f"{len(self.run.scenarios)} of {self.total} scenarios had run"
            how = "The same command with --resume goes on from there."
            return {"broken": f"The run was interrupted: {done}. {how}", "broken_status": v.EXIT_INCONCLUSIVE}
        if status == pytest.ExitCode.NO_TESTS_COLLECTED and not self._taken_over:
            return {
                "broken": f"Nothing was selected by {self.only!r}. `uec-booking requirements` lists what there is.",
                "broken_status": v.EXIT_SETTINGS,
            }
        return {}


def _in_a_line(problem: BaseException) -> str:
    text = " ".join(str(problem).split())[:300]
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def _asked(consumer: ConsumerUnderTest) -> str:
    recording = consumer.recording
    return f"a consumer, recorded in {recording.file}" if recording else "a consumer, given its tasks by us"


def _described(settings: Settings) -> dict[str, Any]:
    return {
        **{part.name: part.base_url for part in settings.under_test()},
        **({settings.consumer.name: _asked(settings.consumer)} if settings.consumer else {}),
        "edition": settings.edition + (f", reading {settings.reading}" if settings.reading else ""),
    }
