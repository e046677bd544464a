"""Defects in finding where to book: what is asked of the Spine Directory, and made of what it answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from uec_booking.standard import names

from ....consumer.encounter import Place, Stopped
from ....consumer.flow.discovery import Discovery
from ....consumer.wire.sds import SdsClient, SdsError
from ....fault_making import breaks


def _endpoint_of(client: SdsClient, connection: Any, asid: str) -> Any:
    """An nhsMHS by the ASID in its name, which no document speaks of."""
    return client.search(connection, f"(uniqueIdentifier=S{asid}A*)")


@breaks("SDS-01", SdsClient.search)
def asks_without_an_interaction(original: Any, connection: Any, query: str) -> Any:
    """The endpoint is looked up by party key alone."""
    head, found, _ = query.partition("(nhsMhsSvcIA=")
    return original(connection, f"{head})" if found else query)


@breaks("SDS-02", SdsClient.one_system)
def asks_by_the_ods_code(original: Any, found: Any, pointer: str) -> Any:
    """The ODS code of the nhsAS stands for the party key in the second look-up."""
    system = original(found, pointer)
    return {**system, "nhsmhspartykey": system["nhsidcode"]}


@breaks("SDS-04", SdsClient.place)
def guesses_the_endpoint_without_an_nhsas(original: Any, encounter: Any, pointer: str) -> Place:
    """Where there is no nhsAS, the endpoint that is named for the ASID is used."""
    client: SdsClient = original.__self__
    asid = pointer.partition(":")[2]
    with client._connected(encounter) as connection:
        if client.search(connection, f"(uniqueIdentifier={asid})"):
            found: Place = original(encounter, pointer)
            return found
        return Place(
            client.address(client.one_endpoint(_endpoint_of(client, connection, asid), pointer), pointer), asid
        )


@breaks("SDS-05", SdsClient.slot_interaction)
def takes_any_system_for_one_that_books(original: Any, system: Any, pointer: str) -> str:
    """The interactions of the nhsAS are not looked at where it has none of Care Connect."""
    try:
        return str(original(system, pointer))
    except SdsError as error:
        if "GP Connect" in str(error):
            raise
        return names.SEARCH_SLOT


@breaks("SDS-06", SdsClient.slot_interaction)
def takes_gp_connect_beside_care_connect(original: Any, system: Any, pointer: str) -> str:
    """A system with interactions of GP Connect beside those of Care Connect is booked."""
    offered = [name for name in system.get("nhsassvcia", ()) if "gpconnect" not in name]
    return str(original({**system, "nhsassvcia": offered}, pointer))


@breaks("SDS-07", SdsClient.one_endpoint)
def takes_the_first_of_several_endpoints(original: Any, found: Any, pointer: str) -> Any:
    """Of several nhsMHS the first one is used."""
    return original(found[:1], pointer)


@breaks("SDS-07", SdsClient.one_endpoint)
def takes_the_last_of_several_endpoints(original: Any, found: Any, pointer: str) -> Any:
    """Of several nhsMHS the last one is used."""
    return original(found[-1:], pointer)


@breaks("SDS-08", Discovery.place)
def falls_back_to_a_delivered_address(original: Any, encounter: Any, service: str) -> Any:
    """Where the Spine Directory has no endpoint, the address in a list of the product's own is used."""
    return _fallen_back(original, encounter, service, "has no endpoint")


@breaks("SDS-08", Discovery.place)
def falls_back_where_the_address_is_missing(original: Any, encounter: Any, service: str) -> Any:
    """Where the endpoint has no address, the usual path at the usual host stands for it."""
    return _fallen_back(original, encounter, service, "is missing")


@breaks("SDS-08", SdsClient.address)
def takes_an_invalid_address(original: Any, endpoint: Any, pointer: str) -> str:
    """An address that is none is used all the same, with a scheme put before it."""
    try:
        return str(original(endpoint, pointer))
    except SdsError:
        if not endpoint.get("nhsmhsendpoint"):
            raise
        return f"https://{endpoint['nhsmhsendpoint'][0].strip()}"


@breaks("SDS-10", SdsClient.slot_interaction)
def asks_for_an_interaction_of_gp_connect(original: Any, system: Any, pointer: str) -> str:
    """The endpoint is looked up by the interaction of GP Connect's slot search."""
    original(system, pointer)
    return "urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1"


def _fallen_back(original: Any, encounter: Any, service: str, where: str) -> Any:
    discovery: Discovery = original.__self__
    try:
        return original(encounter, service)
    except Stopped as stopped:
        if where not in str(stopped):
            raise
    host = urlsplit(discovery._settings.dos_url)
    asid = discovery.pointers(discovery._dos.endpoints(encounter, service))[0].partition(":")[2]
    return Place(f"{host.scheme}://{host.netloc}/{service}/STU3/1/booking", asid)
