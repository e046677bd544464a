"""Runs that end before their end: the system goes away, somebody presses Ctrl-C, or the program is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.program import PATIENCE, STORIES, Running, World, results, uec

#: What a progress line says when the first scenarios are done.
SOME_DONE = " 2/"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_provider_that_goes_away_ends_the_run(workers: int, launch: Callable[..., World], tmp_path: Path) -> None:
    world = launch()
    running = Running(
        "assure", "--config", world.file, "--only", STORIES, "-n", str(workers), "--out", tmp_path / "out"
    )
    running.wait_for(SOME_DONE)
    world.kill()
    done = running.end()
    said = " ".join(done.out.split())
    assert done.status in (2, 3), done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert done.err == ""
    assert "stopped answering" in said
    # Of one whose answer was lost nobody knows whether it was booked.
    told = "may still be booked" in said or "a booking may stand" in said
    assert told or "booked.jsonl" not in {p.name for p in (tmp_path / "out").iterdir()}
    assert results(tmp_path / "out")["verdict"] != "conformant as tested"


@pytest.mark.parametrize(
    ("number", "workers"),
    [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGTERM, 1)],
    ids=["Ctrl-C", "Ctrl-C with workers", "SIGTERM"],
)
def test_an_interrupted_run_cancels_what_it_booked(number: int, workers: int, world: World, tmp_path: Path) -> None:
    before = world.free_slots()
    running = Running(
        "assure", "--config", world.file, "--only", STORIES, "-n", str(workers), "--out", tmp_path / "out"
    )
    running.wait_for(SOME_DONE)
    if number == signal.SIGINT:
        running.signal_group(number)
    else:
        running.process.send_signal(number)
    done = running.end()
    assert done.status == 2, done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert "interrupted" in done.out
    assert results(tmp_path / "out")["verdict"] == "inconclusive"
    assert world.free_slots() == before


#: Runs the program and has a SIGTERM arrive in a finalizer when pytest ends, behind the last scenario.
LOST_AT_THE_END = """
import signal, sys, weakref
from uec_booking.harness import cli
from uec_booking.harness.running.session import RunSession

class Thing:
    pass

def at_the_end(self):
    thing = Thing()
    weakref.finalize(thing, signal.raise_signal, signal.SIGTERM)

RunSession.pytest_sessionfinish = at_the_end
sys.exit(cli.main(sys.argv[1:]))
"""


def test_nothing_is_shown_of_a_signal_that_python_throws_away(world: World, tmp_path: Path) -> None:
    arguments = ["assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-c", LOST_AT_THE_END, *arguments], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_pressed_again_shows_no_traceback(workers: int, launch: Callable[..., World], tmp_path: Path) -> None:
    world = launch()
    before = world.free_slots()
    running = Running(
        "assure", "--config", world.file, "--only", STORIES, "-n", str(workers), "--out", tmp_path / "out"
    )
    running.wait_for(SOME_DONE)
    running.signal_group(signal.SIGINT)
    time.sleep(0.3)
    running.signal_group(signal.SIGINT)
    done = running.end()
    assert done.status == 2, done.out + done.err
    assert not re.search("Traceback|Exception ignored|Unraisable|KeyboardInterrupt", done.out + done.err), done.err
    assert results(tmp_path / "out")["verdict"] == "inconclusive"
    assert world.free_slots() == before


#: Runs the program and has a SIGTERM arrive in a finalizer, where Python throws away what its handler raises.
LOST = """
import signal, sys, weakref
from uec_booking.harness import cli
from uec_booking.harness.scenario.slot_leases import SlotLeases

class Thing:
    pass

def give_back(self, own=SlotLeases.give_back):
    own(self)
    thing = Thing()
    weakref.finalize(thing, signal.raise_signal, signal.SIGTERM)

