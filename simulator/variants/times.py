"""Variants in how times are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from ..fault_making import provider
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..seams import Fault

SUMMER = timezone(timedelta(hours=1))
_WEST = timezone(timedelta(hours=-3, minutes=-30))


def slot_times(zone: timezone, timespec: str, zulu: bool = False) -> Callable[..., Any]:
    """Slots have the offset of a zone; ``zulu`` writes Z for +00:00. ``timespec`` is that of ``isoformat``."""

    def slot(original: Callable[..., dict[str, Any]], row: Any) -> dict[str, Any]:
        resource = original(row)
        for name in ("start", "end"):
            resource[name] = _as(resource[name], zone, timespec, zulu)
        return resource

    return slot


def _as(text: str, zone: timezone, timespec: str, zulu: bool = False) -> str:
    written = datetime.fromisoformat(text).astimezone(zone).isoformat(timespec=timespec)
    return written.replace("+00:00", "Z") if zulu else written


def _booked_elsewhere(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Appointments are kept with the offset of summer time."""
    resource = original(body, new_id, now)
    for name in ("start", "end", "created"):
        resource[name] = _as(resource[name], SUMMER, "seconds")
    return resource


TIMES: tuple[Fault, ...] = (
    provider(
        "slots-with-milliseconds",
        "FMT-18",
        "The times of slots have milliseconds and Z.",
        ProviderResources.slot,
        slot_times(UTC, "milliseconds", True),
    ),
    provider(
        "slots-in-the-west",
        "FMT-19",
        "The times of slots have the offset -03:30.",
        ProviderResources.slot,
        slot_times(_WEST, "seconds"),
    ),
    provider(
        "appointments-in-summer-time",
        "FMT-19",
        "The times of appointments have the offset +01:00.",
        ProviderRules.booked,
        _booked_elsewhere,
    ),
)
