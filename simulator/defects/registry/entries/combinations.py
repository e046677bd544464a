"""Defects of entries that are changed with others, or mixed up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request

from ....fault_making import EXPLORES, breaks, interaction, registry, rewriting, with_status
from ....refusals import Rejected
from ....registry.records import RegistryRecords
from ....registry.rules import RegistryRules
from ....registry.stored import Pointer
from ....seams import Fault


def _blind_to(*names: str) -> Callable[..., Any]:
    """Registrations are checked as if they had none of these elements."""

    def check_entry(original: Any, body: dict[str, Any]) -> Any:
        return original({name: value for name, value in body.items() if name not in names})

    return check_entry


def _tires_of_rejecting() -> Fault:
    """An update that was rejected for its version is let through when it comes again."""
    rejected: set[tuple[str, str]] = set()

    def check_version(original: Any, current: Pointer, if_match: str | None) -> None:
        try:
            original(current, if_match)
        except Rejected:
            if not if_match or (current.id, if_match) not in rejected:
                rejected.add((current.id, if_match or ""))
                raise

    fault = registry(
        "registry-tires-of-rejecting",
        "REG-19",
        "An update of a version before is rejected the first time, and carried out the second time.",
        RegistryRules.check_version,
        check_version,
    )
    return replace(fault, near=EXPLORES)


@breaks("REG-09", RegistryRules.check_entry)
def registry_takes_two(original: Any, body: dict[str, Any]) -> Any:
    """A pointer with two URLs or two patients is registered."""
    return original({**body, **{name: (body.get(name) or [])[:1] for name in ("identifier", "participant")}})


def _may_change(name: str) -> Callable[..., Any]:
    def check_update(original: Any, current: Pointer, body: dict[str, Any]) -> None:
        original(current, {**body, name: current.body[name]} if name in body else body)

    return check_update


@breaks("REG-18", RegistryRules.check_update)
def registry_takes_additions(original: Any, current: Pointer, body: dict[str, Any]) -> None:
    """An update may add elements."""
    original(current, {name: value for name, value in body.items() if name in current.body})


@breaks("REG-17", RegistryRecords.by_patient)
def registry_patients_are_out_of_date(original: Any, tx: Any, *arguments: Any) -> list[Pointer]:
    """A search by patient shows each entry as it was registered."""
    first = [original.__self__.version(tx, found.id, 1) for found in original(tx, *arguments)]
    return [found for found in first if found is not None]


@breaks("REG-17", RegistryRecords.store_version)
def registry_ends_all_of_the_patient(original: Any, tx: Any, pointer: Pointer, replaced: int) -> None:
    """Ending one entry ends all of the patient's."""
    original(tx, pointer, replaced)
    records = original.__self__
    number = pointer.body["participant"][0]["actor"]["identifier"]["value"]
    for other in records.by_patient(tx, number, None, None):
        if other.body["status"] == "booked":
            meta = {**other.body["meta"], "versionId": str(other.version + 1)}
            body = {**other.body, "status": "cancelled", "meta": meta}
            original(tx, replace(other, version=other.version + 1, body=body), other.version)


_ARRIVING: list[dict[str, Any]] = []


@breaks("REG-04", RegistryRules.check_body)
def registry_mixes_up_two(original: Any, body: dict[str, Any]) -> dict[str, Any]:
    """Of two who register at the same moment both are answered with the last one's pointer.

    Of registrations that arrive at the same moment all become the last one.
    """
    ours: dict[str, Any] = original(body)
    if request.method != "POST":
        return ours
    _ARRIVING.append(ours)
    time.sleep(0.1)
    return _ARRIVING[-1]


def _wrong_registration(asked: Request, response: Response) -> bool:
    return interaction(asked) == "register" and response.status_code == 400


@breaks("REG-18", RegistryRecords.current)
def registry_heeds_the_id_of_the_body(original: Any, tx: Any, pointer_id: str) -> Pointer | None:
    """An update changes the entry whose id is in the body."""
    found: Pointer | None = original(tx, pointer_id)
    named = str(json.loads(g.raw_body).get("id") or "") if request.method == "PUT" else ""
    if found is None or original(tx, named) is None:
        return found
    return replace(found, id=named, body={**found.body, "id": named})


COMBINATIONS: tuple[Fault, ...] = (
    _tires_of_rejecting(),
    registry(
        "registry-takes-contained",
        "REG-09",
        "A pointer with contained resources is registered.",
        RegistryRules.check_entry,
        _blind_to("contained"),
    ),
    rewriting(
        "registry-fails-on-odd-bodies",
        "REG-09",
        "A body that cannot be read is answered with 500.",
        with_status(500, _wrong_registration),
        "registry",
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
)
