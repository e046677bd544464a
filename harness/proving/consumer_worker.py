"""A warm worker for consumers: the world around them is started once, and the reference consumer for each job.

A consumer is a program of its own, so its faults cannot be switched while it runs: it is started with those of the
job, remembers nothing of the job before, and meets a world in which nothing has happened yet.
"""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ..consumer.contract import Answer
from ..consumer.doors.door import Door, opened
from ..consumer.surroundings import World
from ..proxy.log import ProxyLog
from ..running.consumer_world import surrounded
from ..running.engine import run_engine
from ..running.local_simulator import bundled_consumer
from ..running.session import RunSession
from ..settings.consumer import Surroundings
from ..settings.model import Limits, Settings
from .job import Job
from .loop import Loop
from .worker import LIMITS

#: Seconds that a call may take: all that the desk asks is on this machine.
_SECONDS = 30.0
#: The optional capabilities that the reference consumer has.
_CLAIMED = ("registry", "appointment-search")


def work(connection: Connection) -> None:
    """As that of ``worker``, for jobs with faults of the reference consumer."""
    # A Ctrl-C is for the process that gives out the work; we end when it closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limits = replace(Limits(), **LIMITS)
    with (
        bundled_consumer() as consumer,
        surrounded(Settings({}, capabilities=_CLAIMED, consumer=consumer, limits=limits)) as settings,
        tempfile.TemporaryDirectory(prefix="uec-booking-") as folder,
    ):
        desk = Desk(settings, Path(folder))
        session = RunSession(settings, folder, str(Path(folder) / "leases"), door=desk)
        try:
            run_engine([session, Loop(connection, session, desk)])
        finally:
            desk.close()


class Desk:
    """The reference consumer with the faults of the present job: a door for the scenarios.

    It is ``told`` of other surroundings than those that it has where something stands between.
    """

    def __init__(self, settings: Settings, folder: Path, told: Surroundings | None = None) -> None:
        assert settings.surroundings is not None
        self._settings, self._surroundings = settings, settings.surroundings
        self._told = told or settings.surroundings
        self._used = folder / "used.json"
        self._door: Door | None = None
        self._started = ExitStack()

    def switch_to(self, job: Job) -> None:
        self.close()
        self._used.unlink(missing_ok=True)
        world = World(self._surroundings, self._settings.limits)
        try:
            world.reset()
        finally:
            world.close()
        # What passed in the job before is of bookings that this one knows nothing of.
        ProxyLog(Path(self._surroundings.record)).forget()
        option = "--variant" if job.conformant else "--defect"
        on = [word for name in job.faults for word in (option, name)]
        consumer = self._started.enter_context(bundled_consumer(["--tell-used", str(self._used), *on]))
        self._door = opened(replace(consumer, seconds=_SECONDS), self._told, self._settings.edition)
        self._started.callback(self._door.close)

    def used(self) -> int:
        """As ``Switched`` has it: the desk tells of it each time."""
        if not self._used.exists():
            return 0
        told: dict[str, int] = json.loads(self._used.read_text(encoding="utf-8"))
        return sum(told.values())

    def give(self, task: Mapping[str, Any]) -> Answer:
        """As ``Door`` has it."""
        assert self._door is not None
        return self._door.give(task)

    def close(self) -> None:
        """As ``Door`` has it."""
        self._started.close()
        self._door = None
