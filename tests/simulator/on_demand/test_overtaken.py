"""Others are faster: the slot is taken, the appointment touched or cancelled, just before a call is handled."""

from __future__ import annotations

import pytest

from ...support.simulator_client import booking, soon
from .conftest import World


def test_another_patient_takes_the_slot(world: World) -> None:
    world.demand({"call": "book", "do": "taken"})
    consumer = world.consumer()
    slot = consumer.bookable()[0]
    refused = consumer.book(booking(slot, consumer.patient))
    assert refused.status_code == 409
    assert refused.json()["issue"][0]["diagnostics"] == "Slot no longer available"
    assert "note" not in world.told()[0]["last"][0]
    # It is a booking like any other: the time is gone, and the trail knows of it.
    assert slot["id"] not in {each["id"] for each in consumer.slots()}
    trail = world.control("GET", "/audit?provider=utc").json()["audit"]
    taken = [line for line in trail if line["action"] == "staff-book"][-1]
    kept = consumer.read(f"/Appointment/{taken['appointment']}").json()
    assert (kept["start"], kept["status"]) == (slot["start"], "booked")
    assert kept["contained"][0]["identifier"][0]["system"].endswith("local-patient")


def test_a_slot_that_nobody_can_take_is_told(world: World) -> None:
    consumer = world.consumer()
    slot = consumer.bookable()[0]
    consumer.book_any(slot)
    world.demand({"call": "book", "times": 2, "do": "taken"})
    assert consumer.book(booking(slot, consumer.patient)).status_code == 409
    assert consumer.book(b"{}").status_code == 400
    told = world.told()[0]
    assert told["fired"] == 2
    assert all(line["note"].startswith("nothing was taken") for line in told["last"])


def test_staff_touch_the_appointment_before_the_cancel(world: World) -> None:
    world.demand({"call": "cancel", "do": "moved"})
    consumer = world.consumer()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    assert consumer.cancel(url).status_code == 409
    assert consumer.read(url).json()["meta"]["versionId"] == "2"
    assert consumer.cancel(url).status_code == 200


@pytest.mark.parametrize("call", ["cancel", "read"])
def test_staff_cancel_before_the_call(world: World, call: str) -> None:
    consumer, registry = world.consumer(), world.registry()
    url = consumer.book_any().headers["Location"].rpartition("/_history/")[0]
    body = consumer.read(url).json()
    world.demand({"call": call, "do": "cancelled-locally"})
    if call == "cancel":
        assert consumer.put(url, {**body, "status": "cancelled"}, If_Match='W/"1"').status_code == 409
    assert consumer.read(url).json()["status"] == "cancelled"
    assert world.told()[0]["fired"] == 1
    soon(lambda: [pointer["status"] for pointer in registry.pointers(consumer.patient)] == ["cancelled"])


def test_what_is_not_booked_cannot_be_touched(world: World) -> None:
    world.demand({"call": "read", "do": "moved"})
    assert world.consumer().read("/Appointment/nobody").status_code == 404
    assert world.told()[0]["last"][0]["note"].startswith("nothing was done")
