"""The worlds that the tests of this folder share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# With importlib mode a test folder is not on the path; the helper modules are wanted by name.
sys.path.insert(0, str(Path(__file__).parent.parent / "hostile_peers"))
sys.path.insert(0, str(Path(__file__).parent))

from program import World, launching


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world for tests that leave no trace in it."""
    with World(tmp_path_factory.mktemp("world")) as started:
        yield started


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Launches worlds of the test's own, with options."""
    with launching(tmp_path) as start:
        yield start
