"""Defects of appointments that fade, or that a rejection or a later booking leaves behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Request, Response, g, request
from sqlalchemy import select
from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from .... import database as db
from ....fault_making import (
    breaks,
    done,
    in_contained,
    interaction,
    near,
    refused_instead,
    rewriting,
    warned,
    with_body,
)
from ....provider.records import ProviderRecords
from ....provider.stored import StoredAppointment
from ....seams import Fault
from ...building_blocks import a_while_after


def _number_twice(patient: dict[str, Any]) -> None:
    found = [one for one in patient.get("identifier", []) if one.get("system") == NHS_NUMBER_SYSTEM]
    patient["identifier"] = [*patient.get("identifier", []), *found]


def _number_twice_when_cancelled(resource: dict[str, Any]) -> None:
    if resource.get("status") == "cancelled":
        in_contained("Patient", _number_twice)(resource)


def _booked(resource: dict[str, Any]) -> None:
    resource["status"] = "booked"


@breaks("PRV-GET-13", ProviderRecords.current)
def booking_the_slot_revives(original: Any, tx: Any, appointment_id: str) -> StoredAppointment | None:
    """A cancelled appointment reads as booked once its slot is booked again.

    Whether an appointment stands is told by its slot.
    """
    found: StoredAppointment | None = original(tx, appointment_id)
    if found is not None and found.status == "cancelled" and request.method == "GET":
        head = db.appointments
        holders = select(head.c.id).where(
            head.c.system == original.__self__.provider.key, head.c.slot == found.slot, head.c.status == "booked"
        )
        if tx.execute(holders).first() is not None:
            found.body["status"] = "booked"
    return found


def _lags(seconds: float) -> Callable[[Request, Response], None]:
    """Who has read an appointment reads it from a cache for a while, whatever has become of it."""
    cache: dict[str, tuple[float, bytes, list[tuple[str, str]]]] = {}

    def rewrite(request: Request, response: Response) -> None:
        if not done("read")(request, response):
            return
        key = f"{request.path} {g.format}"
        at, body, headers = cache.get(key, (0.0, b"", []))
        if body and time.monotonic() - at < seconds:
            response.set_data(body)
            response.headers.update(headers)
        else:
            kept = [(n, v) for n, v in response.headers.items() if n in ("ETag", "Last-Modified", "Content-Location")]
            cache[key] = (time.monotonic(), response.get_data(), kept)

    return rewrite


def _etag_of_the_current() -> Callable[[Request, Response], None]:
    newest: dict[str, str] = {}

    def rewrite(request: Request, response: Response) -> None:
        key = request.path.split("/Appointment/")[-1].split("/")[0]
        if done("cancel")(request, response):
            newest[key] = response.headers["ETag"]
        if done("vread")(request, response) and key in newest:
            response.headers["ETag"] = newest[key]

    return rewrite


def _later_version(request: Request, response: Response) -> bool:
    return done("vread")(request, response) and not request.path.endswith("/_history/1")


PERSISTENCE: tuple[Fault, ...] = (
    rewriting(
        "reads-find-nothing",
        "PRV-GET-01",
        "What was booked is not found at its address.",
        refused_instead(404, "not-found", lambda request, response: interaction(request) == "read"),
    ),
    warned(
        near(
            rewriting(
                "number-twice-when-cancelled",
                "PRV-GET-14",
                "A cancelled appointment reads with the NHS number twice.",
                with_body(_number_twice_when_cancelled, done("read")),
            ),
            "PRV-CAN-06",
        )
    ),
    rewriting(
        "appointments-fade",
        "PRV-GET-01",
        "An appointment can be read for a second, then it is as another one.",
        with_body(lambda a: a.update(start="2031-05-06T07:00:00+00:00"), a_while_after("book", "read")),
    ),
    rewriting(
        "cancellations-fade",
        "PRV-GET-13",
        "A second after it was cancelled an appointment reads as booked again.",
        with_body(_booked, a_while_after("cancel", "read")),
    ),
    rewriting(
        "reads-lag-behind",
        "PRV-GET-13",
        "For two seconds after a read the same is read again, whatever was changed.",
        _lags(2.0),
    ),
    rewriting(
        "versions-have-the-current-etag",
        "PRV-GET-07",
        "An earlier version is read with the ETag of the current one.",
        _etag_of_the_current(),
    ),
    rewriting(
        "newest-version-has-no-number",
        "PRV-GET-02",
        "The newest version of a cancelled appointment cannot be read by its number.",
        refused_instead(404, "not-found", _later_version),
    ),
)
