"""The world's clock: real time plus an offset that the control interface can move."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

# Times of the world lie between these: with years to spare on both sides of what datetime and databases hold.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def in_range(moment: datetime) -> bool:
    """Whether a timezone-aware moment is one that the world can be at, or have a slot at."""
    return EARLIEST <= moment < LATEST


class Clock:
    """Tells the time of the simulated world; every subsystem is given the same one."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The world's present moment, timezone-aware, in UTC."""
        with self._lock:
            return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Make `moment` (timezone-aware) the present; time runs on from there."""
        with self._lock:
            self._offset = moment - datetime.now(UTC)

    def reset(self) -> None:
        """Return to real time."""
        with self._lock:
            self._offset = timedelta(0)


def as_instant(moment: datetime) -> str:
    """A FHIR instant in UTC with seconds, such as ``2026-01-31T09:30:00+00:00``."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


@lru_cache(4096)
def epoch_instant(seconds: int) -> str:
    """The FHIR instant of a Unix time, as `as_instant` writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def from_epoch(seconds: int) -> datetime:
    """The UTC moment of a Unix time."""
    return datetime.fromtimestamp(seconds, UTC)


def instant_seconds(value: object) -> int:
    """The Unix seconds of a FHIR instant. Raises ValueError if it has no offset or no seconds."""
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None or len(str(value)) < len("2026-01-31T09:30:00Z"):
        raise ValueError("an instant needs seconds and an offset")
    return int(moment.timestamp())


def as_http_date(moment: datetime) -> str:
    """An HTTP-date (RFC 9110 section 5.6.7), as Last-Modified needs it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
