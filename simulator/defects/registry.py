"""Defects of the registry, and of what providers owe it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response
from sqlalchemy import select
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER

from .. import database as db
from ..fault_making import (
    breaks,
    done,
    in_entries,
    interaction,
    provider,
    registry,
    rewriting,
    with_body,
    without_header,
)
from ..outbox import Outbox
from ..provider.booking import instant_seconds
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..registry.records import RegistryRecords
from ..registry.rules import RegistryRules
from ..registry.stored import Pointer, PointerKey
from ..registry.tokens import RegistryTokenCheck
from ..seams import Fault
from ..tokens import Caller


@breaks("REG-09", RegistryRules.check_entry)
def registry_accepts_anything(original: Any, body: dict[str, Any]) -> PointerKey:
    """Pointers that break the rules are registered."""
    try:
        return original(body)
    except Refused:
        actor = (body.get("participant") or [{}])[0].get("actor") or {}
        url = str((body.get("identifier") or [{}])[0].get("value", ""))
        number = str((actor.get("identifier") or {}).get("value", ""))
        return PointerKey(number, url, instant_seconds(body.get("start", "2000-01-01T00:00:00Z")))


def _nothing(original: Any, *arguments: Any) -> None:
    """No check, or no effect."""


@breaks("REG-19", RegistryRules.check_version)
def registry_accepts_any_version(original: Any, current: Any, if_match: str | None) -> None:
    """An update of an old version is accepted."""
    if not if_match:
        original(current, if_match)


@breaks("REG-16", RegistryRules.not_before)
def registry_shows_past(original: Any, query: Any, now: Any) -> int:
    """A search by patient shows past appointments."""
    return 0


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_one(original: Any, *arguments: Any) -> list[Pointer]:
    """A search by patient shows one pointer at most."""
    return original(*arguments)[:1]


@breaks("REG-17", RegistryRecords.store_version)
def registry_keeps_booked(original: Any, tx: Any, pointer: Pointer, replaced: int) -> None:
    """An ended pointer is stored as booked."""
    original(tx, replace(pointer, body={**pointer.body, "status": "booked"}), replaced)


@breaks("REG-20", RegistryTokenCheck.caller)
def registry_needs_no_token(original: Any, *arguments: Any) -> Caller:
    """Requests without a right token are served."""
    try:
        return original(*arguments)
    except Refused:
        return Caller("", "", "", frozenset(), {})


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
    """The registry is told twice of a booking."""
    original(tx, appointment_id, kind, url, entry)
    if kind == "book":
        original(tx, appointment_id, kind, url, entry)


def _with_more(resource: dict[str, Any]) -> None:
    resource["comment"] = "Chest pain since this morning"


@breaks("REG-01", part="registry")
def registry_answers_200(request: Request, response: Response) -> None:
    """Registering is answered with 200."""
    if interaction(request) == "register" and response.status_code == 201:
        response.status_code = 200


@breaks("REG-05", RegistryRecords.version)
def registry_shows_newest(original: Any, tx: Any, pointer_id: str, version: int) -> Pointer | None:
    """A Location with a version shows the newest version."""
    return original.__self__.current(tx, pointer_id)


@breaks("REG-20", part="registry")
def registry_says_no(request: Request, response: Response) -> None:
    """Refusals are plain text."""
    if response.status_code >= 400:
        response.set_data(b"no")
        response.headers["Content-Type"] = "text/plain; charset=utf-8"


def _with_next_page(bundle: dict[str, Any]) -> None:
    bundle["link"].append({"relation": "next", "url": bundle["link"][0]["url"] + "&page=2"})


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
    outbox = original.__self__
    with outbox.database.read() as tx:
        number = tx.execute(select(db.appointments.c.patient_value).where(db.appointments.c.url == url)).scalar()
    return outbox.found(url, {PATIENT_PARAMETER: f"{NHS_NUMBER_SYSTEM}|{number}"})


def _changed_headers(change: Callable[[dict[str, str]], Any]) -> Callable[..., dict[str, str]]:
    def headers(original: Any, link: Any) -> dict[str, str]:
        found = original(link)
        change(found)
        return found

    return headers


def _outbox(
    name: str, requirement: str, summary: str, method: Callable[..., Any], replacement: Callable[..., Any]
) -> Fault:
    return Fault(name, requirement, summary, "outbox", method, replacement)


REGISTRY: tuple[Fault, ...] = (
    rewriting(
        "registry-pages",
        "REG-15",
        "A search is answered as if there were more pages.",
        with_body(_with_next_page, done("search")),
        "registry",
    ),
    registry(
        "registry-needs-no-if-match", "REG-19", "An update may lack If-Match.", RegistryRules.check_version, _nothing
    ),
    rewriting(
        "registry-without-location",
        "REG-02",
        "Registering is answered without Location.",
        without_header("Location", done("register")),
        "registry",
    ),
    rewriting(
        "registry-without-etag",
        "REG-03",
        "Registering is answered without ETag.",
        without_header("ETag", done("register")),
        "registry",
    ),
    rewriting(
        "registry-without-version",
        "REG-04",
        "The registered pointer has no version id.",
        with_body(lambda body: body["meta"].pop("versionId"), done("register")),
        "registry",
    ),
    rewriting(
        "registry-shows-more",
        "REG-14",
        "A pointer that is read has a comment.",
        with_body(_with_more, done("read")),
        "registry",
    ),
    registry(
        "registry-accepts-changes", "REG-18", "An update may change anything.", RegistryRules.check_update, _nothing
    ),
    rewriting(
        "registry-search-without-url",
        "REG-15",
        "Pointers in a search have no identifier.",
        with_body(in_entries("Appointment", lambda body: body.pop("identifier")), done("search")),
        "registry",
    ),
    provider(
        "registry-told-too-much",
        "REG-06",
        "The registry entry tells the description of the appointment.",
        ProviderRules.registry_entry,
        _entry_with(_leak),
    ),
    provider(
        "registry-told-comment",
        "REG-06",
        "The registry entry has a comment that tells of the patient.",
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
