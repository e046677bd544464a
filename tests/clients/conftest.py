"""A world for generic FHIR clients, which know nothing of the Spine: no Ssp- headers are asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# With importlib mode a test folder is not on the path; the helper modules are wanted by name.
sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))

from program import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world"), "--http", "--variant", "without-ssp-headers") as started:
        yield started
