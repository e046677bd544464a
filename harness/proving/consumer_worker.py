"""A warm worker for consumers: the world around them is started once, and the reference consumer for each job.

A consumer is a program of its own, so its faults cannot be switched while it runs: it is started with those of the
job, remembers nothing of the job before, and meets a world in which nothing has happened yet.
"""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Mapping
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
from ..running.local_simulator import desk_command
from ..running.session import RunSession
from ..settings.consumer import ConsumerUnderTest, Service111
from ..settings.model import Limits, Settings
from .job import Job
from .loop import Loop
from .worker import LIMITS

_CONSUMER = ConsumerUnderTest(
    name="the reference consumer",
    first=Service111("918999198101", "X9A01"),
    second=Service111("918999198102", "X9A02"),
    keeps_running=True,
    seconds=30.0,
)


def work(connection: Connection) -> None:
    """As that of ``worker``, for jobs with faults of the reference consumer."""
    # A Ctrl-C is for the process that gives out the work; we end when it closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    named = Settings({}, capabilities=("registry",), consumer=_CONSUMER, limits=replace(Limits(), **LIMITS))
    with surrounded(named) as settings, tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        desk = _Desk(settings, Path(folder))
        session = RunSession(settings, folder, str(Path(folder) / "leases"), door=desk)
        try:
            run_engine([session, Loop(connection, session, desk)])
        finally:
            desk.close()


class _Desk:
    """The reference consumer with the faults of the present job: a door for the scenarios."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        assert settings.surroundings is not None
        self._settings, self._surroundings = settings, settings.surroundings
        self._memory, self._used = folder / "desk.db", folder / "used.json"
        self._door: Door | None = None

    def switch_to(self, job: Job) -> None:
        self.close()
        self._memory.unlink(missing_ok=True)
        self._used.unlink(missing_ok=True)
        world = World(self._surroundings, self._settings.limits)
        try:
            world.reset()
        finally:
            world.close()
        # What passed in the job before is of bookings that this one knows nothing of.
        ProxyLog(Path(self._surroundings.record)).forget()
        kinds = {"defects": (), "variants": job.faults} if job.conformant else {"defects": job.faults, "variants": ()}
        command = desk_command(self._memory, self._used, **kinds)
        self._door = opened(replace(_CONSUMER, command=command), self._surroundings, self._settings.edition)

    def used(self) -> int:
        """As ``Switched`` has it: the desk tells of it after each call."""
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
        if self._door is not None:
            self._door.close()
            self._door = None
