"""Starts the foreign consumers, each at its own door, and has them judged."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from ..support.foreign_runs import VERDICTS_ALONE, Run, assure

HERE = Path(__file__).parent
_PATIENCE = 60.0
_ASID, _ODS = "918999198101", "X9A01"
#: Starts a consumer with faults; yields the lines of its settings.
Starting = Callable[[Path, Sequence[str]], AbstractContextManager[list[str]]]


def _faults(faults: Sequence[str]) -> list[str]:
    return [word for fault in faults for word in ("--fault", fault)]


def free_ports(count: int) -> int:
    """The first of some free ports in a row: a consumer that is configured once knows three of them by its first."""
    for _ in range(100):
        with ExitStack() as held:
            try:
                probe = held.enter_context(socket.create_server(("127.0.0.1", 0)))
                first = int(probe.getsockname()[1])
                for number in range(first + 1, first + count):
                    held.enter_context(socket.create_server(("127.0.0.1", number)))
            except (OSError, OverflowError):
                continue
            return first
    raise AssertionError(f"no {count} free ports in a row")


@contextmanager
def listening(command: Sequence[str], port: int) -> Iterator[None]:
    """A program, from when it listens at the port until the block ends."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            assert process.poll() is None, f"{command[1]} has ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < deadline, f"{command[1]} does not listen"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


@contextmanager
def script(folder: Path, faults: Sequence[str]) -> Iterator[list[str]]:
    """The script over requests, started for each task."""
    command = [sys.executable, str(HERE / "script.py"), "--memory", str(folder / "booked.json"), *_faults(faults)]
    yield [f"command = {json.dumps(command)}"]


@contextmanager
def fhirpy(folder: Path, faults: Sequence[str]) -> Iterator[list[str]]:
    """The service over fhirpy, at a webhook that answers 202."""
    port, ours = free_ports(1), free_ports(3)
    command = [sys.executable, str(HERE / "fhirpy_service.py"), "--port", str(port), *_places(folder, ours)]
    with listening([*command, "--sds-port", str(ours + 2), *_faults(faults)], port):
        yield _webhook(port, ours)


@contextmanager
def npm(folder: Path, faults: Sequence[str]) -> Iterator[list[str]]:
    """The desk over libraries of npm, kept running."""
    node = with_packages(HERE / "node", folder)
    program = f"NODE_EXTRA_CA_CERTS=$UEC_BOOKING_CA exec node {node / 'desk.mjs'} {' '.join(_faults(faults))}"
    yield [f"command = {json.dumps(['sh', '-c', program])}", "keeps_running = true"]


@contextmanager
def browser(folder: Path, faults: Sequence[str]) -> Iterator[list[str]]:
    """The desk that is a web page, with the driver that works it in Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    desk, port, ours = free_ports(1), free_ports(1), free_ports(3)
    program = [sys.executable, str(HERE / "browser_desk.py"), "--port", str(desk), *_places(folder, ours)]
    driver = [sys.executable, str(HERE / "browser_driver.py"), str(port), f"http://localhost:{desk}/", chromium]
    with (
        listening([*program, "--sds", f"ldap://localhost:{ours + 2}", *_faults(faults)], desk),
        listening(driver, port),
    ):
        yield _webhook(port, ours)


def with_packages(source: Path, folder: Path) -> Path:
    """A copy of a Node program with the packages of its lock file installed."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed (Debian: apt-get install nodejs npm)")
    place = folder / "node"
    place.mkdir()
    for name in ("desk.mjs", "package.json", "package-lock.json"):
        shutil.copy(source / name, place)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    done = subprocess.run(command, cwd=place, capture_output=True, timeout=300)
    if done.returncode:
        pytest.skip(f"npm could not install the packages: {done.stderr.decode(errors='replace')[-300:]}")
    return place


def _places(folder: Path, ours: int) -> list[str]:
    """Where everything is, as a system is told that is configured once."""
    places = {"dos": f"https://localhost:{ours + 1}/dos", "ssp": f"https://localhost:{ours}"}
    places |= {"ca": str(folder / "trusted.pem"), "asid": _ASID, "ods": _ODS}
    return [word for name, value in places.items() for word in (f"--{name}", value)]


def _webhook(port: int, ours: int) -> list[str]:
    return [f'webhook = "http://localhost:{port}/"', f"port = {ours}", 'authority = "trusted.pem"']


def judged(starting: Starting, folder: Path, only: str, faults: Sequence[str] = ()) -> Run:
    """What a run finds of a foreign consumer, in the scenarios that ``only`` selects."""
    with starting(folder, faults) as door:
        config = folder / "consumer.toml"
        lines = ["[consumer]", 'name = "a foreign consumer"', *door, f'first = {{ asid = "{_ASID}", ods = "{_ODS}" }}']
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return assure(config, folder / "out", "--only", only, *VERDICTS_ALONE)
