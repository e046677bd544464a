"""Moments in FHIR texts."""

from __future__ import annotations

from datetime import datetime


def moment(text: object) -> datetime | None:
    """A FHIR instant or dateTime with offset as an aware datetime; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None
