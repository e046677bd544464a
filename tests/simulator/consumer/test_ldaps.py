"""A desk whose Spine Directory speaks LDAP over TLS, in a world that serves nobody without a certificate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .conftest import World
from .playing import Desk
from .services import CENTRE


@pytest.fixture(scope="module")
def closed_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("ldaps"), "--sds-tls", "--mutual-tls")
    yield world
    world.close()


@pytest.fixture
def desk(closed_world: World, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    at = closed_world.addresses
    assert at["sds"].startswith("ldaps://")
    return Desk(tmp_path_factory.mktemp("desk"), *closed_world.desk_options(None))


def test_with_its_certificate_the_desk_books(closed_world: World, desk: Desk) -> None:
    at = closed_world.addresses
    shown = ("--client-certificate", at["client_certificate"], "--client-key", at["client_key"])
    assert desk.call(service=CENTRE, more=shown).of("booked-shown")


def test_without_one_it_tells_that_nobody_answers(desk: Desk) -> None:
    answer = desk.call(service=CENTRE)
    assert not answer.of("booked-shown") and answer.told()
