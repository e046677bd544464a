"""The few exceptions that carry meaning through the harness, and what a full disk looks like."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum

#: A full disk, a quota, a limit on the size of files: nothing of ours is broken, and the user can make room.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


class SettingsError(Exception):
    """Something that the user can put right: one paragraph saying what was wrong, where, and what to do.

    ``uec-booking`` prints it as it is and ends with exit status 3.
    """


@dataclass(frozen=True, slots=True)
class Due:
    """What an exchange should have been answered with, whatever the scenario is about that rests on it.

    ``requirement`` has it so in ``situation`` (of the table of answers); ``exchange`` is the id of the exchange.
    """

    requirement: str
    situation: str
    exchange: str


class CannotGoOn(Exception):
    """A scenario cannot go on: what it still had to see is not observed, for this reason.

    ``because`` names the requirement that was not met and stands in the way, where there is one. ``due`` is there
    where that is itself to be recorded; who runs the scenario does so (``checks.preconditions``).
    """

    def __init__(self, reason: str, because: str = "", due: Due | None = None) -> None:
        super().__init__(reason)
        self.because = because
        self.due = due


class SystemAway(Exception):
    """A system that the run needs has stopped answering altogether: the run ends here."""


class NotApplicable(Exception):
    """The scenario asks for something that the system under test does not claim."""


class Unsupported(NotApplicable):
    """The system under test says that it cannot do what it was asked: whether it has to is judged."""


class ToAttest(Exception):
    """This run has no means to bring the situation about: what would decide it is a person's statement."""


class NoAnswer(StrEnum):
    """Why a request got no answer."""

    REFUSED = "refused"
    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    ENCODING = "encoding"
    #: A kept connection was closed before it was used again.
    CLOSED = "closed"
    BROKEN = "broken"


class ClientError(Exception):
    """A request got no answer."""

    def __init__(self, kind: NoAnswer, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def is_no_room(problem: BaseException) -> bool:
    """Whether a write failed because there was no room for it, or because nothing may be written there."""
    return isinstance(problem, OSError) and problem.errno in _NO_ROOM


def why_not_written(problem: BaseException) -> str:
    """What failed and where, in a few words."""
    if not isinstance(problem, OSError):
        return str(problem)
    return (problem.strerror or str(problem)) + (f" ({problem.filename})" if problem.filename else "")
