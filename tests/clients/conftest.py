"""A world for generic FHIR clients, which know nothing of the Spine: no Ssp- headers are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..support.program import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world"), "--http", "--variant", "without-ssp-headers") as started:
        yield started
