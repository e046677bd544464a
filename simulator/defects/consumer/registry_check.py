"""Defects in the use of the registry: when it is asked, how, and what is made of its answer."""

from __future__ import annotations

from typing import Any

from uec_booking.standard import names

from ...consumer.encounter import CannotCarryOut
from ...consumer.flow.existing import Existing
from ...consumer.rules import DeskRules
from ...consumer.wire.http import Http
from ...consumer.wire.registry import RegistryClient, RegistryError
from ...fault_making import breaks


@breaks("REG-21", RegistryClient.bearer)
def asks_the_registry_with_a_spoilt_token(original: Any, encounter: Any) -> str:
    """The last character of the registry's token is cut off."""
    return str(original(encounter))[:-1]


@breaks("REG-21", RegistryClient.bearer)
def asks_the_registry_without_a_token(original: Any, encounter: Any) -> str:
    """The registry is asked with an empty token."""
    return "Bearer "


@breaks("REG-22", RegistryClient.search)
def asks_the_registry_through_the_proxy(original: Any, encounter: Any, nhs_number: str) -> Any:
    """The registry is asked through the Spine Secure Proxy, as if it were a provider."""
    client: RegistryClient = original.__self__
    plain = client._settings
    proxied = f"{plain.ssp_url.rstrip('/')}/{plain.registry_url}"
    return _with(client, _Changed(plain, registry_url=proxied), original, encounter, nhs_number)


@breaks("REG-22", Http.send)
def sends_the_headers_of_the_proxy_to_the_registry(
    original: Any, method: str, url: str, headers: Any, *rest: Any, **named: Any
) -> Any:
    """The headers of the Spine Secure Proxy are sent to the registry too."""
    if "/Appointment?" in url and names.SSP_FROM not in headers:
        headers = {**headers, names.SSP_FROM: "918999198101", names.SSP_INTERACTION_ID: names.SEARCH_APPOINTMENT}
    return original(method, url, headers, *rest, **named)


@breaks("REG-23", Existing.checks_registry)
def never_asks_the_registry(original: Any, encounter: Any) -> bool:
    """The registry is not asked at all."""
    return False


@breaks("REG-23", DeskRules.asks_registry_first)
def asks_the_registry_too_late(original: Any) -> bool:
    """The registry is not asked before the re-assessment, so that it plays no part in it."""
    return False


@breaks("REG-23", Existing.in_registry)
def asks_the_registry_about_another_patient(original: Any, encounter: Any) -> Any:
    """The registry is asked for the NHS number of the caller before."""
    task = {**encounter.task, "caller": {**encounter.caller, "nhs_number": "9990000018"}}
    before, encounter.task = encounter.task, task
    try:
        return original(encounter)
    finally:
        encounter.task = before


@breaks("REG-23", Existing.in_registry)
def stops_when_the_registry_fails(original: Any, encounter: Any) -> Any:
    """Where the registry does not answer as it should, the call ends."""
    existing: Existing = original.__self__
    try:
        return existing._registry.appointments_of(encounter, encounter.caller["nhs_number"])
    except RegistryError as error:
        raise CannotCarryOut(str(error)) from None


@breaks("REG-24", Existing.flag)
def does_not_flag_the_record(original: Any, encounter: Any, found: Any) -> None:
    """What the registry knows of stands in the list, but the record is not flagged."""


@breaks("REG-24", Existing.hits)
def ignores_a_hit(original: Any, encounter: Any) -> Any:
    """The registry is asked, and nothing is made of what it knows."""
    original(encounter)
    return []


@breaks("REG-24", Existing.hits)
def ignores_a_hit_at_a_provider_new_to_it(original: Any, encounter: Any) -> Any:
    """Of what the registry knows, only appointments count whose provider the desk has booked at before."""
    existing: Existing = original.__self__
    with existing._memory._open() as database:
        known = [root for (root,) in database.execute("SELECT DISTINCT root FROM booking")]
    return [one for one in original(encounter) if any(one.url.startswith(root) for root in known)]


@breaks("REG-25", Existing.with_details)
def takes_details_from_the_pointer(original: Any, encounter: Any, known: Any) -> Any:
    """The time of an appointment is taken from the registry's entry, and not read at its provider."""
    return list(known)


@breaks("REG-25", Existing.read_at_provider)
def reads_details_at_another_address(original: Any, encounter: Any, known: Any) -> Any:
    """Details are read by a search for the patient's appointments, not at the address that the registry gave."""
    existing: Existing = original.__self__
    place = existing.place_of(encounter, known)
    if place is not None:
        existing._provider.appointments_of(encounter, place, encounter.caller["nhs_number"])
    return known


@breaks("REG-26", RegistryClient.search)
def asks_the_registry_again_when_refused(original: Any, encounter: Any, nhs_number: str) -> Any:
    """A search that the registry rejected is sent again unchanged."""
    answer = original(encounter, nhs_number)
    return original(encounter, nhs_number) if 400 <= answer.status < 500 else answer


class _Changed:
    """Settings of which some are different."""

    def __init__(self, settings: Any, **changes: Any) -> None:
        self._settings, self._changes = settings, changes

    def __getattr__(self, name: str) -> Any:
        return self._changes[name] if name in self._changes else getattr(self._settings, name)


def _with(client: Any, settings: Any, original: Any, *arguments: Any) -> Any:
    before, client._settings = client._settings, settings
    try:
        return original(*arguments)
    finally:
        client._settings = before
