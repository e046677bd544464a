"""What a look at the systems before a run finds: each with what it means for the run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..errors import SettingsError


class Mark(StrEnum):
    """What a finding means for the run."""

    OK = "ok"
    NOTE = "note"
    #: A run is of use, and what rests on this will be INCONCLUSIVE.
    GAP = "GAP"
    #: The system rejects what every run needs, be it by a wrong setting or by a fault of its own.
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """Something looked at. ``seconds``: how long each exchange took by which it was seen."""

    part: str
    text: str
    mark: Mark = Mark.OK
    seconds: tuple[float, ...] = ()


class NotReached(SettingsError):
    """A system that cannot be reached. ``cause`` is the same for systems of one address that have it in common."""

    def __init__(self, message: str, cause: tuple[str, ...]) -> None:
        super().__init__(message)
        self.cause = cause
