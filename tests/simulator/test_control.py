"""The control interface, and each defect at work."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ..support.simulator_client import Consumer, Simulator, booking, nhs_number, soon

DEFECTS = [
    "cancel-changes-nothing",
    "double-booking",
    "keeps-version-on-cancel",
    "forgets-registry",
    "forgets-registry-cancel",
    "silent-rebooking",
    "moves-start-on-cancel",
    "cancelled-vanishes",
]


def simulate(*options: str) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    command = [sys.executable, "-m", "uec_booking.simulator", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_list_names_requirement_and_summary() -> None:
    listed = {row["name"]: row for row in json.loads(simulate("--list", "--json").stdout)}
    assert set(DEFECTS) <= listed.keys()
    assert all(row["requirement"] and row["summary"] and row["part"] for row in listed.values())
    assert "double-booking" in simulate("--list").stdout


def test_wrong_options_are_explained(world: Simulator) -> None:
    unknown = simulate("--port", "0", "--defect", "no-such-defect")
    assert unknown.returncode == 3 and "no-such-defect" in unknown.stderr
    port = world.config["control"]["url"].split(":")[2].split("/")[0]
    taken = simulate("--port", port)
    assert taken.returncode == 3 and port in taken.stderr and "Traceback" not in taken.stderr
    assert simulate("--port", "0", "--database", "/nonexistent/x.db").returncode == 3


def test_the_token_is_asked_for(world: Simulator) -> None:
    url = world.config["control"]["url"]
    assert world.session.get(url, timeout=10).status_code == 401
    assert "POST /control/reset" in world.control("GET", "").json()["actions"]
    assert world.control("PUT", "/defects", ["nothing-like-it"]).status_code == 400
    assert world.control("POST", "/staff-cancel", {"url": "https://elsewhere.example/x"}).status_code == 400


def test_the_description_tells_every_action(world: Simulator) -> None:
    described = world.control("GET", "/openapi.json").json()
    assert described["openapi"].startswith("3.")
    told = {f"{m.upper()} /control{p.rstrip('/')}" for p, methods in described["paths"].items() for m in methods}
    assert told == set(world.control("GET", "").json()["actions"])


def test_staff_cancel_and_edit_and_the_consumer_sees_it(world: Simulator) -> None:
    consumer, registry = world.consumer(), world.registry()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    body = consumer.read(url).json()
    assert world.control("POST", "/staff-touch", {"url": url}).json()["version"] == "2"
    assert consumer.put(url, {**body, "status": "cancelled"}, If_Match='W/"1"').status_code == 409
    assert world.control("POST", "/staff-cancel", {"url": url}).status_code == 200
    assert consumer.read(url).json()["status"] == "cancelled"
    soon(lambda: [p["status"] for p in registry.pointers(consumer.patient)] == ["cancelled"])


def test_clock_diary_received_and_reset(launch: Callable[..., Simulator]) -> None:
    world = launch()
    consumer = world.consumer()
    now = datetime.fromisoformat(world.control("GET", "/clock").json()["now"])
    start = (now + timedelta(days=5)).replace(hour=3, minute=7, second=0).isoformat()
    seed = {"provider": "utc", "diary": "utc-diary-1", "starts": [start]}
    assert world.control("POST", "/diary", seed).json() == {"added": 1}
    assert world.control("POST", "/diary", seed).json() == {"added": 0}
    assert start in {slot["start"] for slot in consumer.slots(24 * 7)}

    booked = consumer.book_any()
    seen = world.control("GET", "/received?path=/utc").json()["received"]
    last = seen[-1]
    assert (last["method"], last["status"]) == ("POST", 201)
    assert last["response_id"] == booked.headers["X-Request-ID"]
    assert not any(name.lower() == "authorization" for entry in seen for name in entry["headers"])

    later = world.control("PUT", "/clock", {"advance_seconds": 86400 * 3}).json()["now"]
    assert datetime.fromisoformat(later) > now + timedelta(days=2)
    assert consumer.search().status_code == 403, "the tokens of today have expired in the world"
    world.control("POST", "/reset")
    assert consumer.read(booked.headers["Location"]).status_code == 404
    assert consumer.slots()


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One warm simulator that takes each defect in turn."""
    simulator = Simulator(tmp_path_factory.mktemp("broken"))
    yield simulator
    simulator.close()


def observe(world: Simulator) -> dict[str, Any]:
    """A short story, told in the facts that the defects change."""
    consumer, registry = world.consumer(), world.registry()
    slots = random.sample(consumer.bookable(40), 2)
    first = consumer.book(booking(slots[0], consumer.patient))
    url = first.headers["Location"].rpartition("/_history/")[0]
    rival = consumer.book(booking(slots[0], nhs_number())).status_code
    consumer.book(booking(slots[1], consumer.patient))
    earlier = consumer.read(url).json()["status"]
    told = _registry_says(world, registry, consumer, "booked")
    cancelled = consumer.cancel(url)
    after = consumer.read(url)
    return {
        "rival": rival,
        "earlier": earlier,
        "registry told": told,
        "cancel answer": cancelled.json().get("status"),
        "new version": cancelled.json().get("meta", {}).get("versionId") != first.json()["meta"]["versionId"],
        "start kept": cancelled.json().get("start") == first.json()["start"],
        "read after": after.json().get("status") or after.status_code,
        "registry ended": _registry_says(world, registry, consumer, "cancelled"),
    }


def _registry_says(world: Simulator, registry: Consumer, consumer: Consumer, status: str) -> bool:
    soon(lambda: world.control("GET", "/registry/outbox").json()["waiting"] == [])
    return status in {p["status"] for p in registry.pointers(consumer.patient)}


HONEST = {
    "rival": 409,
    "earlier": "booked",
    "registry told": True,
    "cancel answer": "cancelled",
    "new version": True,
    "start kept": True,
    "read after": "cancelled",
    "registry ended": True,
}


@pytest.mark.parametrize(
    ("defect", "changed"),
    [
        ("", {}),
        ("cancel-changes-nothing", {"read after": "booked"}),
        ("double-booking", {"rival": 201}),
        ("keeps-version-on-cancel", {"new version": False}),
        ("forgets-registry", {"registry told": False, "registry ended": False}),
        ("forgets-registry-cancel", {"registry ended": False}),
        ("moves-start-on-cancel", {"start kept": False}),
        ("cancelled-vanishes", {"read after": 404}),
        ("", {}),
    ],
)
def test_each_defect_changes_one_thing(broken: Simulator, defect: str, changed: dict[str, Any]) -> None:
    broken.control("PUT", "/defects", [defect] if defect else [])
    assert observe(broken) == HONEST | changed


def test_silent_rebooking_cancels_the_earlier_appointment(broken: Simulator) -> None:
    broken.control("PUT", "/defects", ["silent-rebooking"])
    assert observe(broken)["earlier"] == "cancelled"
