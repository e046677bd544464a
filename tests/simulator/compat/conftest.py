"""A simulator that serves the toolkit's sentinel ids, and a consumer of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ...support.simulator_client import UUID, Consumer, Simulator, booking, nhs_number


class Tkw:
    """Requests to the provider at /STU3."""

    def __init__(self, simulator: Simulator) -> None:
        base = simulator.config["control"]["url"].removesuffix("/control") + "/STU3"
        settings = {"base_url": base, "audience": base, "services": {}}
        self.base = base
        self.consumer = Consumer(simulator, settings, simulator.config["organisations"]["first_111"])

    def slots(self, service: str | None, includes: str = "", **headers: str | None) -> requests.Response:
        """A slot search."""
        query = f"schedule.actor:healthcareservice={service}&" if service is not None else ""
        return self.consumer.send("GET", f"/Slot?{query}{includes}", "organization/slot.read", **headers)

    def body(self, slot: str) -> dict[str, Any]:
        """A booking whose contained Slot has that id."""
        times = {"start": "2031-01-31T09:00:00+00:00", "end": "2031-01-31T09:05:00+00:00"}
        identifier = [{"system": UUID, "value": str(uuid.uuid4())}]
        body = booking({"identifier": identifier, "schedule": {"reference": "Schedule/tkw"}, **times}, nhs_number())
        next(each for each in body["contained"] if each["resourceType"] == "Slot")["id"] = slot
        return body | {"slot": [{"reference": f"#{slot}"}]}

    def book(self, slot: str, **headers: str | None) -> requests.Response:
        """A booking of a slot."""
        return self.consumer.book(self.body(slot), **headers)

    def cancel(self, slot: str, **headers: str) -> requests.Response:
        """A cancellation of whatever was booked in a slot."""
        return self.consumer.put("/Appointment/any", self.body(slot) | {"status": "cancelled"}, **headers)


@pytest.fixture(scope="package")
def tkw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tkw]:
    simulator = Simulator(tmp_path_factory.mktemp("tkw"), "--compat", "tkw")
    yield Tkw(simulator)
    assert simulator.close() == 0
    assert simulator.said == ""
