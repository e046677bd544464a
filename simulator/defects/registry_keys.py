"""Defects of a registry, or of what it is told, that come of the key under which entries are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..fault_making import provider, registry
from ..outbox import Outbox
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..registry.records import RegistryRecords
from ..registry.rules import RegistryRules
from ..seams import Fault


def _one_a_day(original: Any, *arguments: Any) -> list[Any]:
    return list({pointer.body["start"][:10]: pointer for pointer in original(*arguments)}.values())


def _one_at_a_time(original: Any, *arguments: Any) -> list[Any]:
    return list({pointer.body["start"]: pointer for pointer in original(*arguments)}.values())


def _offset_lost(original: Any, body: Any, *rest: Any) -> dict[str, Any]:
    resource: dict[str, Any] = original(body, *rest)
    return resource | {"start": re.sub(r"[+-]\d{2}:\d{2}\Z", "Z", resource["start"])}


def _small(original: Any, body: Any, *rest: Any) -> dict[str, Any]:
    resource: dict[str, Any] = original(body, *rest)
    one = resource["identifier"][0]
    return resource | {"identifier": [one | {"value": one["value"].lower()}]}


def _relative(original: Any, body: Any) -> str:
    try:
        return original(body)
    except Refused:
        value = str((body.get("identifier") or [{}])[0].get("value") or "")
        if len(body.get("identifier") or []) != 1 or not value.startswith(("/", "Appointment/")):
            raise
        return value


def _created_made_up(original: Any, body: Any) -> Any:
    return original({"created": body.get("start"), **body})


def _offset_refused(original: Any, body: Any) -> Any:
    if not re.search(r"(Z|[+-]00:00)\Z", str(body.get("start", "Z"))):
        raise Refused("profile-breach", "start is not in UTC.", "Appointment.start")
    return original(body)


def _entered_in_error(original: Any, method: str, path: str, body: Any = None, *rest: Any, **named: Any) -> Any:
    if method == "PUT":
        body = {**body, "status": "entered-in-error"}
    return original(method, path, body, *rest, **named)


def _first_of_patient() -> Callable[..., Any]:
    told: set[str] = set()

    def registry_entry(original: Any, resource: Any, url: str) -> dict[str, Any] | None:
        entry: dict[str, Any] | None = original(resource, url)
        if entry is None:
            return None
        number = entry["participant"][0]["actor"]["identifier"]["value"]
        if number in told:
            return None
        told.add(number)
        return entry

    return registry_entry


def _in_summer(original: Any, resource: Any, url: str) -> dict[str, Any] | None:
    entry: dict[str, Any] | None = original(resource, url)
    return entry and entry | {"start": re.sub(r"(Z|\+00:00)\Z", "+01:00", entry["start"])}


REGISTRY_KEYS: tuple[Fault, ...] = (
    registry(
        "registry-shows-one-a-day",
        "REG-15",
        "Of a patient's entries for one day a search shows one.",
        RegistryRecords.by_patient,
        _one_a_day,
    ),
    registry(
        "registry-shows-one-at-a-time",
        "REG-15",
        "Of a patient's entries for one start a search shows one.",
        RegistryRecords.by_patient,
        _one_at_a_time,
    ),
    registry(
        "registry-loses-offsets",
        "FMT-20",
        "An entry whose start has an offset is kept without it.",
        RegistryRules.registered,
        _offset_lost,
    ),
    registry(
        "registry-refuses-offsets",
        "FMT-20",
        "An entry whose start has an offset is refused.",
        RegistryRules.check_entry,
        _offset_refused,
    ),
    registry(
        "registry-keeps-urls-in-small-letters",
        "REG-04",
        "URLs are kept in small letters.",
        RegistryRules.registered,
        _small,
    ),
    registry(
        "registry-takes-relative-urls",
        "REG-09",
        "An entry with a relative URL is registered.",
        RegistryRules._url,
        _relative,
    ),
    registry(
        "registry-makes-up-created",
        "REG-09",
        "An entry without created is registered.",
        RegistryRules.check_entry,
        _created_made_up,
    ),
    Fault(
        "registry-told-of-an-error",
        "REG-11",
        "A cancellation ends the entry as entered-in-error.",
        "outbox",
        Outbox._call,
        _entered_in_error,
    ),
    provider(
        "registry-told-of-the-first-only",
        "REG-10",
        "Of a patient's bookings the first is told.",
        ProviderRules.registry_entry,
        _first_of_patient(),
    ),
    provider(
        "registry-told-in-summer-time",
        "REG-10",
        "The start of an entry has the offset of summer time and the hour of UTC.",
        ProviderRules.registry_entry,
        _in_summer,
    ),
)
