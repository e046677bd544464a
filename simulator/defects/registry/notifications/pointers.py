"""Defects of where an entry points to, and of the key under which it is told."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from ....fault_making import breaks, provider
from ....outbox import Outbox
from ....provider.rules import ProviderRules
from ....seams import Fault


def _pointing(url: Callable[[str], str]) -> Callable[..., Any]:
    def registry_entry(original: Any, resource: Any, at: str) -> Any:
        entry = original(resource, at)
        if entry is not None:
            entry["identifier"][0]["value"] = url(at)
        return entry

    return registry_entry


def _inside(url: str) -> str:
    """As the provider's own servers call it."""
    return "http://app-server-01.internal:8080/Appointment/" + url.rpartition("/")[2]


@breaks("REG-07", ProviderRules.registry_entry)
def registry_told_a_local_number(original: Any, resource: Any, url: str) -> Any:
    """The patient of an entry has the provider's own system of numbers."""
    entry = original(resource, url)
    if entry is not None:
        entry["participant"][0]["actor"]["identifier"]["system"] = "https://provider.example/Id/local-patient"
    return entry


@breaks("REG-06", ProviderRules.registry_entry, warned=True)
def registry_told_the_duration(original: Any, resource: Any, url: str) -> Any:
    """An entry says how many minutes the appointment takes."""
    entry = original(resource, url)
    return entry and {**entry, "minutesDuration": 15}


@breaks("REG-06", ProviderRules.registry_entry, warned=True)
def registry_told_of_a_patient(original: Any, resource: Any, url: str) -> Any:
    """An entry has "a patient" beside the NHS number of its patient."""
    entry = original(resource, url)
    if entry is not None:
        entry["participant"][0]["actor"]["display"] = "a patient"
    return entry


@breaks("REG-21", Outbox.headers)
def registry_called_with_basic(original: Any, link: Any) -> dict[str, str]:
    """The provider calls the registry with a name and a password."""
    headers: dict[str, str] = original(link)
    return {**headers, "Authorization": "Basic " + base64.b64encode(b"provider:secret").decode()}


@breaks("REG-11", Outbox.read)
def registry_told_more_on_cancelling(original: Any, pointer: dict[str, Any]) -> dict[str, Any]:
    """The update that ends an entry brings an element more.

    What is put back has an element that was not read.
    """
    return {**original(pointer), "minutesDuration": 15}


# A warning is right: the documents tolerate this status beside cancelled.
@breaks("REG-11", Outbox._call, warned=True)
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


POINTERS: tuple[Fault, ...] = (
    provider(
        "registry-told-of-a-version",
        "REG-07",
        "The entry points to the first version of the appointment.",
        ProviderRules.registry_entry,
        _pointing(lambda url: f"{url}/_history/1"),
    ),
    provider(
        "registry-told-an-inner-address",
        "REG-07",
        "The entry points to a host that nobody outside knows.",
        ProviderRules.registry_entry,
        _pointing(_inside),
    ),
    provider(
        "registry-told-of-the-first-only",
        "REG-10",
        "Only the first of a patient's bookings is registered.",
        ProviderRules.registry_entry,
        _first_of_patient(),
    ),
)
