"""Variations in how a provider is found: DoS, SDS, and the capability statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uec_booking.standard import names

from ...seams import Fault
from ..encounter import CannotCarryOut, Place, Stopped
from ..flow.capability import Capability
from ..flow.discovery import Discovery
from ..wire.dos import SOAP, DosClient
from ..wire.provider import ProviderClient
from ..wire.sds import SdsClient
from .making import allows, always, part, row

_SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_FIRST, _SECOND = "(uniqueIdentifier=", "(&(nhsMhsPartyKey="


@allows("SDS-03", SdsClient.place)
def keeps_sds_answers(original: Any, encounter: Any, pointer: str) -> Place:
    """What the Spine Directory gave is kept from call to call.

    No document forbids it: a consumer asks the directories when it needs them.
    """
    kept: dict[str, Place] = vars(part(original)).setdefault("kept_answers", {})
    if pointer not in kept:
        kept[pointer] = original(encounter, pointer)
    return kept[pointer]


@allows("SDS-03", SdsClient.place)
def asks_sds_twice(original: Any, encounter: Any, pointer: str) -> Place:
    """The Spine Directory is asked twice for each provider."""
    original(encounter, pointer)
    found: Place = original(encounter, pointer)
    return found


@allows("DOS-01", Discovery.services)
def asks_dos_twice(original: Any, encounter: Any) -> list[Any]:
    """The Directory of Services is asked twice, as when the user looks at the list anew (DOS-15)."""
    original(encounter)
    found: list[Any] = original(encounter)
    return found


@allows("DOS-01", DosClient.endpoints)
def asks_dos_twice_for_details(original: Any, encounter: Any, service: str) -> Any:
    """The details of a service are asked for twice."""
    original(encounter, service)
    return original(encounter, service)


@allows("DOS-01", Discovery.endpoints)
def takes_the_pointer_from_the_list(original: Any, encounter: Any, service: str) -> Any:
    """The pointer is taken from the list of services, and no details are asked for (CF-62, scripts C1, C6 to C9)."""
    listed = encounter.services.get(service)
    return listed.endpoints if listed else original(encounter, service)


@allows("DOS-15", Discovery.services, more=((ProviderClient.slots, lambda *given: _counted(*given)),))
def counts_slots_of_neighbours(original: Any, encounter: Any) -> list[Any]:
    """Slots are counted at the services before and after the one wanted too (DOS-15)."""
    discovery = part(original)
    found: list[Any] = original(encounter)
    wanted = [number for number, one in enumerate(found) if one.id == encounter.service_wanted]
    beside = [found[number + step].id for number in wanted for step in (-1, 1) if 0 <= number + step < len(found)]
    vars(encounter)["beside"] = [(id_, place) for id_ in beside if (place := _place(discovery, encounter, id_))]
    return found


def _place(discovery: Any, encounter: Any, service: str) -> Place | None:
    pointers = discovery.pointers(discovery.endpoints(encounter, service))
    if len(pointers) != 1:
        return None
    try:
        place: Place = discovery.looked_up(encounter, discovery.stripped(encounter, pointers[0]))
    except (CannotCarryOut, Stopped):
        return None
    return place


def _counted(original: Any, encounter: Any, place: Place, parameters: Any) -> Any:
    for id_, beside in vars(encounter).pop("beside", ()):
        of_it = [(name, id_ if name == names.SERVICE_PARAMETER else value) for name, value in parameters]
        original(encounter, beside, of_it)
    return original(encounter, place, parameters)


@allows("SDS-01", SdsClient.search)
def names_attributes_in_capitals(original: Any, connection: Any, query: str) -> Any:
    """Filters name attributes in capitals: LDAP does not tell the cases apart (CF-60)."""
    for name in ("uniqueIdentifier", "nhsMhsPartyKey", "nhsMhsSvcIA"):
        query = query.replace(f"({name}=", f"({name.upper()}=")
    return original(connection, query)


@allows("SDS-01", SdsClient.search)
def names_classes_of_objects(original: Any, connection: Any, query: str) -> Any:
    """Filters name the class of the objects too (CF-60, fs_gpcdiff)."""
    if query.startswith(_FIRST):
        query = f"(&(objectClass=nhsAs){query})"
    elif query.startswith(_SECOND):
        query = f"{query[:-1]}(objectClass=nhsMhs))"
    return original(connection, query)


@allows("SDS-01", SdsClient.search)
def asks_for_the_interaction_first(original: Any, connection: Any, query: str) -> Any:
    """The second filter names the interaction before the party key: the terms of an AND have no order."""
    if query.startswith(_SECOND):
        key, _, interaction = query.removeprefix("(&").removesuffix(")").partition(")(")
        query = f"(&({interaction}{key}))"
    return original(connection, query)


@allows("SDS-01", SdsClient.search)
def reads_the_root_entry_first(original: Any, connection: Any, query: str) -> Any:
    """The entry at the root of the directory is read before each search, as LDAP libraries do."""
    connection.search("", "(objectClass=*)", search_scope="BASE", attributes=["*", "+"])
    return original(connection, query)


@allows("DOS-01", DosClient.message, more=((DosClient.headers, lambda original, operation: _soap_12(operation)),))
def speaks_soap_12(original: Any, operation: str, parts: Mapping[str, object]) -> bytes:
    """DoS is asked in SOAP 1.2."""
    message: bytes = original(operation, parts)
    return message.replace(SOAP.encode(), _SOAP_12.encode())


def _soap_12(operation: str) -> dict[str, str]:
    return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{operation}"'}


@allows("CON-CAP-01", ProviderClient.slots)
def reads_the_capability_statement(original: Any, encounter: Any, place: Place, parameters: Any) -> Any:
    """The capability statement is read before each slot search."""
    part(original).statement(encounter, place)
    return original(encounter, place, parameters)


DISCOVERY: tuple[Fault, ...] = (
    row(
        "reads-no-capability-statement",
        "CON-CAP-01",
        "No capability statement is read (CF-51: reading it is a SHOULD).",
        Capability.look,
        always(None),
    ),
    row(
        "looks-up-slot-searches",
        "SDS-01",
        "The second look-up names search:slot (CF-15).",
        SdsClient.slot_interaction,
        lambda original, system, pointer: original(system, pointer) and names.SEARCH_SLOT,
    ),
    row(
        "looks-up-bookings",
        "SDS-01",
        "The second look-up names create:appointment (CF-60).",
        SdsClient.slot_interaction,
        lambda original, system, pointer: original(system, pointer) and names.CREATE_APPOINTMENT,
    ),
    row(
        "searches-below-a-base-without-blank",
        "SDS-01",
        "The base of searches is written without a blank, which LDAP does not heed.",
        SdsClient.base,
        always("ou=services,o=nhs"),
    ),
    row(
        "asks-for-named-attributes",
        "SDS-01",
        "Only the attributes that are needed are asked for.",
        SdsClient.attributes,
        always(["uniqueIdentifier", "nhsMHSPartyKey", "nhsAsSvcIA", "nhsMHSEndPoint"]),
    ),
)
