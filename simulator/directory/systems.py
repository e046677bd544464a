"""The provider systems that a directory asks for: one for each path among its roots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..world import Clinician, Diary, Place, ProviderProfile, Service
from .builtin import CANCELLING
from .services import DirectoryService

#: The systems that the settings file of a test names; others are reached through DoS and SDS alone.
_SECTIONS = ("provider", "second_provider")

#: There are many services, so each has fewer slots than the providers of the world: a search for a day finds 48.
_EVERY_MINUTES = 60

# Ids are one system's own, so each of them may have the same: only its root tells them apart.
_DIARIES = (
    Diary(
        "diary-1",
        Clinician(
            "practitioner-1", "555000000901", "555100000901", "Ravenscroft", "Maya", "Dr", "female",
            "R0260", "General Medical Practitioner",
        ),
        "In-person",
        every_minutes=_EVERY_MINUTES,
    ),
    Diary(
        "diary-2",
        Clinician(
            "practitioner-2", "555000000902", "555100000902", "Windermere", "Jonas", "Mr", "male",
            "R0600", "Specialist Nurse Practitioner",
        ),
        "Telephone",
        every_minutes=_EVERY_MINUTES,
    ),
)  # fmt: skip


def systems_of(services: Sequence[DirectoryService]) -> tuple[ProviderProfile, ...]:
    """One provider for each path among the roots, in order of their first services."""
    by_root: dict[str, list[DirectoryService]] = {}
    for service in services:
        if service.is_here:
            by_root.setdefault(service.root, []).append(service)
    taken = {asid for service in services for asid in service.asids}
    spare = (asid for asid in map(str, range(918_998_000_000, 918_999_000_000)) if asid not in taken)
    systems = [_system(number, of_root, spare) for number, of_root in enumerate(by_root.values())]
    return tuple(
        replace(system, section=_SECTIONS[number]) if number < len(_SECTIONS) else system
        for number, system in enumerate(systems)
    )


def _system(number: int, services: Sequence[DirectoryService], spare: Iterable[str]) -> ProviderProfile:
    first, ods = services[0], f"X9{number:03d}"
    line, _, city = first.address.rpartition(", ")
    booked = [service for service in services if service.slots == "many"]
    diaries = _DIARIES if booked else ()
    return ProviderProfile(
        key=first.id,
        section="",
        name=first.name,
        ods=ods,
        # Which ASID is a system's that nobody finds in DoS is of no account, but it needs one of its own.
        asid=next((asid for service in services for asid in service.asids), "") or next(iter(spare)),
        path=first.root,
        place=Place("location-1", f"{ods}01", first.name, line or first.address, city, first.postcode),
        diaries=diaries,
        services=tuple(_service(service) for service in services),
        purposes=_purposes(services),
        cancel_policy=CANCELLING[first.cancelling],
    )


def _service(service: DirectoryService) -> Service:
    return Service(service.id, service.name, tuple(diary.id for diary in _DIARIES) if service.slots == "many" else ())


def _purposes(services: Sequence[DirectoryService]) -> tuple[tuple[str, str], ...]:
    with_slots = next((service.id for service in services if service.slots == "many"), "")
    without = next((service.id for service in services if service.slots == "none"), "")
    found = {"within_2_hours": with_slots, "later": with_slots, "none": without}
    return tuple((purpose, service) for purpose, service in found.items() if service)
