"""A warm worker: one world and one collected suite, used for one provider or registry after the other.

Nothing is imported, started or collected anew between systems: the world's faults are switched
at run time through its control interface, and the same collected scenarios run again.
"""

from __future__ import annotations

import json
import signal
import tempfile
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ..http.client import Client
from ..http.exchange import Sent
from ..proxy.log import ProxyLog
from ..running.engine import run_engine
from ..running.local_simulator import bundled_world
from ..running.session import RunSession
from ..settings.model import Control, Settings
from .job import Job
from .loop import Loop

#: Seconds. The world is on this machine: whoever waits longer waits in vain.
LIMITS: dict[str, Any] = {"read_seconds": 8.0, "total_seconds": 10.0, "registry_seconds": 2.0}


def work(connection: Connection) -> None:
    """Take jobs from the connection and answer each with its outcome, until there is None."""
    # A Ctrl-C is for the process that gives out the work; we end when it closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with bundled_world() as world, tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        settings = replace(world, limits=replace(world.limits, **LIMITS))
        session = RunSession(settings, folder, str(Path(folder) / "leases"))
        run_engine([session, Loop(connection, session, Faults(settings))])


class Faults:
    """The world's switches, through its control interface."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        part = settings.parts["provider"]
        assert part.control is not None
        self._control: Control = part.control
        self._tls = part.tls

    def switch_to(self, job: Job) -> None:
        self._call("POST", "/reset", {})
        self._call("PUT", "/defects", {"names": list(job.faults)})
        tap = self._settings.tap
        if tap is not None and tap.record:
            # What passed in the job before is of bookings that this one knows nothing of.
            ProxyLog(Path(tap.record)).forget()

    def used(self) -> int:
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
