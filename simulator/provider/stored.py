"""What a provider's records hold, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SlotRow:
    """One slot of a diary. Times are Unix seconds in UTC; status is free or busy."""

    id: str
    identifier: str
    diary: str
    start: int
    end: int
    status: str


@dataclass(frozen=True)
class StoredAppointment:
    """One version of an appointment; `organisation` is the booker's ODS code, `url` has no version."""

    id: str
    version: int
    status: str
    slot: str
    organisation: str
    url: str
    body: dict[str, Any]
    stored_at: int


@dataclass(frozen=True)
class SeenRequest:
    """A request that succeeded, under its X-Request-ID."""

    action: str
    appointment: str
    version: int
    organisation: str
