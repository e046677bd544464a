"""Whatever change to its files fails, the harness leaves no booking standing, and no stored scenario is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..support.simulator_client import Simulator
from .file_points import FileMode
from .forked import Forks
from .trying_files import MODES, every_change, tried_booking, tried_storing

#: A request and its answer are noted for each of two bookings, a cancellation, and the log goes.
_CHANGES_OF_BOOKINGS = 6
#: A stored run is begun in a file beside, each scenario and its end are a line, and it is compressed.
_CHANGES_OF_A_RUN = 8


@pytest.mark.parametrize("mode", [FileMode.KILLED_WITHIN, FileMode.FULL_ONCE])
def test_no_booking_is_left_standing(
    forks: Forks, world: Simulator, database: Path, tmp_path: Path, mode: FileMode
) -> None:
    points = every_change(tried_booking, forks, tmp_path / "logs", world.file, database, mode)
    assert len(points) >= _CHANGES_OF_BOOKINGS
    assert [point for point in points if not point.holds] == []


@pytest.mark.parametrize("mode", MODES)
def test_what_was_stored_is_read(forks: Forks, tmp_path: Path, mode: FileMode) -> None:
    points = every_change(tried_storing, forks, tmp_path / "runs", mode)
    assert len(points) >= _CHANGES_OF_A_RUN
    assert [point for point in points if not point.holds] == []
