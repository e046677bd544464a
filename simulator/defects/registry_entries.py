"""Defects of the registry's entries: found by what only resembles them, changed with others, mixed up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request
from sqlalchemy import select
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER

from .. import database as db
from ..fault_making import interaction, registry, rewriting, with_status
from ..registry.records import RegistryRecords
from ..registry.rules import PointerQuery, RegistryRules
from ..registry.stored import Pointer
from ..registry.tokens import RegistryTokenCheck
from ..seams import Fault


def _blind_to(*names: str) -> Callable[..., Any]:
    """Registrations are checked as if they had none of these elements."""

    def check_entry(original: Any, body: dict[str, Any]) -> Any:
        return original({name: value for name, value in body.items() if name not in names})

    return check_entry


def _only_the_first(original: Any, body: dict[str, Any]) -> Any:
    return original({**body, **{name: (body.get(name) or [])[:1] for name in ("identifier", "participant")}})


def _may_change(name: str) -> Callable[..., Any]:
    def check_update(original: Any, current: Pointer, body: dict[str, Any]) -> None:
        original(current, {**body, name: current.body[name]} if name in body else body)

    return check_update


def _takes_additions(original: Any, current: Pointer, body: dict[str, Any]) -> None:
    original(current, {name: value for name, value in body.items() if name in current.body})


def _any_system(original: Any, parameters: Any) -> PointerQuery:
    found: PointerQuery = original(
        [
            (name, f"{NHS_NUMBER_SYSTEM}|{value.rpartition('|')[2]}" if name == PATIENT_PARAMETER else value)
            for name, value in parameters
        ]
    )
    return found


def _urls(same: Callable[[str, str], bool]) -> Callable[..., Any]:
    def by_url(original: Any, tx: Any, url: str) -> list[Pointer]:
        known = tx.execute(select(db.pointers.c.url).distinct()).scalars()
        return [found for one in known if same(one, url) for found in original(tx, one)]

    return by_url


def _at_most_twenty(original: Any, *arguments: Any) -> list[Pointer]:
    return original(*arguments)[:20]


def _since_midnight(original: Any, query: Any, now: Any) -> int:
    return int(now.replace(hour=0, minute=0, second=0).timestamp())


def _as_first_indexed(original: Any, tx: Any, *arguments: Any) -> list[Pointer]:
    first = [original.__self__.version(tx, found.id, 1) for found in original(tx, *arguments)]
    return [found for found in first if found is not None]


def _all_of_the_patient(original: Any, tx: Any, pointer: Pointer, replaced: int) -> None:
    original(tx, pointer, replaced)
    records = original.__self__
    number = pointer.body["participant"][0]["actor"]["identifier"]["value"]
    for other in records.by_patient(tx, number, None, None):
        if other.body["status"] == "booked":
            meta = {**other.body["meta"], "versionId": str(other.version + 1)}
            body = {**other.body, "status": "cancelled", "meta": meta}
            original(tx, replace(other, version=other.version + 1, body=body), other.version)


_ARRIVING: list[dict[str, Any]] = []


def _as_the_last(original: Any, body: dict[str, Any]) -> dict[str, Any]:
    """Of registrations that arrive at the same moment all become the last one."""
    ours: dict[str, Any] = original(body)
    if request.method != "POST":
        return ours
    _ARRIVING.append(ours)
    time.sleep(0.1)
    return _ARRIVING[-1]


def _unknown_read(asked: Request, response: Response) -> bool:
    return interaction(asked) == "read" and response.status_code == 404


def _wrong_registration(asked: Request, response: Response) -> bool:
    return interaction(asked) == "register" and response.status_code == 400


def _only_of_the_form(original: Any, claims: Any) -> None:
    """No look at whom the token is made out to."""


def _under_the_id_of_the_body(original: Any, tx: Any, pointer_id: str) -> Pointer | None:
    found: Pointer | None = original(tx, pointer_id)
    named = str(json.loads(g.raw_body).get("id") or "") if request.method == "PUT" else ""
    if found is None or original(tx, named) is None:
        return found
    return replace(found, id=named, body={**found.body, "id": named})


REGISTRY_ENTRIES: tuple[Fault, ...] = (
    registry(
        "registry-takes-contained",
        "REG-09",
        "A pointer with contained resources is registered.",
        RegistryRules.check_entry,
        _blind_to("contained"),
    ),
    registry(
        "registry-takes-two",
        "REG-09",
        "A pointer with two URLs or two patients is registered.",
        RegistryRules.check_entry,
        _only_the_first,
    ),
    rewriting(
        "registry-fails-on-odd-bodies",
        "REG-09",
        "A body that cannot be read is answered with 500.",
        with_status(500, _wrong_registration),
        "registry",
    ),
    registry(
        "registry-takes-tokens-for-others",
        "REG-20",
        "A token made out to another system is accepted.",
        RegistryTokenCheck.check_audience,
        _only_of_the_form,
    ),
    rewriting(
        "registry-fails-on-unknown-ids",
        "REG-14",
        "A read of an entry that is not there is answered with 500.",
        with_status(500, _unknown_read),
        "registry",
    ),
    registry(
        "registry-shows-twenty",
        "REG-15",
        "A search by patient shows twenty entries at most.",
        RegistryRecords.by_patient,
        _at_most_twenty,
    ),
    registry(
        "registry-ignores-the-system",
        "REG-15",
        "A search by patient looks at the value alone.",
        RegistryRules.query,
        _any_system,
    ),
    registry(
        "registry-finds-beginnings-of-urls",
        "REG-15",
        "The beginning of a URL finds its entry.",
        RegistryRecords.by_url,
        _urls(lambda known, asked: known.startswith(asked)),
    ),
    registry(
        "registry-finds-urls-in-any-case",
        "REG-15",
        "URLs are compared without regard to case.",
        RegistryRecords.by_url,
        _urls(lambda known, asked: known.casefold() == asked.casefold()),
    ),
    registry(
        "registry-shows-today",
        "REG-16",
        "A search by patient shows what was earlier today.",
        RegistryRules.not_before,
        _since_midnight,
    ),
    registry(
        "registry-patients-are-out-of-date",
        "REG-17",
        "A search by patient shows each entry as it was registered.",
        RegistryRecords.by_patient,
        _as_first_indexed,
    ),
    registry(
        "registry-ends-all-of-the-patient",
        "REG-17",
        "Ending one entry ends all of the patient's.",
        RegistryRecords.store_version,
        _all_of_the_patient,
    ),
    registry(
        "registry-lets-end-change",
        "REG-18",
        "An update may bring another end.",
        RegistryRules.check_update,
        _may_change("end"),
    ),
    registry(
        "registry-lets-created-change",
        "REG-18",
        "An update may bring another created.",
        RegistryRules.check_update,
        _may_change("created"),
    ),
    registry(
        "registry-takes-additions",
        "REG-18",
        "An update may add elements.",
        RegistryRules.check_update,
        _takes_additions,
    ),
    registry(
        "registry-heeds-the-id-of-the-body",
        "REG-18",
        "An update changes the entry whose id is in the body.",
        RegistryRecords.current,
        _under_the_id_of_the_body,
    ),
    registry(
        "registry-mixes-up-two",
        "REG-04",
        "Of two who register at the same moment both are answered with the last one's pointer.",
        RegistryRules.check_body,
        _as_the_last,
    ),
)
