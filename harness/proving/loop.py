"""The pytest plugin of a warm worker: the collected suite, run for one job after the other."""

from __future__ import annotations

import shutil
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

import pytest
from uec_booking.standard import requirements

from ..bookkeeping.booking_log import FILE
from ..bookkeeping.history import LAST
from ..catalogue.selection import selects
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import Run, ScenarioRecord
from ..running.items import scenario_id, tags_of, words_of
from ..running.plugin import RECORD
from ..running.session import RunSession
from ..settings.consumer import CONSUMER
from .job import Job, Outcome
from .traffic import course, shapes


class Switched(Protocol):
    """The system under test of a worker, whose faults are switched from job to job."""

    def switch_to(self, job: Job) -> None:
        """Have it with exactly the faults of the job, in a world in which nothing has happened yet."""

    def used(self) -> int:
        """How often the faults that are on had their way since they were switched on."""


class Loop:
    """The pytest plugin that, in place of one run of the suite, runs it for one job after the other."""

    def __init__(self, connection: Connection | None, session: RunSession, system: Switched) -> None:
        self._connection = connection
        self._session = session
        self._system = system
        self._records: list[ScenarioRecord] = []
        self._troubles: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._troubles.append(f"collecting failed: {str(report.longrepr)[-400:]}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        data = getattr(report, RECORD, None)
        if data is not None:
            self._records.append(ScenarioRecord.from_json(data))
        elif report.failed:
            self._troubles.append(f"{report.nodeid}: {str(report.longrepr)[-400:]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        assert self._connection is not None
        while True:
            try:
                job = self._connection.recv()
            except EOFError:
                return True
            if job is None:
                return True
            self._connection.send(self._carry_out(job, session))

    def _carry_out(self, job: Job, session: pytest.Session) -> Outcome:
        started = time.monotonic()
        self._begin(job)
        last = self._last(job, session)
        for item in self._items(job, session):
            if item not in last:
                self._run_one(item, session)
            if self._turned(job) or (job.most and len(self._records) >= job.most and self._system.used()):
                break
        for item in last:
            if not self._turned(job):
                self._run_one(item, session)
        troubles, self._troubles = self._troubles, []
        judged = judge(self._run(tuple(self._records)), requirements.load())
        # Whatever a system answers, it must not break the harness.
        troubles += [f"{s.record.id}: {s.reason}" for s in judged.scenarios if s.status == v.ERROR]
        return Outcome(
            name=job.name,
            seconds=round(time.monotonic() - started, 3),
            verdicts={r.id: r.verdict for r in judged.requirements if r.verdict != v.NOT_APPLICABLE},
            scenarios={s.record.id: s.status for s in judged.scenarios},
            decided={
                record.id: tuple(sorted({o.requirement for o in record.observations})) for record in self._records
            },
            seconds_of={record.id: record.seconds for record in self._records},
            shapes={record.id: tuple(sorted(shapes(record.exchanges))) for record in self._records},
            course={record.id: course(record.exchanges) for record in self._records},
            used=self._system.used(),
            trouble="; ".join(troubles)[:1000],
        )

    def _begin(self, job: Job) -> None:
        """A world in which nothing has happened, with the faults of the job."""
        self._records = []
        shutil.rmtree(self._session.leases, ignore_errors=True)
        Path(self._session.leases).mkdir()
        (Path(self._session.folder) / FILE).unlink(missing_ok=True)
        self._system.switch_to(job)

    def _run_one(self, item: pytest.Item, session: pytest.Session) -> None:
        session.shouldstop = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def _items(self, job: Job, session: pytest.Session) -> list[pytest.Item]:
        there = self._about(session)
        if not job.scenarios:
            return [item for item in there if selects(job.expression, words_of(item))]
        named = {scenario_id(item): item for item in there}
        return [named[name] for name in job.scenarios if name in named]

    def _about(self, session: pytest.Session) -> list[pytest.Item]:
        """The scenarios that are about the kind of system that is under test here."""
        a_consumer = self._session.settings.consumer is not None
        return [item for item in session.items if (CONSUMER in tags_of(item)) == a_consumer]

    def _last(self, job: Job, session: pytest.Session) -> list[pytest.Item]:
        """The scenarios that look at a whole run, and so at what those of the job have done."""
        if not job.until[0]:
            return []
        return [item for item in self._about(session) if {LAST, job.until[0]} <= words_of(item)]

    def _turned(self, job: Job) -> bool:
        requirement, wanted = job.until
        if not requirement or not self._records:
            return False
        judged = judge(self._run((self._records[-1],)), requirements.load())
        return any(r.id == requirement and r.verdict == wanted for r in judged.requirements)

    def _run(self, records: tuple[ScenarioRecord, ...]) -> Run:
        settings = self._session.settings
        return Run(
            started="",
            finished="",
            edition=settings.edition,
            reading=settings.reading,
            systems_under_test=settings.systems_under_test(),
            claims=settings.capabilities,
            partial=True,
            scenarios=records,
        )
