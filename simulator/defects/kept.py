"""Defects in what a provider keeps and makes of it: ids, times, versions, and slots taken and given back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from ..fault_making import breaks, provider
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..seams import Fault

_SUMMER = timezone(timedelta(hours=1))
#: Seconds within which a second claim counts as simultaneous.
_AT_ONCE = 0.1


@breaks("PRV-SRCH-41", ProviderRecords.release_slot)
def hides_released_slots(original: Any, *arguments: Any) -> None:
    """A time that is released stays hidden.

    No effect.
    """


def _claims_at_once() -> Callable[..., bool]:
    """A second claim that comes in the same moment succeeds too: the check and the claim are not one."""
    claimed: dict[str, float] = {}

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        now = time.monotonic()
        if original(tx, slot_id):
            claimed[slot_id] = now
            return True
        return now - claimed.get(slot_id, 0.0) < _AT_ONCE

    return claim_slot


@breaks("FMT-15", ProviderRecords.new_id)
def ids_with_underscores(original: Any) -> str:
    """Ids have characters that FHIR forbids."""
    return f"apt_{secrets.token_hex(8)}"


@breaks("FMT-15", ProviderRecords.new_id)
def ids_too_long(original: Any) -> str:
    """Ids have 66 characters."""
    return secrets.token_hex(33)


@breaks("FMT-20", ProviderRules.booked)
def loses_offsets(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """The offset of a time is forgotten.

    What the clock said is kept, and its offset forgotten.
    """
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = f"{body[name][:19]}+00:00"
    return resource


@breaks("FMT-19", ProviderRules.booked)
def keeps_local_times(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Appointments have the offset of summer time."""
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = datetime.fromisoformat(resource[name]).astimezone(_SUMMER).isoformat()
    return resource


@breaks("FMT-18", ProviderResources.slot)
def times_without_seconds(original: Any, row: Any) -> dict[str, Any]:
    """The times of slots have no seconds."""
    slot = original(row)
    return slot | {name: f"{slot[name][:16]}Z" for name in ("start", "end")}


@breaks("PRV-SRCH-15", ProviderResources.included)
def something_with_nothing(original: Any, slots: Any, includes: Any, service: str) -> list[Any]:
    """An empty result holds the Organization."""
    found = original(slots, includes, service)
    return found if slots else [original.__self__.organization()]


@breaks("DOS-07", ProviderResources.service_of)
def another_service_is_named(original: Any, diary: Any, searched: str) -> Any:
    """Schedules name another service than was searched for.

    The last service that the diary serves, or any other of the provider.
    """
    services = original.__self__.provider.services
    return next((each for each in reversed(services) if each.id != searched), services[0])


@breaks("PRV-CAN-06", ProviderRecords.version)
def old_versions_fade(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """Earlier versions lose their description."""
    stored = original(tx, appointment_id, version)
    current = original.__self__.current(tx, appointment_id)
    if stored is not None and current is not None and stored.version != current.version:
        stored.body.pop("description", None)
    return stored


KEPT: tuple[Fault, ...] = (
    provider(
        "double-booking-at-once",
        "PRV-BOOK-02",
        "Of bookings that come at the same moment several succeed.",
        ProviderRecords.claim_slot,
        _claims_at_once(),
    ),
)
