"""Defects of a registry that takes one thing for another, or loses sight of entries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy import delete
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER, URL_SYSTEM

from .. import database as db
from ..fault_making import breaks, registry
from ..provider.patient import valid_nhs_number
from ..refusals import Refused
from ..registry.records import RegistryRecords
from ..registry.resources import RegistryResources
from ..registry.rules import RegistryRules
from ..registry.stored import Pointer
from ..registry.tokens import RegistryTokenCheck
from ..seams import Fault

_HOUR = 3600


def _numbers(alike: Callable[[str], str]) -> Callable[..., Any]:
    """A search for another number finds the patient whose number this makes of it."""

    def query(original: Any, parameters: Any) -> Any:
        asked = list(parameters)
        for index, (name, value) in enumerate(asked):
            if name == PATIENT_PARAMETER and not valid_nhs_number(value.rpartition("|")[2]):
                asked[index] = (name, f"{NHS_NUMBER_SYSTEM}|{alike(value.rpartition('|')[2])}")
        return original(asked)

    return query


def _completed(number: str) -> str:
    """The number that begins like this."""
    return next((number + digit for digit in "0123456789" if valid_nhs_number(number + digit)), number)


@breaks("REG-15", RegistryRules.query)
def registry_finds_urls_of_any_system(original: Any, parameters: Any) -> Any:
    """A search by URL does not look at the system."""
    return original(
        [
            (name, f"{URL_SYSTEM}|{value.rpartition('|')[2]}" if "|http" in value else value)
            for name, value in parameters
        ]
    )


def _within(earliest: float, latest: float) -> Callable[..., list[Pointer]]:
    """A search by patient shows what starts in so many hours from now, and no later."""

    def by_patient(original: Any, tx: Any, number: str, not_before: int | None, before: int | None) -> list[Pointer]:
        now = int(time.time())
        since = max(not_before or 0, now + int(earliest * _HOUR))
        until = min(before or 1 << 40, now + int(latest * _HOUR))
        return original(tx, number, since, until)

    return by_patient


_ARRIVED: list[float] = []


def _forget(records: Any, pointer_id: str) -> None:
    """Take an entry away as soon as it is there."""
    gone = delete(db.pointers).where(db.pointers.c.id == pointer_id)
    for _ in range(400):
        with records.database.write() as tx:
            if tx.execute(gone).rowcount:
                return
        time.sleep(0.005)


@breaks("REG-14", RegistryRecords.new_id)
def registry_loses_one_of_two(original: Any) -> str:
    """Of two who register at the same moment one is answered, and not kept.

    Of two that come at the same moment the first is answered, and not kept.
    """
    records, new_id = original.__self__, str(original())
    here = time.monotonic()
    _ARRIVED.append(here)
    time.sleep(0.4)
    if _ARRIVED[-1] > here:
        threading.Thread(target=_forget, args=(records, new_id), daemon=True).start()
    return new_id


@breaks("REG-18", RegistryRules.check_update)
def registry_takes_omissions(original: Any, current: Pointer, body: dict[str, Any]) -> None:
    """An update may leave out the patient or the URL."""
    kept = {name: current.body[name] for name in ("participant", "identifier") if name not in body}
    original(current, {**body, **kept})


@breaks("REG-09", RegistryRules.check_body)
def registry_takes_status_in_any_case(original: Any, body: dict[str, Any]) -> Any:
    """A pointer whose status is written large is registered."""
    return original({**body, "status": str(body["status"]).lower()} if "status" in body else body)


@breaks("REG-09", RegistryRules.check_body)
def registry_takes_no_date(original: Any, body: dict[str, Any]) -> Any:
    """A pointer whose created is no time is registered.

    What created says is not read.
    """
    return original({**body, "created": "2020-01-01"} if body.get("created") == "yesterday" else body)


@breaks("REG-09", RegistryRules.check_entry)
def registry_takes_any_number(original: Any, body: dict[str, Any]) -> Any:
    """A pointer whose patient has a number of another system or length is registered.

    The patient's identifier is of any system, and as long as it likes.
    """
    people = body.get("participant") or []
    found = (people[0].get("actor") or {}).get("identifier") if len(people) == 1 else None
    if not found or not found.get("value"):
        return original(body)
    number = {**found, "system": NHS_NUMBER_SYSTEM, "value": found["value"][:10]}
    return original({**body, "participant": [{**people[0], "actor": {"identifier": number}}]})


@breaks("REG-20", RegistryTokenCheck.caller)
def registry_takes_any_scheme(original: Any, header: str | None, *arguments: Any) -> Any:
    """A token is accepted under any scheme."""
    _, _, token = (header or "").partition(" ")
    return original(f"Bearer {token}" if token.count(".") == 2 else header, *arguments)


@breaks("REG-20", RegistryTokenCheck.check_times, part="registry")
def registry_reads_iat_alone(original: Any, claims: Any, now: Any) -> None:
    """A token expires five minutes after its iat, whatever its exp.

    exp is not read.
    """
    issued = claims.get("iat")
    original({**claims, "exp": issued + 300} if isinstance(issued, int) else claims, now)


@breaks("REG-20", RegistryTokenCheck.check_times, part="registry")
def registry_reads_no_texts(original: Any, claims: Any, now: Any) -> None:
    """A token whose exp is a text never expires."""
    if not isinstance(claims.get("exp"), str):
        original(claims, now)


@breaks("REG-20", RegistryTokenCheck.payload, part="registry")
def registry_fails_on_listed_payloads(original: Any, *arguments: Any) -> Any:
    """A token whose payload is no object is answered with 500."""
    try:
        return original(*arguments)
    except Refused as refusal:
        if "payload is not a JSON object" in refusal.diagnostics:
            raise RuntimeError("a list has no claims") from None
        raise


@breaks("REG-17", RegistryResources.location)
def registry_locates_the_version_before(original: Any, base: str, resource: dict[str, Any]) -> str:
    """The Location of an update names the first version.

    After an update the Location still names the first version.
    """
    located: str = original(base, resource)
    return f"{located.split('/_history/')[0]}/_history/1" if request.method == "PUT" else located


def _finds(name: str, summary: str, seam: Callable[..., Any], replacement: Callable[..., Any]) -> Fault:
    return registry(name, "REG-15", summary, seam, replacement)


REGISTRY_ALIKE: tuple[Fault, ...] = (
    _finds(
        "registry-completes-numbers",
        "The beginning of an NHS number finds its patient's entries.",
        RegistryRules.query,
        _numbers(_completed),
    ),
    _finds(
        "registry-cuts-numbers",
        "A number that begins with a patient's finds the patient's entries.",
        RegistryRules.query,
        _numbers(lambda number: number[:10]),
    ),
    _finds(
        "registry-forgets-what-is-soon",
        "A search by patient leaves out what starts within two hours.",
        RegistryRecords.by_patient,
        _within(2, 1 << 20),
    ),
    _finds(
        "registry-looks-a-week-ahead",
        "A search by patient leaves out what starts in more than a week.",
        RegistryRecords.by_patient,
        _within(-1, 168),
    ),
)
