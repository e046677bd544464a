"""The worlds that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support.program import World, launching


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Launches worlds of the test's own, with options."""
    with launching(tmp_path) as start:
        yield start
