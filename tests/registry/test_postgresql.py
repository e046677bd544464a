"""The registry on PostgreSQL: the same tests as on SQLite.

They run where ``UEC_BOOKING_TEST_POSTGRESQL`` is the SQLAlchemy URL of a database that may be emptied.
"""

from __future__ import annotations

import importlib.util
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from ..simulator import test_registry as on_sqlite
from ..support.simulator_client import Simulator

VARIABLE = "UEC_BOOKING_TEST_POSTGRESQL"
URL = os.environ.get(VARIABLE, "")

pytestmark = [
    pytest.mark.skipif(not URL, reason=f"no PostgreSQL server: {VARIABLE} names no database"),
    pytest.mark.skipif(importlib.util.find_spec("psycopg") is None, reason="the driver psycopg is not installed"),
]

test_a_pointer_is_registered_found_read_and_ended = on_sqlite.test_a_pointer_is_registered_found_read_and_ended
test_a_pointer_has_nothing_but_its_fields = on_sqlite.test_a_pointer_has_nothing_but_its_fields
test_a_pointer_has_all_of_its_fields = on_sqlite.test_a_pointer_has_all_of_its_fields
test_past_ones_are_left_out = on_sqlite.test_past_appointments_are_left_out_of_a_search_by_patient
test_xml_and_wrong_requests = on_sqlite.test_xml_and_wrong_requests
test_of_two_that_end_a_pointer_at_once_one_succeeds = on_sqlite.test_of_two_that_end_a_pointer_at_once_one_succeeds
test_the_token_service = on_sqlite.test_the_token_service


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a schema of our own in that database, so that several workers do not meet."""
    schema = f"uec_{uuid.uuid4().hex}"
    engine = create_engine(URL)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{URL}?options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Simulator]:
    """A simulator on that schema."""
    simulator = Simulator(tmp_path_factory.mktemp("postgresql"), "--database", database)
    yield simulator
    simulator.close()


def test_entries_outlast_the_program(world: Simulator, database: str, tmp_path: Path) -> None:
    nhs = on_sqlite.nhs_number()
    made = on_sqlite.register(world.registry(), on_sqlite.pointer(nhs)).json()
    again = Simulator(tmp_path, "--database", database)
    try:
        assert again.registry().pointers(nhs) == [made]
    finally:
        again.close()
