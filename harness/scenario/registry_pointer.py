"""Reading a pointer of the registry: where it points, and for whom it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..http.urls import unversioned


def identifier_url(entry: Mapping[str, Any]) -> str:
    """The appointment URL that an entry points to, without a version; empty where it has none."""
    return next((unversioned(url) for url in identifier_values(entry)), "")


def identifier_values(entry: Mapping[str, Any]) -> list[str]:
    """The values of an entry's identifiers, as they were told."""
    return list(_values(entry.get("identifier")))


def _values(identifiers: object) -> Iterator[str]:
    for identifier in identifiers if isinstance(identifiers, list) else []:
        value = identifier.get("value") if isinstance(identifier, Mapping) else None
        if isinstance(value, str):
            yield value


def entries_of(exchange: Exchange, url: str) -> list[dict[str, Any]]:
    """The entries of the appointment at ``url`` among those that a search returned, any version part left out."""
    found = []
    for entry in bundle_resources(exchange.resource, "Appointment"):
        for identifier in entry.get("identifier") or []:
            value = identifier.get("value") if isinstance(identifier, Mapping) else None
            if isinstance(value, str) and unversioned(value) == url:
                found.append(entry)
    return found


def entry_of(exchange: Exchange, url: str) -> dict[str, Any] | None:
    """The entry of the appointment at ``url`` among those that a search returned, or None."""
    return next(iter(entries_of(exchange, url)), None)


def nhs_numbers(entry: Mapping[str, Any]) -> list[str]:
    """The NHS numbers, and other identifiers, of those who take part."""
    found = []
    for participant in entry.get("participant") or []:
        actor = participant.get("actor") if isinstance(participant, Mapping) else None
        identifier = actor.get("identifier") if isinstance(actor, Mapping) else None
        value = identifier.get("value") if isinstance(identifier, Mapping) else None
        if isinstance(value, str):
            found.append(value)
    return found