SlotLeases.give_back = give_back
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_signal_that_arrives_in_a_finalizer_ends_the_run_all_the_same(world: World, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST, "assure", "--config", world.file, "--only", STORIES, "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "interrupted: 1 of" in done.stdout
    assert done.stderr == ""


def _noted(journal: Path) -> list[dict[str, str]]:
    """The bookings that the program has noted: each was answered, so their addresses are known."""
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    return [booked for line in lines if "url" in (booked := json.loads(line))]


def _hold_while_something_is_booked(running: Running, world: World, before: dict[str, int], journal: Path) -> None:
    """Stop the program at a moment at which bookings of its stand, and each of them was answered."""
    running.wait_for("1/")
    while running.process.poll() is None:
        running.process.send_signal(signal.SIGSTOP)
        taken = sum(before.values()) - sum(world.free_slots().values())
        if taken > 0 and taken == world.standing(_noted(journal)):
            return
        running.process.send_signal(signal.SIGCONT)
        time.sleep(0.05)
    raise AssertionError("nothing was seen booked")


def test_the_next_run_cancels_what_a_killed_one_booked(launch: Callable[..., World], tmp_path: Path) -> None:
    world = launch()
    before = world.free_slots()
    out = tmp_path / "out"
    running = Running("assure", "--config", world.file, "--only", STORIES, "--out", out)
    try:
        _hold_while_something_is_booked(running, world, before, out / "booked.jsonl")
    finally:
        running.process.kill()
        running.end()
    taken = sum(before.values()) - sum(world.free_slots().values())
    assert taken > 0
    done = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out)
    assert done.status == 0, done.out + done.err
    assert world.free_slots() == before
    assert not (out / "booked.jsonl").exists()
    (note,) = [note for note in results(out)["notes"] if "of the run before" in note]
    count = re.fullmatch(r"(\d+) bookings? of the run before (was|were) cancelled", note)
    # An appointment outside the time in which free slots are counted may have stood too.
    assert count and int(count[1]) >= taken, note
    assert note in done.out
    again = uec("assure", "--config", world.file, "--only", "PRV-CAN-09", "--out", out)
    assert again.status == 0 and "of the run before" not in again.out


def test_the_bundled_world_ends_with_a_killed_run(tmp_path: Path) -> None:
    running = Running("assure", "--only", STORIES, "--out", tmp_path / "out")
    running.wait_for(SOME_DONE)
    running.process.kill()
    running.end()
    # Its bookings are gone with it, so there is nothing to clear up, and nothing to say about it.
    done = uec("assure", "--only", "PRV-CAN-09", "--out", tmp_path / "out")
    assert done.status == 0
    assert "still be booked" not in done.out


def _worker_processes(running: Running) -> list[int]:
    """Those of pytest-xdist: their command line is the one line of Python that execnet starts with."""
    own = f"/proc/{running.process.pid}/task/{running.process.pid}/children"
    children = map(int, Path(own).read_text(encoding="ascii").split())
    return [child for child in children if b"exec(eval" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's list of the children of a process")
def test_what_a_worker_that_was_killed_had_not_begun_is_run_by_others(world: World, tmp_path: Path) -> None:
    running = Running("assure", "--config", world.file, "--only", STORIES, "-n", "2", "--out", tmp_path / "out")
    running.wait_for(SOME_DONE)
    os.kill(_worker_processes(running)[0], signal.SIGKILL)
    done = running.end()
    told = results(tmp_path / "out")
    assert done.status == 4, done.out + done.err
    assert "crashed while running" in " ".join(done.out.split())
    ran = [one for one in told["scenarios"] if one["status"] != "NOT-RUN"]
    total = int(re.search(r"(\d+) scenarios to run", done.out)[1])  # type: ignore[index]
    assert total - len(ran) <= 1
    assert "Traceback" not in done.out + done.err


def test_two_runs_do_not_write_to_one_folder(world: World, tmp_path: Path) -> None:
    """The second would cancel what the first has booked, and the first would blame the provider."""
    # Of one tap there could not be two in any case.
    config = world.settings("untapped", lambda text: re.sub("tap = .*", "", text))
    running = Running("assure", "--config", config, "--only", "story-wrong", "--out", tmp_path / "out")
    running.wait_for(SOME_DONE)
    second = uec("assure", "--config", config, "--only", STORIES, "--out", tmp_path / "out")
    assert running.end().status == 0
    assert second.status == 3
    assert "Another run is writing" in second.paragraph()
