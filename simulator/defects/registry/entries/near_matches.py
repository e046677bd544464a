"""Defects of a registry that takes one entry for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ....fault_making import breaks
from ....refusals import Rejected
from ....registry.resources import RegistryResources
from ....registry.rules import RegistryRules
from ....registry.stored import Pointer


@breaks("REG-18", RegistryRules.check_update)
def registry_takes_omissions(original: Any, current: Pointer, body: dict[str, Any]) -> None:
    """An update may leave out the patient or the URL."""
    kept = {name: current.body[name] for name in ("participant", "identifier") if name not in body}
    original(current, {**body, **kept})


@breaks("REG-09", RegistryRules.check_body)
def registry_takes_status_in_any_case(original: Any, body: dict[str, Any]) -> Any:
    """A pointer whose status is written large is registered."""
    return original({**body, "status": str(body["status"]).lower()} if "status" in body else body)


@breaks("REG-09", RegistryRules.check_body)
def registry_takes_no_date(original: Any, body: dict[str, Any]) -> Any:
    """A pointer whose created is no time is registered.

    What created says is not read.
    """
    return original({**body, "created": "2020-01-01"} if body.get("created") == "yesterday" else body)


@breaks("REG-09", RegistryRules.check_entry)
def registry_takes_any_number(original: Any, body: dict[str, Any]) -> Any:
    """A pointer whose patient has a number of another system or length is registered.

    The patient's identifier is of any system, and as long as it likes.
    """
    people = body.get("participant") or []
    found = (people[0].get("actor") or {}).get("identifier") if len(people) == 1 else None
    if not found or not found.get("value"):
        return original(body)
    number = {**found, "system": NHS_NUMBER_SYSTEM, "value": found["value"][:10]}
    return original({**body, "participant": [{**people[0], "actor": {"identifier": number}}]})


@breaks("REG-17", RegistryResources.location)
def registry_locates_the_version_before(original: Any, base: str, resource: dict[str, Any]) -> str:
    """The Location of an update names the first version.

    After an update the Location still names the first version.
    """
    located: str = original(base, resource)
    return f"{located.split('/_history/')[0]}/_history/1" if request.method == "PUT" else located


@breaks("REG-04", RegistryRules.registered)
def registry_keeps_urls_in_small_letters(original: Any, body: Any, *rest: Any) -> dict[str, Any]:
    """URLs are kept in small letters."""
    resource: dict[str, Any] = original(body, *rest)
    one = resource["identifier"][0]
    return resource | {"identifier": [one | {"value": one["value"].lower()}]}


@breaks("REG-09", RegistryRules._url)
def registry_takes_relative_urls(original: Callable[..., str], body: Any) -> str:
    """An entry with a relative URL is registered."""
    try:
        return original(body)
    except Rejected:
        value = str((body.get("identifier") or [{}])[0].get("value") or "")
        if len(body.get("identifier") or []) != 1 or not value.startswith(("/", "Appointment/")):
            raise
        return value


@breaks("REG-09", RegistryRules.check_entry)
def registry_makes_up_created(original: Any, body: Any) -> Any:
    """An entry without created is registered."""
    return original({"created": body.get("start"), **body})
