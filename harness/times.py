"""Moments in FHIR texts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

#: The zone of the times that are sent with an offset on purpose: none in which a British system would tell its own.
SENT_ZONE = timezone(timedelta(hours=2))


def moment(text: object) -> datetime | None:
    """A FHIR instant or dateTime with offset as an aware datetime; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def is_in_sent_zone(text: str) -> bool:
    """Whether a time has the offset of those that are sent with one on purpose."""
    found = moment(text)
    return found is not None and found.utcoffset() == SENT_ZONE.utcoffset(None)
