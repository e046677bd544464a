"""Defects of registering and updating entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response

from ....clock import instant_seconds
from ....fault_making import breaks, done, interaction, registry, rewriting, with_body, without_header
from ....refusals import Rejected
from ....registry.records import RegistryRecords
from ....registry.rules import RegistryRules
from ....registry.stored import Pointer, PointerKey
from ....seams import Fault


@breaks("REG-09", RegistryRules.check_entry)
def registry_accepts_anything(original: Callable[..., PointerKey], body: dict[str, Any]) -> PointerKey:
    """Pointers that break the rules are registered."""
    try:
        return original(body)
    except Rejected:
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


@breaks("REG-17", RegistryRecords.store_version)
def registry_keeps_booked(original: Any, tx: Any, pointer: Pointer, replaced: int) -> None:
    """An ended pointer is stored as booked."""
    original(tx, replace(pointer, body={**pointer.body, "status": "booked"}), replaced)


@breaks("REG-01", part="registry")
def registry_answers_200(request: Request, response: Response) -> None:
    """Registering is answered with 200."""
    if interaction(request) == "register" and response.status_code == 201:
        response.status_code = 200


@breaks("REG-05", RegistryRecords.version)
def registry_shows_newest(original: Any, tx: Any, pointer_id: str, version: int) -> Pointer | None:
    """A Location with a version shows the newest version."""
    records: RegistryRecords = original.__self__
    return records.current(tx, pointer_id)


BASIC_RULES: tuple[Fault, ...] = (
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
    registry(
        "registry-accepts-changes", "REG-18", "An update may change anything.", RegistryRules.check_update, _nothing
    ),
)
