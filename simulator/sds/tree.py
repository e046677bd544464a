"""The entries of SDS, made from the directory of services: for each ASID an nhsAS and an nhsMHS, or what is amiss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from uec_booking.standard import names

from ..directory.services import DirectoryService, InSds
from ..world import ProviderProfile

BASE = "ou=services,o=nhs"
#: What a Care Connect provider serves; the older name of the slot search too (CF-15).
CARE_CONNECT = (
    names.READ_METADATA,
    names.READ_SLOT,
    names.SEARCH_SLOT,
    names.CREATE_APPOINTMENT,
    names.READ_APPOINTMENT,
    names.UPDATE_APPOINTMENT,
    names.SEARCH_APPOINTMENT,
)
#: The attributes that there are, whether an entry has them or not.
ATTRIBUTES = (
    "o",
    "ou",
    "objectClass",
    "uniqueIdentifier",
    "nhsIDCode",
    "nhsMHSPartyKey",
    "nhsAsSvcIA",
    "nhsMhsSvcIA",
    "nhsMHSEndPoint",
    "nhsMhsFQDN",
    "nhsEPInteractionType",
    "nhsMhsSN",
)
_GP_CONNECT = (
    "urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1",
    "urn:nhs:names:services:gpconnect:fhir:rest:create:appointment-1",
)
_SOMETHING_ELSE = ("urn:nhs:names:services:itk:COPC_IN000001GB01",)
_SERVICE_NAME = "urn:nhs:names:services:careconnect"
_NO_ADDRESS = "not-an-address"
_ELSEWHERE_ODS = "X9Z01"
_FIRST_PARTY = 9_200_001


@dataclass(frozen=True)
class Entry:
    """An entry of the tree: its name, and the values of each attribute under the attribute's own spelling."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Registered:
    """A system as it is registered with SDS."""

    asid: str
    ods: str
    party_key: str
    endpoint: str
    in_sds: InSds


def make_tree(services: Sequence[DirectoryService], systems: Sequence[ProviderProfile], root: str) -> tuple[Entry, ...]:
    """All entries, parents first; `root` is what the URLs of this world begin with."""
    entries = [
        Entry("o=nhs", {"objectClass": ("top", "organization"), "o": ("nhs",)}),
        Entry(BASE, {"objectClass": ("top", "organizationalUnit"), "ou": ("services",)}),
    ]
    for registered in _registered(services, systems, root):
        entries += _entries(registered)
    return tuple(entries)


def _registered(
    services: Sequence[DirectoryService], systems: Sequence[ProviderProfile], root: str
) -> Iterator[_Registered]:
    ods_of = {system.path: system.ods for system in systems}
    first_with: dict[str, DirectoryService] = {}
    for service in services:
        for asid in service.asids:
            # Services of one system may share its ASID, which is registered once.
            first_with.setdefault(asid, service)
    for number, (asid, service) in enumerate(first_with.items(), start=_FIRST_PARTY):
        ods = ods_of.get(service.root, _ELSEWHERE_ODS)
        yield _Registered(asid, ods, f"{ods}-{number}", _endpoint(service, root), service.in_sds)


def _endpoint(service: DirectoryService, root: str) -> str:
    """The service root as SDS has it; empty where it has none."""
    before = root if service.is_here else ""
    if service.in_sds is InSds.NO_ENDPOINT:
        return ""
    if service.in_sds is InSds.INVALID_ENDPOINT:
        return _NO_ADDRESS
    if service.in_sds is InSds.UNSAFE_CHARACTERS:
        return before + service.unescaped_root
    return before + service.root + ("/" if service.in_sds is InSds.SLASH_AT_THE_END else "")


def _entries(registered: _Registered) -> Iterator[Entry]:
    # All but the one thing that is amiss is in order: a consumer that passes it over is led to the provider.
    if registered.in_sds is not InSds.NO_NHSAS:
        yield _nhs_as(registered)
    if registered.in_sds is not InSds.NO_NHSMHS:
        yield _nhs_mhs(registered, 1)
    if registered.in_sds is InSds.SEVERAL_NHSMHS:
        yield _nhs_mhs(registered, 2)


def _nhs_as(registered: _Registered) -> Entry:
    return Entry(
        f"uniqueIdentifier={registered.asid},{BASE}",
        {
            "objectClass": ("top", "nhsAS"),
            "uniqueIdentifier": (registered.asid,),
            "nhsIDCode": (registered.ods,),
            "nhsMHSPartyKey": (registered.party_key,),
            "nhsAsSvcIA": _interactions(registered),
        },
    )


def _interactions(registered: _Registered) -> tuple[str, ...]:
    if registered.in_sds is InSds.NO_CARE_CONNECT:
        return _SOMETHING_ELSE
    if registered.in_sds is InSds.GP_CONNECT_TOO:
        return CARE_CONNECT + _GP_CONNECT
    return CARE_CONNECT


def _nhs_mhs(registered: _Registered, number: int) -> Entry:
    name = f"S{registered.asid}A{number:06d}"
    attributes: dict[str, tuple[str, ...]] = {
        "objectClass": ("top", "nhsMHS"),
        "uniqueIdentifier": (name,),
        "nhsIDCode": (registered.ods,),
        "nhsMHSPartyKey": (registered.party_key,),
        "nhsMhsSvcIA": CARE_CONNECT + (_GP_CONNECT if registered.in_sds is InSds.GP_CONNECT_TOO else ()),
        "nhsMhsSN": (_SERVICE_NAME,),
        "nhsEPInteractionType": ("FHIR",),
    }
    host = urlsplit(registered.endpoint).hostname
    if host:
        attributes["nhsMhsFQDN"] = (host,)
    if registered.endpoint:
        attributes["nhsMHSEndPoint"] = (registered.endpoint,)
    return Entry(f"uniqueIdentifier={name},{BASE}", attributes)
