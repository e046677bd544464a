"""``uec-booking load`` against simulators: one that stalls, and one that books twice when many ask at once."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ..support.program import uec
from ..support.simulator_client import Simulator, soon
from ..support.within import here

_LOAD = "\n[load]\nmost_bookings = {most}\n[load.targets]\nsearch = 0.5\nread = 60\n"
#: Seconds for which the system stalls.
_STALL = 10.0


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """A simulator, with settings for a load of at most so many bookings."""
    started: list[Simulator] = []

    def start(most: int, *options: str) -> Simulator:
        world = Simulator(tmp_path, "--http", *options)
        started.append(world)
        world.file.write_text(world.file.read_text() + _LOAD.format(most=most))
        return world

    yield start
    for world in started:
        world.process.send_signal(signal.SIGCONT)
        world.close()


def _stall(world: Simulator, log: Path) -> None:
    """Stop the whole program for a while, once the load is under way: its log of bookings has begun."""
    soon(log.exists, 120)
    world.process.send_signal(signal.SIGSTOP)
    time.sleep(_STALL)
    world.process.send_signal(signal.SIGCONT)


def test_a_stall_shows_in_the_times_and_all_is_given_back(launch: Callable[..., Simulator], tmp_path: Path) -> None:
    database, out = tmp_path / "world.db", tmp_path / "out"
    world = launch(4, "--database", str(database))
    stalling = threading.Thread(target=_stall, args=(world, out / "booked.jsonl"))
    stalling.start()
    done = uec(
        *("load", "--config", world.file, "--users", "30", "--rate", "2", "--minutes", "0.33", "--think", "0"),
        *("--out", out),
    )
    stalling.join(timeout=60)
    assert done.status == 0, done.err
    load = json.loads((out / "load.json").read_text())
    search = load["interactions"]["search"]
    # Two a second go on to begin in that time, of some forty in all: one in a hundred waited for most of it.
    assert search["p99"] >= _STALL - 2
    assert search["p90"] >= 3
    assert search["failures"] == 0
    within = {one["interaction"]: one["measured"] <= one["target"] for one in load["targets"] if one["measured"]}
    assert within.get("search") is False
    assert "bookings were not sent" in str(load["notes"])
    assert f"{search['requests']}" in (out / "load.html").read_text()
    assert not (out / "booked.jsonl").exists()
    with closing(sqlite3.connect(database)) as stored:
        statuses = {status for (status,) in stored.execute("select status from appointments")}
        assert statuses == {"cancelled"}
        assert stored.execute("select count(*) from appointments").fetchone()[0] <= 4


def test_two_workers_find_a_slot_that_went_twice(launch: Callable[..., Simulator], tmp_path: Path) -> None:
    """The bookings are those of several processes, and the history is that of all."""
    world = launch(10_000, "--defect", "double-booking-at-once")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "uec_booking.harness.cli", "load", "--config", str(world.file)]
    there = ["--master-host", "127.0.0.1", "--master-port", port]
    workers = [
        subprocess.Popen([*command, *there, "--worker", "--out", str(tmp_path / name)], stdout=subprocess.DEVNULL)
        for name in ("one", "two")
    ]
    how = ["--users", "12", "--minutes", "0.1", "--think", "0", "--master", "--workers", "2"]
    master = subprocess.run(
        [*command, *there, *how, "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert master.returncode == 1, master.stdout + master.stderr
    load: dict[str, Any] = json.loads((tmp_path / "out" / "load.json").read_text())
    assert load["notes"] == []
    doubled = load["history"]["impossible"][0]
    assert sum("book" in line and "done" in line for line in doubled["operations"]) == 2
    assert doubled["slot"] in (tmp_path / "out" / "load.html").read_text()
    assert not list(tmp_path.glob("*/booked.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--users", "0"), "from 1 to 10000"),
        (("--rate", "fast"), "'fast': write from 0.001 to 10000"),
        (("--master", "--worker"), "not allowed with"),
        (("--worker",), "give it --config"),
        (("--registry", "https://registry.example/STU3"), "name none: write [provider]"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: tuple[str, ...], word: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = here("load", *arguments, "--out", tmp_path / "out")
    assert done.status == 3
    assert word in " ".join((done.err + capfd.readouterr().err).split())
    assert not (tmp_path / "out").exists()
