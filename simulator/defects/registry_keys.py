"""Defects of a registry, or of what it is told, that come of the key under which entries are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..fault_making import breaks, provider
from ..outbox import Outbox
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..registry.records import RegistryRecords
from ..registry.rules import RegistryRules
from ..seams import Fault


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_one_a_day(original: Any, *arguments: Any) -> list[Any]:
    """Of a patient's entries for one day a search shows one."""
    return list({pointer.body["start"][:10]: pointer for pointer in original(*arguments)}.values())


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_one_at_a_time(original: Any, *arguments: Any) -> list[Any]:
    """Of a patient's entries for one start a search shows one."""
    return list({pointer.body["start"]: pointer for pointer in original(*arguments)}.values())


@breaks("FMT-20", RegistryRules.registered)
def registry_loses_offsets(original: Any, body: Any, *rest: Any) -> dict[str, Any]:
    """An entry whose start has an offset is kept without it."""
    resource: dict[str, Any] = original(body, *rest)
    return resource | {"start": re.sub(r"[+-]\d{2}:\d{2}\Z", "Z", resource["start"])}


@breaks("REG-04", RegistryRules.registered)
def registry_keeps_urls_in_small_letters(original: Any, body: Any, *rest: Any) -> dict[str, Any]:
    """URLs are kept in small letters."""
    resource: dict[str, Any] = original(body, *rest)
    one = resource["identifier"][0]
    return resource | {"identifier": [one | {"value": one["value"].lower()}]}


@breaks("REG-09", RegistryRules._url)
def registry_takes_relative_urls(original: Any, body: Any) -> str:
    """An entry with a relative URL is registered."""
    try:
        return original(body)
    except Refused:
        value = str((body.get("identifier") or [{}])[0].get("value") or "")
        if len(body.get("identifier") or []) != 1 or not value.startswith(("/", "Appointment/")):
            raise
        return value


@breaks("REG-09", RegistryRules.check_entry)
def registry_makes_up_created(original: Any, body: Any) -> Any:
    """An entry without created is registered."""
    return original({"created": body.get("start"), **body})


@breaks("FMT-20", RegistryRules.check_entry)
def registry_refuses_offsets(original: Any, body: Any) -> Any:
    """An entry whose start has an offset is refused."""
    if not re.search(r"(Z|[+-]00:00)\Z", str(body.get("start", "Z"))):
        raise Refused("profile-breach", "start is not in UTC.", "Appointment.start")
    return original(body)


@breaks("REG-11", Outbox._call)
def registry_told_of_an_error(original: Any, method: str, path: str, body: Any = None, *rest: Any, **named: Any) -> Any:
    """A cancellation ends the entry as entered-in-error."""
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


@breaks("REG-10", ProviderRules.registry_entry)
def registry_told_in_summer_time(original: Any, resource: Any, url: str) -> dict[str, Any] | None:
    """The start of an entry has the offset of summer time and the hour of UTC."""
    entry: dict[str, Any] | None = original(resource, url)
    return entry and entry | {"start": re.sub(r"(Z|\+00:00)\Z", "+01:00", entry["start"])}


REGISTRY_KEYS: tuple[Fault, ...] = (
    provider(
        "registry-told-of-the-first-only",
        "REG-10",
        "Of a patient's bookings the first is told.",
        ProviderRules.registry_entry,
        _first_of_patient(),
    ),
)
