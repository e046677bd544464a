"""The simulators that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support.simulator_client import Simulator
from .losing_proxy import Recorder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulator for tests that leave its state alone but for their own patients."""
    simulator = Simulator(tmp_path_factory.mktemp("world"))
    yield simulator
    simulator.close()


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """Launches simulators of the test's own, with options."""
    started: list[Simulator] = []

    def start(*options: str) -> Simulator:
        started.append(Simulator(tmp_path, *options))
        return started[-1]

    yield start
    for simulator in started:
        if simulator.process.poll() is None:
            simulator.close()


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A recording proxy before the registry."""
    proxy = Recorder()
    yield proxy
    proxy.close()
