"""The process in which all programs that fail here begin, and a world whose bookings the harness keeps a log of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support.simulator_client import Simulator
from .forked import Forks


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    started = Forks()
    yield started
    started.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the world's database."""
    return tmp_path_factory.mktemp("world") / "world.db"


@pytest.fixture(scope="module")
def world(database: Path) -> Iterator[Simulator]:
    started = Simulator(database.parent, "--http", "--database", str(database))
    yield started
    started.close()
