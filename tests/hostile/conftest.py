"""The helper modules of this folder and of the whole runs; one world for each file of tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# With importlib mode a test folder is not on the path; the helper modules are wanted by name.
sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))
sys.path.insert(0, str(Path(__file__).parent))

from program import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world over plain HTTP, so that a test can stand between and spoil single bytes."""
    with World(tmp_path_factory.mktemp("world"), "--http") as started:
        yield started
