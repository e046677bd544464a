"""Every defect and variant can be switched on, and breaks nothing but what it says."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests
from uec_booking.standard import requirements

from ..support.simulator_client import Simulator, booking

LISTED = json.loads(
    subprocess.run(
        [sys.executable, "-m", "uec_booking.simulator", "--list", "--json"],
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
)
# Their point is a status of 500.
FAILING = {"metadata-needs-a-name", "wrong-method-fails", "unknown-read-fails", "malformed-body-fails"}
# Their point is that a right request is refused.
REFUSING = {
    "appointments-need-a-name",
    "nobody-may-cancel",
    "needs-a-next-of-kin",
    "slots-go-by-the-contained-id",
    "tolerates-no-drift",
    "needs-practitioner",
    "read-needs-write-scope",
    "needs-signed-tokens",
    "patients-must-be-registered",
    "offers-beyond-the-horizon",
}
#: Of the diary, in which slots are looked for: to answer with two days of it takes most of the time of a test.
_HOURS = 6
# Its point is that no whole answer comes.
SILENT = {"answers-break-off"}
MECHANICAL = [row["name"] for row in LISTED if row["kind"] == "mechanical"]
TOGETHER = [row["name"] for row in LISTED if "made_of" in row]
# Of what is generated a few stand for all, each of another kind; the proof runs every one.
STORIES = [
    *(
        row["name"]
        for row in LISTED
        if row["kind"] != "mechanical" and "made_of" not in row and row["name"] not in SILENT
    ),
    *sorted({name.split(":")[1] + name.split(":")[3]: name for name in MECHANICAL if ":read:" not in name}.values()),
    *TOGETHER[::20],
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One warm simulator that takes each in turn."""
    simulator = Simulator(tmp_path_factory.mktemp("broken"))
    yield simulator
    simulator.close()


def test_names_are_words_and_requirements_exist() -> None:
    known = requirements.load()
    for row in LISTED:
        if row["kind"] != "mechanical":
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["name"])
        assert row["requirement"] in known, row
        assert row["summary"].endswith(".") and len(row["summary"]) <= 110, row
        assert row["part"] in ("provider", "registry", "outbox")
    assert len({row["name"] for row in LISTED}) == len(LISTED)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_can_still_be_told(broken: Simulator, name: str) -> None:
    # A full diary for each, so that a few hours of it are enough.
    broken.control("POST", "/reset")
    consumer = broken.consumer()
    slot = random.choice(consumer.bookable(_HOURS))
    assert broken.control("PUT", "/defects", [name]).status_code == 200
    booked = consumer.book(booking(slot, consumer.patient))
    answers: list[requests.Response] = [
        consumer.send("GET", "/metadata", "organization/slot.read"),
        consumer.search(2, "&_include=Slot:schedule&_include=Schedule:actor:HealthcareService"),
        booked,
        consumer.send("POST", "/Slot", "organization/slot.read", b""),
        consumer.book(b"{"),
        consumer.read("/Appointment/none"),
    ]
    if booked.status_code in (200, 201) and _has_id(booked):
        path = f"/Appointment/{booked.json()['id']}"
        answers += [consumer.read(path), consumer.read(f"{path}/_history/1")]
        if name not in REFUSING:
            current = broken_read(broken, path)
            answers.append(consumer.put(path, {**current, "status": "cancelled"}, If_Match='W/"1"'))
    broken.control("PUT", "/defects", [])
    statuses = [answer.status_code for answer in answers]
    assert (500 in statuses) == (name in FAILING), statuses
    assert consumer.book_any(random.choice(consumer.bookable(_HOURS))).status_code == 201, (
        "with the fault off again, all is as before"
    )
    assert booked.status_code in (200, 201) or name in REFUSING, booked.text


def _has_id(booked: requests.Response) -> bool:
    """Whether the answer to a booking tells its id as it should."""
    try:
        return isinstance(booked.json().get("id"), str) and bool(booked.json()["id"])
    except ValueError:
        return False


def broken_read(world: Simulator, path: str) -> dict:
    """The appointment as it is really stored."""
    on = world.control("GET", "/defects").json()["on"]
    world.control("PUT", "/defects", [])
    body = world.consumer().read(path).json()
    world.control("PUT", "/defects", on)
    return body
