"""Defects in what a provider keeps and makes of it: ids, times, versions, and slots taken and given back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from ..fault_making import provider
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..seams import Fault

_SUMMER = timezone(timedelta(hours=1))
#: Seconds within which a second claim counts as simultaneous.
_AT_ONCE = 0.1


def _nothing(original: Any, *arguments: Any) -> None:
    """No effect."""


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


def _underscored(original: Any) -> str:
    return f"apt_{secrets.token_hex(8)}"


def _too_long(original: Any) -> str:
    return secrets.token_hex(33)


def _offset_lost(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """What the clock said is kept, and its offset forgotten."""
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = f"{body[name][:19]}+00:00"
    return resource


def _local_times(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = datetime.fromisoformat(resource[name]).astimezone(_SUMMER).isoformat()
    return resource


def _no_seconds(original: Any, row: Any) -> dict[str, Any]:
    slot = original(row)
    return slot | {name: f"{slot[name][:16]}Z" for name in ("start", "end")}


def _service_always(original: Any, slots: Any, includes: Any, service: str) -> list[Any]:
    found = original(slots, includes, service)
    return found if slots else [original.__self__.organization()]


def _another_service(original: Any, diary: Any, searched: str) -> Any:
    """The last service that the diary serves, or any other of the provider."""
    services = original.__self__.provider.services
    return next((each for each in reversed(services) if each.id != searched), services[0])


def _old_ones_fade(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    stored = original(tx, appointment_id, version)
    current = original.__self__.current(tx, appointment_id)
    if stored is not None and current is not None and stored.version != current.version:
        stored.body.pop("description", None)
    return stored


KEPT: tuple[Fault, ...] = (
    provider(
        "another-service-is-named",
        "DOS-07",
        "Schedules name another service than was searched for.",
        ProviderResources.service_of,
        _another_service,
    ),
    provider(
        "double-booking-at-once",
        "PRV-BOOK-02",
        "Of bookings that come at the same moment several succeed.",
        ProviderRecords.claim_slot,
        _claims_at_once(),
    ),
    provider(
        "ids-with-underscores", "FMT-15", "Ids have characters that FHIR forbids.", ProviderRecords.new_id, _underscored
    ),
    provider("ids-too-long", "FMT-15", "Ids have 66 characters.", ProviderRecords.new_id, _too_long),
    provider("loses-offsets", "FMT-20", "The offset of a time is forgotten.", ProviderRules.booked, _offset_lost),
    provider(
        "keeps-local-times",
        "FMT-19",
        "Appointments have the offset of summer time.",
        ProviderRules.booked,
        _local_times,
    ),
    provider(
        "times-without-seconds", "FMT-18", "The times of slots have no seconds.", ProviderResources.slot, _no_seconds
    ),
    provider(
        "something-with-nothing",
        "PRV-SRCH-15",
        "An empty result holds the Organization.",
        ProviderResources.included,
        _service_always,
    ),
    provider(
        "old-versions-fade",
        "PRV-CAN-06",
        "Earlier versions lose their description.",
        ProviderRecords.version,
        _old_ones_fade,
    ),
    provider(
        "hides-released-slots",
        "PRV-SRCH-41",
        "A time that is released stays hidden.",
        ProviderRecords.release_slot,
        _nothing,
    ),
)
