"""What ``uec-booking consumer example`` gives to begin with, at work: a screen in a browser, and a trigger server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from uec_booking.harness.consumer import contract
from uec_booking.harness.consumer.contract import NoAnswer
from uec_booking.harness.consumer.doors.webhook import WebhookDoor
from uec_booking.harness.settings.consumer import ConsumerUnderTest, Service111
from uec_booking.standard.consumer_contract import problem_of_answer

from ...foreign_consumers.consumers import free_ports, listening
from ...support.program import uec
from ...support.simulator_client import nhs_number
from .conftest import World
from .playing import serving, task
from .services import HUB


def example(kind: str, folder: Path) -> Path:
    # Not by its kind: a file playwright.py would hide the library.
    file = folder / f"driver-{kind}.py"
    file.write_text(uec("consumer", "example", kind).out, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def screen(found_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk's page."""
    memory = tmp_path_factory.mktemp("page") / "desk.db"
    with serving("page", *found_world.desk_options(None), "--memory", str(memory)) as address:
        yield address


def test_a_screen_is_worked_and_what_it_showed_is_told(screen: str, tmp_path: Path) -> None:
    """Booked in one call; listed, confirmed and cancelled in the next."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    driver, number = example("playwright", tmp_path), nhs_number()
    assert len(driver.read_text(encoding="utf-8").splitlines()) <= 60
    tasks = [contract.hello()]
    tasks += [task(number, service=HUB), task(number, cancel=("all",))]
    told = []
    for given in tasks:
        done = subprocess.run(
            [sys.executable, str(driver)],
            input=json.dumps(given).encode(),
            capture_output=True,
            timeout=300,
            env={"SCREEN": screen, "CHROMIUM": chromium, "HOME": str(tmp_path)},
        )
        assert done.returncode == 0, done.stderr.decode()
        assert not problem_of_answer(json.loads(done.stdout)), done.stdout
        told.append(contract.answer_to(given, done.stdout))
    hello, booked, cancelled = told
    assert hello.supports >= {"dos", "sds"}
    assert booked.saw(contract.Saw.BOOKED_SHOWN), booked.events
    (made,) = booked.saw(contract.Saw.BOOKED_SHOWN)
    seen = [event.what for event in cancelled.events]
    assert seen.index("patient-confirmed") < seen.index("cancelled-shown"), cancelled.events
    assert made.about and made.about == cancelled.saw(contract.Saw.CANCELLED_SHOWN)[0].about


def triggered(folder: Path, *command: str, given: dict[str, Any] | None = None) -> contract.Answer:
    """What comes of a task whose webhook is the trigger server, with this command."""
    port = free_ports(1)
    with listening([sys.executable, str(example("trigger", folder)), str(port), *command], port):
        consumer = ConsumerUnderTest("a desk", Service111("918999198101", "X9A01"), webhook=f"http://localhost:{port}/")
        door = WebhookDoor(consumer)
        try:
            return door.give(given or contract.hello())
        finally:
            door.close()


def test_a_trigger_server_runs_a_command_with_each_task(tmp_path: Path) -> None:
    assert len(example("trigger", tmp_path).read_text(encoding="utf-8").splitlines()) <= 60
    answer = triggered(tmp_path, sys.executable, str(example("python", tmp_path)))
    assert (answer.name, answer.outcome) == ("Your consumer", "finished")


@pytest.mark.parametrize(
    ("command", "seconds", "told"),
    [
        ((sys.executable, "-c", "raise RuntimeError('the licence has ended')"), 90, "the licence has ended"),
        (("no-such-program-of-ours",), 90, "cannot be started"),
        ((sys.executable, "-c", "import time; time.sleep(300)"), 3, "did not end within the time"),
    ],
)
def test_a_command_that_breaks_is_told_with_its_last_words(
    command: tuple[str, ...], seconds: float, told: str, tmp_path: Path
) -> None:
    with pytest.raises(NoAnswer, match=told):
        triggered(tmp_path, *command, given={**contract.hello(), "deadline_s": seconds})
