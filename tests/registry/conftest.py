"""The worlds that the tests of this folder share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# With importlib mode a test folder is not on the path; the helper modules are wanted by name.
for folder in ("simulator", "e2e"):
    sys.path.insert(0, str(Path(__file__).parent.parent / folder))

from program import World, launching  # noqa: E402


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Launches worlds of the test's own, with options."""
    with launching(tmp_path) as start:
        yield start
