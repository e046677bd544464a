"""Defects of appointments that are read otherwise than they were booked."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import Request, Response, request

from ....fault_making import Change, breaks, done, in_contained, interaction, refused_instead, rewriting, with_body
from ....provider.records import ProviderRecords
from ....seams import Fault
from ...building_blocks import Resource, answers_read, as_if_booked, one_given_name


@breaks("PRV-GET-03", ProviderRecords.current)
def reads_by_the_beginning(original: Any, tx: Any, appointment_id: str) -> Any:
    """The beginning of an id reads the appointment."""
    found = original(tx, appointment_id)
    if found is None and len(appointment_id) > 20:
        for digit in "0123456789abcdef":
            found = found or original(tx, appointment_id + digit)
    return found


_READING: deque[str] = deque(maxlen=8)


@breaks("PRV-GET-01", ProviderRecords.current, near="PRV-BOOK-01")
def mixes_up_reads_under_load(original: Any, tx: Any, appointment_id: str) -> Any:
    """Reads at the same moment all show one appointment.

    Of reads at the same moment all show the appointment of the last one.
    """
    if request.method != "GET":
        return original(tx, appointment_id)
    _READING.append(appointment_id)
    time.sleep(0.05)
    return original(tx, _READING[-1])


def _read_as_cancelled_before() -> Callable[[Request, Response], bool]:
    """Whether an appointment that was read as cancelled is read once more."""
    seen: set[str] = set()

    def again(request: Request, response: Response) -> bool:
        if interaction(request) != "read" or b"cancelled" not in response.get_data():
            return False
        known = request.path in seen
        seen.add(request.path)
        return known

    return again


@breaks("PRV-GET-02", ProviderRecords.version)
def unknown_version_is_the_current(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """A version that never was reads as the current one."""
    return original(tx, appointment_id, version) or original.__self__.current(tx, appointment_id)


def _one_line(patient: Resource) -> None:
    for address in patient.get("address", []):
        address["line"] = address.get("line", [])[:1]


def _ranks_of_first(patient: Resource) -> None:
    for point in patient.get("telecom", []):
        point["rank"] = 1


def _read(name: str, summary: str, change: Callable[[Resource], Any]) -> Fault:
    return rewriting(name, "PRV-GET-01", summary, with_body(in_contained("Patient", change), done("read")))


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


def _as_the_namesake() -> Change:
    """Patients of one family name and birth date are taken for the first of them."""
    known: dict[tuple[str, str], Any] = {}

    def change(patient: Resource) -> None:
        name = (str(patient["name"][0].get("family")), str(patient.get("birthDate")))
        patient["identifier"] = known.setdefault(name, patient.get("identifier", []))

    return change


def _without_contained(kind: str) -> Change:
    def change(resource: dict[str, Any]) -> None:
        resource["contained"] = [r for r in resource["contained"] if r["resourceType"] != kind]

    return change


@breaks("PRV-GET-13", ProviderRecords.store_cancel)
def cancel_changes_nothing(original: Any, *arguments: Any) -> None:
    """A cancellation is answered with 200 and a cancelled appointment, but nothing is stored.

    The answer is built from what would have been stored.
    """


@breaks("PRV-GET-13", ProviderRecords.current)
def cancelled_vanishes(original: Any, tx: Any, appointment_id: str) -> Any:
    """Once cancelled, an appointment can no longer be read: 404."""
    stored = original(tx, appointment_id)
    return None if stored is not None and stored.status == "cancelled" else stored


READ_CONSISTENCY: tuple[Fault, ...] = (
    rewriting(
        "cancellation-is-undone",
        "PRV-GET-13",
        "A cancelled appointment is read as booked again from the second time on.",
        with_body(as_if_booked, _read_as_cancelled_before()),
    ),
    _read("reads-have-one-given-name", "A read shows one given name, the booking all.", one_given_name),
    _read("reads-have-one-line-of-address", "A read shows one line of address, the booking all.", _one_line),
    _read("reads-rank-all-first", "A read gives each contact point of the patient rank 1.", _ranks_of_first),
    _read("namesakes-are-merged", "A read has the NHS number of a namesake born on the same day.", _as_the_namesake()),
    rewriting(
        "reads-once", "PRV-GET-01", "An appointment can be read once only.", refused_instead(404, "not-found", _once())
    ),
    answers_read(
        "reads-another-reason",
        "PRV-GET-01",
        "A read shows another description.",
        lambda a: a.update(description="Other"),
    ),
    answers_read("read-without-contained-slot", "PRV-GET-06", "A read contains no Slot.", _without_contained("Slot")),
    answers_read(
        "read-without-contained-document",
        "PRV-GET-01",
        "A read contains no DocumentReference.",
        _without_contained("DocumentReference"),
    ),
)
