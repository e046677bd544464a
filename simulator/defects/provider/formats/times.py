"""Defects of times: their offsets, seconds and bounds."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from ....fault_making import breaks, provider
from ....provider.query import SlotQuery
from ....provider.records import ProviderRecords
from ....provider.resources import ProviderResources
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ...building_blocks import Parameters, bounds_of_start

_SUMMER = timezone(timedelta(hours=1))


@breaks("FMT-15", ProviderRecords.new_id)
def ids_with_underscores(original: Any) -> str:
    """Ids have characters that FHIR forbids."""
    return f"apt_{secrets.token_hex(8)}"


@breaks("FMT-15", ProviderRecords.new_id)
def ids_too_long(original: Any) -> str:
    """Ids have 66 characters."""
    return secrets.token_hex(33)


@breaks("FMT-20", ProviderRules.booked)
def loses_offsets(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """The offset of a time is forgotten.

    What the clock said is kept, and its offset forgotten.
    """
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = f"{body[name][:19]}+00:00"
    return resource


@breaks("FMT-19", ProviderRules.booked)
def keeps_local_times(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Appointments have the offset of summer time."""
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = datetime.fromisoformat(resource[name]).astimezone(_SUMMER).isoformat()
    return resource


@breaks("FMT-18", ProviderResources.slot)
def times_without_seconds(original: Callable[..., dict[str, Any]], row: Any) -> dict[str, Any]:
    """The times of slots have no seconds."""
    slot = original(row)
    return slot | {name: f"{slot[name][:16]}Z" for name in ("start", "end")}


def _without_offset(value: str) -> str:
    return re.sub(r"(T.*)[+-]\d{2}:\d{2}\Z", r"\1Z", value.strip().replace(" ", "+"))


@breaks("FMT-20", ProviderRules.slot_query, near="PRV-SRCH-04")
def bounds_must_be_utc(original: Callable[..., SlotQuery], parameters: Parameters, *rest: Any) -> SlotQuery:
    """A search whose bounds have an offset is rejected."""
    pairs = list(parameters)
    for name, value in pairs:
        if name == "start" and re.search(r"T.*[+ -]\d{2}:\d{2}\Z", value):
            raise Rejected("invalid-query-value", "The value of start is not a moment in UTC.", "http.start")
    return original(pairs, *rest)


TIMES: tuple[Fault, ...] = (
    provider(
        "searches-forget-offsets",
        "FMT-20",
        "A search takes the bounds for UTC, whatever offset they have.",
        ProviderRules.slot_query,
        bounds_of_start(_without_offset),
    ),
)
