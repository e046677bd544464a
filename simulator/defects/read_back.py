"""Defects in what is shown later, when appointments and slots are read or searched for."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ..fault_making import (
    Change,
    breaks,
    done,
    in_entries,
    interaction,
    refused_instead,
    rewriting,
    with_body,
    without,
)
from ..seams import Fault


def _once() -> Callable[[Request, Response], bool]:
    """Whether an appointment is read a second time."""
    seen: set[str] = set()

    def again(request: Request, response: Response) -> bool:
        if interaction(request) != "read" or response.status_code != 200:
            return False
        known = request.path in seen
        seen.add(request.path)
        return known

    return again


def _slots_gone(bundle: dict[str, Any]) -> None:
    kept = [entry for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] != "Slot"]
    bundle["entry"], bundle["total"] = kept, 0
    if not kept:
        del bundle["entry"]


def _with_includes(request: Request, response: Response) -> bool:
    return done("slots")(request, response) and any(name.startswith("_include") for name in request.args)


def _without_contained(kind: str) -> Change:
    def change(resource: dict[str, Any]) -> None:
        resource["contained"] = [r for r in resource["contained"] if r["resourceType"] != kind]

    return change


def _another_version(resource: dict[str, Any]) -> None:
    resource["meta"]["versionId"] = secrets.token_hex(3)


@breaks("PRV-SRCH-38")
def echoes_what_it_ignored(request: Request, response: Response) -> None:
    """The self link echoes what was ignored."""
    with_body(lambda bundle: bundle["link"][0].update(url=request.url), done("slots"))(request, response)


@breaks("PRV-SAPT-02")
def pages_appointments(request: Request, response: Response) -> None:
    """A search for appointments is paged."""

    def first(bundle: dict[str, Any]) -> None:
        if len(bundle.get("entry", [])) > 1:
            bundle["entry"] = bundle["entry"][:1]
            bundle["link"].append({"relation": "next", "url": f"{request.url}&page=2"})

    with_body(first, done("search"))(request, response)


def _one_url(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] = f"urn:uuid:{uuid.UUID(int=0)}"


def _read(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, done("read")))


READ_BACK: tuple[Fault, ...] = (
    rewriting(
        "reads-once", "PRV-GET-01", "An appointment can be read once only.", refused_instead(404, "not-found", _once())
    ),
    rewriting(
        "cannot-be-read",
        "PRV-BOOK-09",
        "Appointments cannot be read.",
        refused_instead(405, "not-supported", done("read")),
    ),
    rewriting(
        "includes-push-out-slots",
        "PRV-SRCH-23",
        "With includes there are no slots.",
        with_body(_slots_gone, _with_includes),
    ),
    _read(
        "reads-another-reason",
        "PRV-GET-01",
        "A read shows another description.",
        lambda a: a.update(description="Other"),
    ),
    _read("read-without-contained-slot", "PRV-GET-06", "A read contains no Slot.", _without_contained("Slot")),
    _read(
        "read-without-contained-document",
        "PRV-GET-01",
        "A read contains no DocumentReference.",
        _without_contained("DocumentReference"),
    ),
    _read("version-changes-by-itself", "FMT-24", "Each read shows another version id.", _another_version),
    rewriting(
        "found-without-created",
        "PRV-SAPT-06",
        "An appointment found has no created.",
        with_body(in_entries("Appointment", without("created")), done("search")),
    ),
    rewriting("one-full-url", "PRV-SAPT-07", "All entries have one fullUrl.", with_body(_one_url, done("search"))),
)
