"""Defects in what is kept of a booking, at once or after a while."""

from __future__ import annotations

import copy
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ....fault_making import (
    breaks,
    done,
    in_contained,
    near,
    provider,
    refused_instead,
    rewriting,
    with_body,
    with_header,
)
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....seams import Fault
from ...building_blocks import a_while_after


def _another_local_number(patient: dict[str, Any]) -> None:
    for one in patient.get("identifier", []):
        if one.get("system") != NHS_NUMBER_SYSTEM:
            one["value"] = f"L-{secrets.token_hex(4).upper()}"


#: Seconds within which a second claim counts as simultaneous.
_AT_ONCE = 0.1
#: Seconds for which a slot that came free is given to all who ask.
_FREED = 0.5


def _claims_at_once() -> Callable[..., bool]:
    """A second claim that comes in the same moment succeeds too: the check and the claim are not one."""
    claimed: dict[str, float] = {}

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        now = time.monotonic()
        if original(tx, slot_id):
            claimed[slot_id] = now
            return True
        return now - claimed.get(slot_id, 0.0) < _AT_ONCE

    return claim_slot


def _freed_for_several() -> Fault:
    """A row: whoever claims a slot right after it came free gets it, be it claimed again or not."""
    freed: dict[str, float] = {}

    def release_slot(original: Any, tx: Any, slot_id: str) -> None:
        original(tx, slot_id)
        freed[slot_id] = time.monotonic()

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        claimed: bool = original(tx, slot_id)
        return claimed or time.monotonic() - freed.get(slot_id, -_FREED) < _FREED

    summary = "A slot that was freed by a cancellation is given to all who book it in that moment."
    more = ((ProviderRecords.release_slot, release_slot),)
    fault = provider("freed-slots-for-several", "PRV-BOOK-02", summary, ProviderRecords.claim_slot, claim_slot)
    return replace(fault, more=more)


def _an_hour_early(http_date: str) -> str:
    return format_datetime(parsedate_to_datetime(http_date) - timedelta(hours=1), usegmt=True)


@breaks("RES-APT-14", ProviderRules.booked)
def patient_takes_part_twice(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """The patient is a participant twice, once as optional."""
    resource = copy.deepcopy(original(body, new_id, now))
    resource["participant"].append({**resource["participant"][0], "required": "optional"})
    return resource


@breaks("PRV-BOOK-10", ProviderRecords.claim_slot)
def double_booking(original: Any, tx: Any, slot_id: str) -> bool:
    """A second booking of the same slot is accepted."""
    original(tx, slot_id)
    return True


PERSISTENCE: tuple[Fault, ...] = (
    rewriting(
        "reads-show-another-id",
        "PRV-BOOK-08",
        "An appointment that is read has another id than the booking was given.",
        with_body(lambda body: body.update(id=f"{body['id']}-1"), done("read", "vread")),
    ),
    rewriting(
        "local-number-anew",
        "PRV-BOOK-18",
        "Each read gives the patient another identifier of the provider's own.",
        with_body(in_contained("Patient", _another_local_number), done("read", "vread")),
    ),
    near(
        rewriting(
            "appointments-vanish",
            "PRV-BOOK-09",
            "An appointment can be read for a second, then it is gone.",
            refused_instead(404, "not-found", a_while_after("book", "read")),
        ),
        "PRV-GET-01",
    ),
    provider(
        "double-booking-at-once",
        "PRV-BOOK-02",
        "Of bookings that come at the same moment several succeed.",
        ProviderRecords.claim_slot,
        _claims_at_once(),
    ),
    _freed_for_several(),
    rewriting(
        "location-of-another-version",
        "PRV-BOOK-04",
        "The Location of a booking names another version than the body.",
        with_header("Location", lambda url: f"{url}0", done("book")),
    ),
    rewriting(
        "etag-of-another-version-on-book",
        "PRV-BOOK-05",
        "The ETag of a booking names another version than the body.",
        with_header("ETag", lambda _: 'W/"0"', done("book")),
    ),
    rewriting(
        "last-modified-an-hour-early",
        "PRV-BOOK-06",
        "Last-Modified of a booking is an hour earlier than lastUpdated.",
        with_header("Last-Modified", _an_hour_early, done("book")),
    ),
    rewriting(
        "cannot-be-read",
        "PRV-BOOK-09",
        "Appointments cannot be read.",
        refused_instead(405, "not-supported", done("read")),
    ),
)
