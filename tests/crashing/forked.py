"""Simulators that fail at a write, started by ``forking``, and started again without a failure at the same address."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import tomllib
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import requests

from ..support.simulator_client import Simulator, soon
from .database_points import Mode

ROOT = Path(__file__).parents[2]


class Forks:
    """The process in which simulators begin."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashing.forking"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()

    def start(self, **order: Any) -> int:
        """Start one; the number of its process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=30)


class ForkedSimulator(Simulator):
    """A simulator at a port and on a database of its own, which can fail, and be started again."""

    def __init__(self, forks: Forks, folder: Path, database: str) -> None:
        self._forks = forks
        self._folder = folder
        self._database = database
        self._numbers = count(1)
        self._pid = 0
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.session = requests.Session()
        self.session.trust_env = False
        self.notes = folder / "points.txt"
        self.log = folder / "said.txt"

    def begin(self, mode: Mode, at: int = 0) -> bool:
        """Start it; False where it ended before it served anybody."""
        file = self._folder / f"simulator-{next(self._numbers)}.toml"
        registry = f"http://localhost:{self.port}/registry/STU3/1"
        options = ["--http", "--port", str(self.port), "--database", self._database, "--registry-url", registry]
        self._pid = self._forks.start(
            program="simulator",
            mode=mode,
            at=at,
            notes=str(self.notes if mode != Mode.COUNT or at else self._folder / f"{file.stem}.txt"),
            said=str(self.log),
            options=[*options, "--write-config", str(file)],
        )
        soon(lambda: _is_whole(file) or not self.is_alive(), seconds=60)
        if not _is_whole(file):
            return False
        self.config = tomllib.loads(file.read_text())
        return True

    def is_alive(self) -> bool:
        """Whether its process is there."""
        return is_alive(self._pid)

    def failed(self) -> bool:
        """Whether it came to the point at which it was to fail."""
        return self.notes.exists() and "FAILED" in self.notes.read_text()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, if it has not ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, how)
        soon(lambda: not self.is_alive(), seconds=60)
        self.session.close()


def is_alive(process: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _is_whole(file: Path) -> bool:
    return file.exists() and file.read_text().rstrip().endswith('"') and "[control]" in file.read_text()
