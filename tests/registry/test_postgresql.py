"""The registry on PostgreSQL: the same tests as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..simulator import test_registry as on_sqlite
from ..support.postgresql import NEEDED, schema
from ..support.simulator_client import Simulator

pytestmark = NEEDED

test_a_pointer_is_registered_found_read_and_ended = on_sqlite.test_a_pointer_is_registered_found_read_and_ended
test_a_pointer_has_nothing_but_its_fields = on_sqlite.test_a_pointer_has_nothing_but_its_fields
test_a_pointer_has_all_of_its_fields = on_sqlite.test_a_pointer_has_all_of_its_fields
test_past_ones_are_left_out = on_sqlite.test_past_appointments_are_left_out_of_a_search_by_patient
test_xml_and_wrong_requests = on_sqlite.test_xml_and_wrong_requests
test_of_two_that_end_a_pointer_at_once_one_succeeds = on_sqlite.test_of_two_that_end_a_pointer_at_once_one_succeeds
test_the_token_service = on_sqlite.test_the_token_service


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with schema() as url:
        yield url


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
