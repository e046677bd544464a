"""A world whose directory has a service in every state, and LDAP servers that hold its tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ...support.simulator_client import Simulator
from .rows import STATES, in_state, row, write
from .servers import Slapd

MORE = (
    row(21, asids=[]),
    row(22, asids=["918999190022", "918999190023"]),
    row(24, requires_booking="true"),
    row(25, requires_booking="false", requires_booking_name="REQUIRESAPPOINTMENT"),
    row(26, slots="none"),
    row(27, cancelling="booker"),
    # Two services of one system.
    row(28, root="/2000100027/STU3/1/booking", asids=["918999190027"], cancelling="booker", name="Two & <Two>"),
    row(29, root="https://elsewhere.example/STU3/1/booking"),
)


class Found:
    """A simulator with a directory and SDS; `addresses` is what it wrote about itself."""

    def __init__(self, folder: Path, *rows: dict[str, Any], options: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.ldif, file = folder / "sds.ldif", folder / "addresses.json"
        told = ("--directory", str(write(folder, *rows))) if rows else ()
        written = ("--sds-ldif", str(self.ldif), "--write-addresses", str(file))
        self.simulator = Simulator(folder, *told, "--sds-port", "0", *written, *options)
        self.addresses: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        self.dos = str(self.addresses["dos"])
        self.sds_port = int(self.addresses["sds"].rpartition(":")[2])

    def received(self, system: str, after: int = 0) -> list[dict[str, Any]]:
        """What a system was asked since."""
        answer = self.simulator.control("GET", f"/received?after={after}").json()["received"]
        return [entry for entry in answer if entry["system"] == system]


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """The world that the tests of this folder share; each looks up what is its own."""
    world = Found(tmp_path_factory.mktemp("found"), *map(in_state, STATES), *MORE)
    yield world
    world.simulator.close()


@pytest.fixture
def launch_found(tmp_path: Path) -> Iterator[Callable[..., Found]]:
    """Launches worlds of the test's own, with rows and options."""
    started: list[Found] = []

    def start(*rows: dict[str, Any], options: tuple[str, ...] = ()) -> Found:
        started.append(Found(tmp_path, *rows, options=options))
        return started[-1]

    yield start
    for each in started:
        each.simulator.close()


@pytest.fixture(scope="session")
def slapd(found: Found, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Debian's server with the tree of that world."""
    server = Slapd(tmp_path_factory.mktemp("slapd"), found.ldif)
    yield server
    server.close()


@pytest.fixture(params=["simulator", "slapd"])
def ldap_port(request: pytest.FixtureRequest, found: Found) -> int:
    """The port of either server: what is said of one must hold of the other."""
    return found.sds_port if request.param == "simulator" else int(request.getfixturevalue("slapd").port)
