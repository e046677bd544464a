"""What a process that makes the load is told: on its standard input, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from ..settings.model import Settings


class Role(StrEnum):
    """What a process does: all of it, or a share of it for another machine's."""

    ALONE = "alone"
    MASTER = "master"
    WORKER = "worker"


@dataclass(frozen=True)
class Plan:
    """How much load. ``rate`` is how many encounters begin a second; 0: as the users come to it.

    ``think`` is the mean of the seconds that a user takes between two requests. ``host`` and ``port`` are the master's,
    ``workers`` those that it waits for. ``folder`` keeps the log of bookings, ``measured`` is the file of what came.
    """

    settings: Settings
    users: int
    rate: float
    seconds: float
    think: float
    role: Role
    host: str
    port: int
    workers: int
    folder: str
    measured: str

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "settings": self.settings.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "settings": Settings.from_json(data["settings"]), "role": Role(data["role"])})
