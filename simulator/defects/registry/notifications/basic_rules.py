"""Defects of what providers owe the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER

from .... import database as db
from ....fault_making import breaks, provider
from ....outbox import Outbox
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....seams import Fault


def _entry_with(change: Callable[[dict[str, Any], Any], Any]) -> Callable[..., Any]:
    def registry_entry(original: Any, resource: Any, url: str) -> Any:
        entry = original(resource, url)
        if entry is not None:
            change(entry, resource)
        return entry

    return registry_entry


def _leak(entry: dict[str, Any], resource: Any) -> None:
    entry["description"] = resource["description"]


def _relative(entry: dict[str, Any], resource: Any) -> None:
    entry["identifier"][0]["value"] = f"https://nowhere.example/Appointment/{resource['id']}"


def _later(entry: dict[str, Any], resource: Any) -> None:
    entry["start"] = resource["end"]


@breaks("REG-10", ProviderRecords.owe_registry)
def registry_told_twice(original: Any, tx: Any, appointment_id: str, kind: str, url: str, entry: Any) -> None:
    """The registry is notified twice of a booking."""
    original(tx, appointment_id, kind, url, entry)
    if kind == "book":
        original(tx, appointment_id, kind, url, entry)


def _without_end(entry: dict[str, Any], resource: Any) -> None:
    entry.pop("end", None)


def _comment(entry: dict[str, Any], resource: Any) -> None:
    entry["comment"] = "Chest pain since this morning"


def _never(original: Any, *arguments: Any) -> bool:
    return False


@breaks("REG-13", Outbox.read)
def registry_updated_unread(original: Any, pointer: dict[str, Any]) -> dict[str, Any]:
    """The provider updates a pointer without reading it."""
    return pointer


@breaks("REG-12", Outbox.find)
def registry_searched_by_patient(original: Any, url: str) -> dict[str, Any] | None:
    """The provider looks for its pointer among those of the patient.

    The pointer among all those of the patient.
    """
    outbox: Outbox = original.__self__
    with outbox.database.read() as tx:
        number = tx.execute(select(db.appointments.c.patient_value).where(db.appointments.c.url == url)).scalar()
    return outbox.found(url, {PATIENT_PARAMETER: f"{NHS_NUMBER_SYSTEM}|{number}"})


def _changed_headers(change: Callable[[dict[str, str]], Any]) -> Callable[..., dict[str, str]]:
    def headers(original: Callable[..., dict[str, str]], link: Any) -> dict[str, str]:
        found = original(link)
        change(found)
        return found

    return headers


def _outbox(
    name: str, requirement: str, summary: str, method: Callable[..., Any], replacement: Callable[..., Any]
) -> Fault:
    return Fault(name, requirement, summary, "outbox", method, replacement)


BASIC_RULES: tuple[Fault, ...] = (
    provider(
        "registry-told-too-much",
        "REG-06",
        "The registry entry has the description of the appointment.",
        ProviderRules.registry_entry,
        _entry_with(_leak),
    ),
    provider(
        "registry-told-comment",
        "REG-06",
        "The registry entry has a comment about the patient.",
        ProviderRules.registry_entry,
        _entry_with(_comment),
    ),
    provider(
        "registry-told-no-end",
        "REG-08",
        "The registry entry has no end.",
        ProviderRules.registry_entry,
        _entry_with(_without_end),
    ),
    provider(
        "registry-told-wrong-url",
        "REG-07",
        "The registry entry points elsewhere.",
        ProviderRules.registry_entry,
        _entry_with(_relative),
    ),
    provider(
        "registry-told-wrong-start",
        "REG-10",
        "The registry entry has another start.",
        ProviderRules.registry_entry,
        _entry_with(_later),
    ),
    _outbox(
        "registry-given-up",
        "REG-10",
        "What the registry does not take at once is forgotten.",
        Outbox.stays_owed,
        _never,
    ),
    _outbox(
        "registry-told-again",
        "REG-10",
        "A booking is registered anew when the answer was lost.",
        Outbox.was_sent_before,
        _never,
    ),
    _outbox(
        "registry-called-without-token",
        "REG-21",
        "The provider calls the registry without a token.",
        Outbox.headers,
        _changed_headers(lambda headers: headers.pop("Authorization")),
    ),
    _outbox(
        "registry-called-as-a-provider",
        "REG-22",
        "The provider sends the headers of the SSP to the registry.",
        Outbox.headers,
        _changed_headers(lambda headers: headers.update({"Ssp-From": "918999198999"})),
    ),
)
