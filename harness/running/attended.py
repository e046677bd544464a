"""A run that a person attends: its page, its progress, and the part of the suite that fits into half an hour."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ..consumer.contract import Answer
from ..consumer.doors.attended import AttendedDoor, Progress
from ..consumer.doors.door import Door, opened
from ..errors import SettingsError
from ..proxy.log import ProxyLog
from ..settings.consumer import CONSUMER
from ..settings.model import Settings
from ..text import say
from . import suite
from .cover import ATTENDED, MINUTES, SESSION, calls_in
from .items import scenario_id, tags_of, template_of
from .session import RunSession


class _OnAPage:
    """The attended door with its page, which goes with it."""

    def __init__(self, door: AttendedDoor, close: Callable[[], None]) -> None:
        self.door, self._close = door, close

    def give(self, task: Mapping[str, Any]) -> Answer:
        return self.door.give(task)

    def calls_are_over(self) -> None:
        self.door.calls_are_over()

    def close(self) -> None:
        self._close()


def door_of(settings: Settings, folder: Path) -> Door:
    """The door that the settings name; of the attended one the address is said.

    Raises:
        SettingsError: the page cannot have its port.
    """
    consumer, surroundings = settings.consumer, settings.surroundings
    assert consumer is not None and surroundings is not None
    if not consumer.attended:
        return opened(consumer, surroundings, settings.edition)
    door = AttendedDoor(consumer, surroundings, ProxyLog(Path(surroundings.record)), folder)
    # Only here: the server of the page need not be loaded for systems that nobody attends.
    from ..consumer.doors.attended_page import AttendedPage

    page = AttendedPage(door, consumer.port and consumer.port + 3)
    say(f"The page for the tester is {page.url} (on this machine alone).")
    sys.stdout.flush()
    return _OnAPage(door, page.close)


def leave(door: Door, session: RunSession) -> None:
    """The scenarios are over. A page stays until the reports are written, so that it can be loaded again."""
    if isinstance(door, _OnAPage):
        door.calls_are_over()
        session.at_the_end.append(door.close)
    else:
        door.close()


def tell_progress(door: Door, item: pytest.Item, done: int) -> None:
    """Tell a person which scenario this is; ``done`` were finished before the run was resumed."""
    if not isinstance(door, _OnAPage):
        return
    mine = [other for other in item.session.items if CONSUMER in tags_of(other)]
    at = mine.index(item)
    left = sum(calls_in(step.name for step in template_of(other).steps) for other in mine[at:])
    following = scenario_id(mine[at + 1]).split("::", 1)[1] if at + 1 < len(mine) else ""
    door.door.scenario_begins(
        Progress(scenario_id(item), done + at + 1, done + len(mine), following, max(1, left * MINUTES))
    )


def is_attended(settings: Settings | None) -> bool:
    """Whether a person takes the calls."""
    return settings is not None and settings.consumer is not None and settings.consumer.attended


def notes(settings: Settings, only: str) -> list[str]:
    """What a session of half an hour leaves out, in a sentence; nothing where all was asked for."""
    if not is_attended(settings) or only != ATTENDED:
        return []
    mine = [one for one in suite.scenarios() if one.calls]
    asked = [one for one in mine if ATTENDED in one.words]
    decided = {name for one in asked for name in one.requirements}
    left = sorted({name for one in mine for name in one.requirements} - decided)
    return [
        f"of the {len(mine)} scenarios of a consumer the {len(asked)} were selected that decide most requirements in "
        f"about {SESSION} minutes of a person; not asked for: {', '.join(left) or 'none'} "
        f"(--only {CONSUMER} asks for all)"
    ]


def check_workers(settings: Settings, workers: int) -> None:
    """A person takes one call at a time.

    Raises:
        SettingsError: several workers are asked for.
    """
    if is_attended(settings) and workers > 1:
        raise SettingsError(
            "A consumer with an attended page is tested by one person, one call at a time: leave out -n. "
            "Nothing was run."
        )
