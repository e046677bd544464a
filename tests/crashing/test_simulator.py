"""Whatever write of the simulator's fails, what was answered is there once, and the registry is told in the end.

A few points of each kind; ``bench/crash_points.py`` tries all of them.
"""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .database_points import Mode
from .forked import ForkedSimulator, Forks
from .holding import faults
from .story import Story
from .trying import tried

_SERVERS = [
    "",
    pytest.param(
        os.environ.get("UEC_BOOKING_TEST_POSTGRESQL", ""),
        marks=pytest.mark.skipif(
            "UEC_BOOKING_TEST_POSTGRESQL" not in os.environ, reason="no PostgreSQL: set UEC_BOOKING_TEST_POSTGRESQL"
        ),
    ),
]


@pytest.mark.parametrize("server", _SERVERS, ids=["SQLite", "PostgreSQL"])
def test_a_write_that_fails_loses_nothing(forks: Forks, server: str) -> None:
    tries = [(Mode.KILLED, 45), (Mode.FULL, 43), (Mode.GONE, 43), (Mode.GONE, 45)]
    # In the first booking: its last write before it is committed (43), and the moment after it (45).
    with ThreadPoolExecutor(2) as pool:
        points = list(pool.map(lambda one: tried(forks, server, *one), tries))
    assert [point for point in points if not point.reached] == []
    assert [point for point in points if not point.holds] == []


#: What a simulator that loses something would leave behind, and a word of what is then told.
_SPOILT = {
    "delete from appointments where status = 'booked'": "lost",
    "delete from pointers where status = 'booked'": "the registry does not have",
    "update pointers set status = 'booked'": "the registry does not have",
    "insert into pointers select id || 'x', version, status, nhs_number, url, start from pointers": "2 times",
    "update slots set status = 'free'": "are busy",
    "delete from appointment_versions where version = 1": "versions of",
    "delete from audit where action = 'book'": "audited",
    "delete from outbox where kind = 'cancel'": "the registry was told ['book']",
    "delete from slots where id in (select id from slots order by start limit 1 offset 700)": "gaps",
}


def test_what_is_lost_doubled_or_half_done_is_seen(forks: Forks, tmp_path: Path) -> None:
    file = tmp_path / "world.db"
    world = ForkedSimulator(forks, tmp_path, str(file))
    assert world.begin(Mode.COUNT)
    story = Story(world)
    told = story.go_on() and story.is_told()
    world.end()
    assert told
    assert faults(str(file), story.appointments) == ([], [], [])
    for number, (change, word) in enumerate(_SPOILT.items()):
        copy = tmp_path / f"spoilt-{number}.db"
        with sqlite3.connect(file) as stored, sqlite3.connect(copy) as spoilt:
            stored.backup(spoilt)
            assert spoilt.execute(change).rowcount
        stored.close()
        spoilt.close()
        assert word in str(faults(str(copy), story.appointments)), change
