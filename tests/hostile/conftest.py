"""One world for each file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..support.program import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world over plain HTTP, so that a test can stand between and spoil single bytes."""
    with World(tmp_path_factory.mktemp("world"), "--http") as started:
        yield started
