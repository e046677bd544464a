"""The times of a stored run as other programs want them. A stored run may have none, or one that is damaged."""

from __future__ import annotations

from datetime import UTC, datetime

#: Where a format insists on a time and the run has none.
NO_TIME = "1970-01-01T00:00:00Z"


def milliseconds(time: str) -> int:
    """UTC, ISO 8601, to milliseconds of the epoch; 0 where there is no time."""
    moment = _moment(time)
    return round(moment.timestamp() * 1000) if moment else 0


def instant(time: str) -> str:
    """The time in the one form that every format takes, ``2026-11-22T10:00:00.123Z``."""
    moment = _moment(time)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else NO_TIME


def _moment(time: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(time)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
