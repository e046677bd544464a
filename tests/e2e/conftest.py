"""The worlds that the tests of this folder share, and `doctor` on settings made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from uec_booking.harness.cli import main

from ..support.program import World, launching

#: What `doctor` is called with, and its exit status with what it said.
Doctor = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def kept_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that is kept running."""
    with World(tmp_path_factory.mktemp("world")) as started:
        yield started


@pytest.fixture
def world(kept_world: World) -> World:
    """A world for tests that leave no trace in it."""
    kept_world.count_from_now()
    return kept_world


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Launches worlds of the test's own, with options."""
    with launching(tmp_path) as start:
        yield start


@pytest.fixture(scope="session")
def defective_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which defects are switched on and off, one test after another."""
    with World(tmp_path_factory.mktemp("defective")) as started:
        yield started


@pytest.fixture
def with_defect(defective_world: World) -> Iterator[Callable[[str], World]]:
    """Switches one defect on, in a world that is as new; it is off again after the test."""

    def switch(name: str) -> World:
        defective_world.control("POST", "/reset")
        defective_world.control("PUT", "/defects", [name])
        defective_world.count_from_now()
        return defective_world

    yield switch
    defective_world.control("PUT", "/defects", [])


@pytest.fixture
def doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs `doctor` on settings with one address for all parts; gives its exit status and what it said."""

    def run(url: str, provider: str = "", rest: str = "") -> tuple[int, str]:
        config = tmp_path / "settings.toml"
        config.write_text(
            f'[provider]\nbase_url = "{url}"\n{provider}\n[provider.services]\nlater = "1"\n'
            f'[second_provider]\nbase_url = "{url}"\n[second_provider.services]\nlater = "1"\n'
            f'[registry]\nbase_url = "{url}"\n{rest}',
            encoding="utf-8",
        )
        status = main(["doctor", "--config", str(config)])
        said = capsys.readouterr()
        assert said.err.count("\n") <= 1
        return status, " ".join((said.out + said.err).split())

    return run
