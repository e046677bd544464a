"""One point after the other: the simulator fails there, is started again, and what it then holds is looked at."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..support.postgresql import schema
from ..support.simulator_client import soon
from .database_points import Mode
from .forked import ForkedSimulator, Forks
from .holding import faults
from .story import Story

#: Requests that are sent again to a simulator that goes on, before it is started anew.
_TRIES = 4


@dataclass
class Point:
    """What came of one point. ``reached``: the simulator came there; ``what``: the write at which it failed."""

    mode: Mode
    at: int
    reached: bool = False
    what: str = ""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half_done: list[str] = field(default_factory=list)
    said: str = ""

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.half_done)


def points_of(forks: Forks, database: str) -> list[str]:
    """Every write of the story, in order, when nothing fails."""
    with _folder() as folder, _database(database, folder) as url:
        world = ForkedSimulator(forks, folder, url)
        world.begin(Mode.COUNT, at=1)
        try:
            _told(Story(world))
        finally:
            world.end()
        return world.notes.read_text().splitlines()


def tried(forks: Forks, database: str, mode: Mode, at: int) -> Point:
    """Fail at write number ``at`` of the story."""
    with _folder() as folder, _database(database, folder) as url:
        world = ForkedSimulator(forks, folder, url)
        story = Story(world)
        try:
            if world.begin(mode, at):
                _went_on(world, story, mode)
            world.end(signal.SIGKILL if mode == Mode.FULL else signal.SIGTERM)
            point = Point(mode, at, world.failed())
            if not point.reached:
                return point
            assert world.begin(Mode.COUNT), f"it does not start again: {world.log.read_text()}"
            _told(story)
        finally:
            world.end()
        noted = [line for line in world.notes.read_text().splitlines() if line.endswith("FAILED")]
        point.what = noted[0].removesuffix(" FAILED")
        point.lost, point.doubled, point.half_done = faults(url, story.appointments)
        point.said = world.log.read_text()
        return point


def _went_on(world: ForkedSimulator, story: Story, mode: Mode) -> None:
    """The story, as far as it goes before the simulator has to be started again."""
    for _ in range(_TRIES):
        if story.go_on() or not world.is_alive():
            break
    if not world.is_alive():
        return
    if mode == Mode.FULL and world.failed():
        return
    # A point may lie in what is done in the background.
    try:
        soon(lambda: story.registry_is_told() or not world.is_alive() or (mode == Mode.FULL and world.failed()), 60)
    except AssertionError:
        raise AssertionError(f"the registry is not told: {story.owed()}\n{world.log.read_text()[-4000:]}") from None


def _told(story: Story) -> None:
    # A machine that is busy may take longer than a consumer waits, and then it asks again.
    assert any(story.go_on() for _ in range(_TRIES)), f"not answered, though nothing fails any more: {story.why}"
    assert story.is_told()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="uec-crash-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(server: str, folder: Path) -> Iterator[str]:
    """A database of its own: a file, or a schema on the server."""
    if not server:
        yield str(folder / "world.db")
        return
    with schema(server) as url:
        yield url
