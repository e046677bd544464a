"""A simulator whose faults each test sets for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ...support.simulator_client import Simulator

UTC = "/utc/STU3/1/booking"


class World(Simulator):
    """A simulator, with the faults on demand of its provider."""

    def demand(self, *faults: dict[str, Any], root: str = UTC) -> None:
        """Let a system have exactly these."""
        answer = self.control("PUT", "/faults", {"root": root, "faults": list(faults)})
        assert answer.status_code == 200, answer.text

    def told(self, root: str = UTC) -> list[dict[str, Any]]:
        """What is told of the faults of a system."""
        return [line for line in self.control("GET", "/faults").json()["faults"] if line["root"] == root]


@pytest.fixture(scope="package")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    simulator = World(tmp_path_factory.mktemp("on-demand"))
    yield simulator
    assert simulator.close() == 0
    # A reset may come between a booking and the registry's hearing of it, which is a warning.
    assert "ERROR" not in simulator.said, "no fault on demand is a fault of the program"


@pytest.fixture
def world(started: World) -> Iterator[World]:
    """A world in which nothing is on demand but what the test sets."""
    started.control("DELETE", "/faults")
    yield started
    started.control("DELETE", "/faults")
