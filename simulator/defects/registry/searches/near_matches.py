"""Defects of searches in which a registry takes one thing for another, or loses sight of entries."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PATIENT_PARAMETER, URL_SYSTEM

from .... import database as db
from ....fault_making import breaks, registry
from ....refusals import Rejected
from ....registry.records import RegistryRecords
from ....registry.rules import RegistryRules
from ....registry.stored import Pointer
from ....seams import Fault
from ....shared.nhs_number import valid_nhs_number

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

    def by_patient(
        original: Callable[..., list[Pointer]], tx: Any, number: str, not_before: int | None, before: int | None
    ) -> list[Pointer]:
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


def _finds(name: str, summary: str, seam: Callable[..., Any], replacement: Callable[..., Any]) -> Fault:
    return registry(name, "REG-15", summary, seam, replacement)


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_one_a_day(original: Any, *arguments: Any) -> list[Any]:
    """Of a patient's entries for one day a search shows one."""
    return list({pointer.body["start"][:10]: pointer for pointer in original(*arguments)}.values())


@breaks("REG-15", RegistryRecords.by_patient)
def registry_shows_one_at_a_time(original: Any, *arguments: Any) -> list[Any]:
    """Of a patient's entries for one start a search shows one."""
    return list({pointer.body["start"]: pointer for pointer in original(*arguments)}.values())


@breaks("FMT-20", RegistryRules.registered)
def registry_loses_offsets(original: Any, body: Any, *rest: Any) -> dict[str, Any]:
    """An entry whose start has an offset is kept without it."""
    resource: dict[str, Any] = original(body, *rest)
    return resource | {"start": re.sub(r"[+-]\d{2}:\d{2}\Z", "Z", resource["start"])}


@breaks("FMT-20", RegistryRules.check_entry)
def registry_refuses_offsets(original: Any, body: Any) -> Any:
    """An entry whose start has an offset is rejected."""
    if not re.search(r"(Z|[+-]00:00)\Z", str(body.get("start", "Z"))):
        raise Rejected("profile-breach", "start is not in UTC.", "Appointment.start")
    return original(body)


NEAR_MATCHES: tuple[Fault, ...] = (
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
