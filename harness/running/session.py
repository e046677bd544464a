"""What all processes of one run share: the settings, and where things are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..consumer.doors.door import Door
from ..settings.model import Settings


@dataclass(frozen=True, eq=False)
class RunSession:
    """``folder`` holds what outlives the run, ``leases`` the slots in use by it. ``only`` selects scenarios.

    With ``order`` they run in an order drawn by that number.
    """

    settings: Settings
    folder: str
    leases: str
    only: str = ""
    order: int | None = None
    #: The door of the consumer under test, where it is open already: the run opens none then, and closes none.
    door: Door | None = None
    #: The ids of scenarios that are not run, because the run that this one resumes has finished them.
    done: tuple[str, ...] = ()
    #: The ids of the only scenarios that are run, in place of their stored records; empty: no such choice.
    again: tuple[str, ...] = ()
    #: The folder of the reports, for what is kept beside them; empty: ``folder``.
    place: str = ""
    #: What is closed when the reports are written.
    at_the_end: list[Callable[[], None]] = field(default_factory=list)

    def to_text(self) -> str:
        """For our own worker processes; holds the secrets of the settings."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> RunSession:
        data: Mapping[str, Any] = json.loads(text)
        return cls(**{**data, "settings": Settings.from_json(data["settings"])})
