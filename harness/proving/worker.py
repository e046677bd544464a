"""A warm worker: one world and one collected suite, used for one system after the other.

Nothing is imported, started or collected anew between systems: the world's faults are switched
at run time through its control interface, and the same collected scenarios run again.
"""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from uec_booking.standard import requirements

from ..bookkeeping.booking_log import FILE
from ..bookkeeping.history import LAST
from ..catalogue.selection import selects
from ..http.client import Client
from ..http.exchange import Sent
from ..judging import verdicts as v
from ..judging.judge import judge
from ..judging.observations import Run, ScenarioRecord
from ..proxy.log import ProxyLog
from ..running.engine import run_engine
from ..running.items import scenario_id, words_of
from ..running.local_simulator import bundled_world
from ..running.plugin import RECORD
from ..running.session import RunSession
from ..settings.model import Control, Settings
from .traffic import course, shapes

#: Seconds. The world is on this machine: whoever waits longer waits in vain.
_LIMITS: dict[str, Any] = {"read_seconds": 8.0, "total_seconds": 10.0, "registry_seconds": 2.0}


@dataclass(frozen=True)
class Job:
    """One system to test: by the scenarios of an expression, or by those named, in that order.

    With ``until`` (a requirement and a verdict) the run ends as soon as that is its verdict, or when
    ``most`` scenarios have run and the fault has had its way in one of them.
    """

    name: str
    faults: tuple[str, ...]
    expression: str = ""
    scenarios: tuple[str, ...] = ()
    until: tuple[str, str] = ("", "")
    most: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a run against one system showed.

    ``scenarios``: status of each; ``decided``: the requirements of which each saw something, and
    ``seconds_of`` how long it took; ``shapes`` and ``course``: its traffic (see ``traffic``).
    ``used``: how often the faults had their way.
    """

    name: str
    seconds: float
    verdicts: Mapping[str, str]
    scenarios: Mapping[str, str]
    decided: Mapping[str, tuple[str, ...]]
    seconds_of: Mapping[str, float]
    shapes: Mapping[str, tuple[str, ...]]
    course: Mapping[str, str]
    used: int
    trouble: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        lists = {name: {key: tuple(value) for key, value in data[name].items()} for name in ("decided", "shapes")}
        return cls(**{**data, **lists})

    @classmethod
    def lost(cls, name: str, why: str) -> Outcome:
        """The outcome of a run that could not be finished."""
        return cls(name, 0.0, {}, {}, {}, {}, {}, {}, 0, why)


def work(connection: Connection) -> None:
    """Take jobs from the connection and answer each with its outcome, until there is None."""
    # A Ctrl-C is for the process that gives out the work; we end when it closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with bundled_world() as world, tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        settings = replace(world, limits=replace(world.limits, **_LIMITS))
        session = RunSession(settings, folder, str(Path(folder) / "leases"))
        run_engine([session, _Loop(connection, session)])


class _Loop:
    """The pytest plugin that, in place of one run of the suite, runs it for one job after the other."""

    def __init__(self, connection: Connection, session: RunSession) -> None:
        self._connection = connection
        self._session = session
        self._control = _Faults(session.settings)
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
        self._records = []
        shutil.rmtree(self._session.leases, ignore_errors=True)
        (Path(self._session.folder) / FILE).unlink(missing_ok=True)
        self._control.switch_to(job.faults)
        tap = self._session.settings.tap
        if tap is not None and tap.record:
            # What passed in the job before is of bookings that this one knows nothing of.
            ProxyLog(Path(tap.record)).forget()
        last = self._last(job, session)
        for item in self._items(job, session):
            if item not in last:
                self._run_one(item, session)
            if self._turned(job) or (job.most and len(self._records) >= job.most and self._control.used()):
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
            used=self._control.used(),
            trouble="; ".join(troubles)[:1000],
        )

    def _run_one(self, item: pytest.Item, session: pytest.Session) -> None:
        session.shouldstop = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def _items(self, job: Job, session: pytest.Session) -> list[pytest.Item]:
        if not job.scenarios:
            return [item for item in session.items if selects(job.expression, words_of(item))]
        named = {scenario_id(item): item for item in session.items}
        return [named[name] for name in job.scenarios if name in named]

    def _last(self, job: Job, session: pytest.Session) -> list[pytest.Item]:
        """The scenarios that look at a whole run, and so at what those of the job have done."""
        if not job.until[0]:
            return []
        return [item for item in session.items if {LAST, job.until[0]} <= words_of(item)]

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


class _Faults:
    """The world's switches, through its control interface."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        part = settings.parts["provider"]
        assert part.control is not None
        self._control: Control = part.control
        self._tls = part.tls

    def switch_to(self, names: tuple[str, ...]) -> None:
        """An empty world with exactly these faults."""
        self._call("POST", "/reset", {})
        self._call("PUT", "/defects", {"names": list(names)})

    def used(self) -> int:
        """How often the faults that are on had their way since they were switched on."""
        return sum(self._call("GET", "/defects", None).get("used", {}).values())

    def _call(self, method: str, path: str, body: Any) -> dict[str, Any]:
        headers = (("Content-Type", "application/json"), ("Authorization", f"Bearer {self._control.token}"))
        client = Client(self._tls, self._settings.limits)
        try:
            sent = Sent(method, self._control.url + path, headers, b"" if body is None else json.dumps(body).encode())
            exchange = client.send(sent)
        finally:
            client.close()
        if not exchange.ok or exchange.response is None:
            raise RuntimeError(f"the world's control interface answered {path} with {exchange.answered()}")
        answer: dict[str, Any] = json.loads(exchange.response.body)
        return answer
