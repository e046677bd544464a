"""Defects in what a refusal, a cancellation or a new booking of a freed slot leaves behind, and in telling repeats."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Request, Response, g, request
from sqlalchemy import select

from .. import database as db
from ..fault_making import breaks, done, interaction, provider, refused_instead, rewriting
from ..fhir_out import versions_named
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..provider.stored import StoredAppointment
from ..refusals import Refused
from ..seams import Fault
from ..world import SLOT_MINUTES


def _second_attempt_succeeds() -> Callable[..., bool]:
    """Whoever finds a slot taken and tries again gets it."""
    tried: set[tuple[str, str]] = set()

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        key = (original.__self__.provider.key, slot_id)
        claimed: bool = original(tx, slot_id) or key in tried
        tried.discard(key) if claimed else tried.add(key)
        return claimed

    return claim_slot


@breaks("PRV-BOOK-03", ProviderRecords.claim_slot, near="PRV-BOOK-10")
def refusals_free_the_slot(original: Any, tx: Any, slot_id: str) -> bool:
    """When a booking is refused because its slot is taken, the slot becomes free.

    What cleans up after a refused booking gives the slot back, as if this booking had taken it.
    """
    claimed: bool = original(tx, slot_id)
    if not claimed:
        threading.Timer(0.01, _release, (original.__self__, slot_id)).start()
    return claimed


def _release(records: Any, slot_id: str) -> None:
    with records.database.write() as tx:
        records.release_slot(tx, slot_id)


@breaks("PRV-BOOK-03", ProviderRecords.release_slot)
def cancelling_frees_the_next_slot(original: Any, tx: Any, slot_id: str) -> None:
    """A cancellation frees the slot after its own, too, whoever has it."""
    original(tx, slot_id)
    diary, _, minute = slot_id.rpartition("-")
    if minute.isdigit():
        original(tx, f"{diary}-{int(minute) + SLOT_MINUTES}")


def _not_bookable_again() -> Callable[..., bool]:
    """A slot that was freed is free for searches, and has its booking still."""
    had: set[tuple[str, str]] = set()

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        key = (original.__self__.provider.key, slot_id)
        claimed: bool = key not in had and original(tx, slot_id)
        if claimed:
            had.add(key)
        return claimed

    return claim_slot


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


@breaks("PRV-CAN-08", ProviderRules.check_version)
def later_versions_will_do(original: Any, current: StoredAppointment, if_match: str | None) -> None:
    """If-Match is good if it names a version that is yet to come."""
    named = versions_named(if_match or "")
    if len(named) == 1 and named[0].isascii() and named[0].isdigit() and int(named[0]) > current.version:
        return
    original(current, if_match)


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def omissions_on_cancel(original: Any, current: StoredAppointment, body: Any) -> None:
    """A cancellation may leave elements out."""
    original(current, {**{name: current.body[name] for name in current.body if name != "status"}, **body})


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def participation_changes_on_cancel(original: Any, current: StoredAppointment, body: Any) -> None:
    """A cancellation may say other things of the participants."""
    if body.get("participant"):
        body = {**body, "participant": current.body["participant"]}
    original(current, body)


def _one_holder() -> Callable[..., Any]:
    """A patient with an appointment made by one organisation cannot be booked by another."""
    holders: dict[str, str] = {}

    def check_slot(original: Any, booking: Any, slot: Any, caller: Any, now: Any) -> Any:
        found = original(booking, slot, caller, now)
        if booking.nhs_number and holders.setdefault(booking.nhs_number, caller.ods) != caller.ods:
            raise Refused("business-rule", "The patient has an appointment already.", "Appointment.participant")
        return found

    return check_slot


def _same_body() -> Callable[..., Any]:
    """Only the same body again is a repeat; another one under the id of a booking books, under an id of its own."""
    bodies: dict[str, str] = {}

    def heeds_request_ids(original: Any, action: str) -> bool:
        used = request.headers.get("X-Request-ID", "")
        digest = hashlib.sha256(g.raw_body).hexdigest()
        return original(action) and (action != "book" or bodies.setdefault(used, digest) == digest)

    return heeds_request_ids


def _of_its_kind() -> Callable[..., bool]:
    """The ids of bookings and of cancellations are kept in two lists."""
    booked: set[str] = set()

    def heeds_request_ids(original: Any, action: str) -> bool:
        used = request.headers.get("X-Request-ID", "")
        if action == "book":
            booked.add(used)
        return original(action) and (action == "book" or used not in booked)

    return heeds_request_ids


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


@breaks("PRV-XTI-01", near="PRV-SRCH-35")
def framework_refusals_have_no_ids(request: Request, response: Response) -> None:
    """A wrong method or address is answered without X-Request-ID.

    What the framework refuses has not passed through what puts the ids on.
    """
    if response.status_code in (404, 405, 415) and interaction(request) == "":
        response.headers.pop("X-Request-ID", None)
        response.headers.pop("X-Correlation-ID", None)


LEFT_BEHIND: tuple[Fault, ...] = (
    provider(
        "second-attempt-succeeds",
        "PRV-BOOK-10",
        "Who is refused a taken slot, and tries again, gets it.",
        ProviderRecords.claim_slot,
        _second_attempt_succeeds(),
    ),
    provider(
        "freed-slots-cannot-be-booked",
        "PRV-SRCH-34",
        "The slot of a cancelled appointment is offered, and its booking refused as taken.",
        ProviderRecords.claim_slot,
        _not_bookable_again(),
    ),
    provider(
        "one-organisation-per-patient",
        "WKF-09",
        "A patient booked by one organisation cannot be booked by another.",
        ProviderRules.check_slot,
        _one_holder(),
    ),
    provider(
        "request-ids-go-with-their-body",
        "PRV-XTI-03",
        "A used X-Request-ID with another body makes a second booking.",
        ProviderRules.heeds_request_ids,
        _same_body(),
    ),
    provider(
        "bookings-and-cancellations-share-no-ids",
        "PRV-XTI-04",
        "The X-Request-ID of a booking can be used for a cancellation.",
        ProviderRules.heeds_request_ids,
        _of_its_kind(),
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
