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


def _anything(original: Any, body: dict[str, Any]) -> PointerKey:
    try:
        return original(body)
    except Refused:
        actor = (body.get("participant") or [{}])[0].get("actor") or {}
        url = str((body.get("identifier") or [{}])[0].get("value", ""))
        number = str((actor.get("identifier") or {}).get("value", ""))
        return PointerKey(number, url, instant_seconds(body.get("start", "2000-01-01T00:00:00Z")))


def _nothing(original: Any, *arguments: Any) -> None:
    """No check, or no effect."""


def _if_match_present(original: Any, current: Any, if_match: str | None) -> None:
    if not if_match:
        original(current, if_match)


def _since_ever(original: Any, query: Any, now: Any) -> int:
    return 0


def _only_one(original: Any, *arguments: Any) -> list[Pointer]:
    return original(*arguments)[:1]


def _stays_booked(original: Any, tx: Any, pointer: Pointer, replaced: int) -> None:
    original(tx, replace(pointer, body={**pointer.body, "status": "booked"}), replaced)


def _let_in(original: Any, *arguments: Any) -> Caller:
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


def _twice(original: Any, tx: Any, appointment_id: str, kind: str, url: str, entry: Any) -> None:
    original(tx, appointment_id, kind, url, entry)
    if kind == "book":
        original(tx, appointment_id, kind, url, entry)


def _with_more(resource: dict[str, Any]) -> None:
    resource["comment"] = "Chest pain since this morning"


def _answers_200(request: Request, response: Response) -> None:
    if interaction(request) == "register" and response.status_code == 201:
        response.status_code = 200


def _newest(original: Any, tx: Any, pointer_id: str, version: int) -> Pointer | None:
    return original.__self__.current(tx, pointer_id)


def _plain(request: Request, response: Response) -> None:
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


def _as_searched(original: Any, pointer: dict[str, Any]) -> dict[str, Any]:
    return pointer


def _among_the_patients(original: Any, url: str) -> dict[str, Any] | None:
    """The pointer among all those of the patient."""
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
    rewriting("registry-answers-200", "REG-01", "Registering is answered with 200.", _answers_200, "registry"),
    registry(
        "registry-shows-newest",
        "REG-05",
        "A Location with a version shows the newest version.",
        RegistryRecords.version,
        _newest,
    ),
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
    rewriting("registry-says-no", "REG-20", "Refusals are plain text.", _plain, "registry"),
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
    registry(
        "registry-accepts-anything",
        "REG-09",
        "Pointers that break the rules are registered.",
        RegistryRules.check_entry,
        _anything,
    ),
    rewriting(
        "registry-shows-more",
        "REG-14",
        "A pointer that is read has a comment.",
        with_body(_with_more, done("read")),
        "registry",
    ),
    registry(
        "registry-shows-one",
        "REG-15",
        "A search by patient shows one pointer at most.",
        RegistryRecords.by_patient,
        _only_one,
    ),
    registry(
        "registry-shows-past",
        "REG-16",
        "A search by patient shows past appointments.",
        RegistryRules.not_before,
        _since_ever,
    ),
    registry(
        "registry-keeps-booked",
        "REG-17",
        "An ended pointer is stored as booked.",
        RegistryRecords.store_version,
        _stays_booked,
    ),
    registry(
        "registry-accepts-changes", "REG-18", "An update may change anything.", RegistryRules.check_update, _nothing
    ),
    registry(
        "registry-accepts-any-version",
        "REG-19",
        "An update of an old version is accepted.",
        RegistryRules.check_version,
        _if_match_present,
    ),
    registry(
        "registry-needs-no-token",
        "REG-20",
        "Requests without a right token are served.",
        RegistryTokenCheck.caller,
        _let_in,
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
    provider(
        "registry-told-twice",
        "REG-10",
        "The registry is told twice of a booking.",
        ProviderRecords.owe_registry,
        _twice,
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
        "registry-searched-by-patient",
        "REG-12",
        "The provider looks for its pointer among those of the patient.",
        Outbox.find,
        _among_the_patients,
    ),
    _outbox(
        "registry-updated-unread",
        "REG-13",
        "The provider updates a pointer without reading it.",
        Outbox.read,
        _as_searched,
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
