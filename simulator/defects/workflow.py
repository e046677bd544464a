"""Defects that the workflow stories must find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..clock import as_instant, from_epoch
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..seams import Fault


def _store_nothing(original: Any, *arguments: Any) -> None:
    """The answer is built from what would have been stored."""


def _claim_anything(original: Any, tx: Any, slot_id: str) -> bool:
    original(tx, slot_id)
    return True


def _old_version(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    answer = dict(original(previous, cancelled))
    return {**answer, "meta": {**answer["meta"], "versionId": str(previous.version)}}


def _no_entry(original: Any, *arguments: Any) -> None:
    return None


def _not_told(original: Any, *arguments: Any) -> bool:
    return False


def _drop_earlier(original: Any, tx: Any, new: Any, patient: tuple[str, str]) -> None:
    records = original.__self__
    now = from_epoch(new.stored_at)
    for earlier in records.of_patient(tx, patient[1], patient[0]):
        if earlier.status == "booked":
            meta = {
                **earlier.body["meta"],
                "versionId": str(earlier.version + 1),
                "lastUpdated": as_instant(now),
            }
            cancelled = {**earlier.body, "status": "cancelled", "meta": meta}
            records.store_version(tx, earlier, cancelled, new.stored_at)
    original(tx, new, patient)


def _later_start(original: Any, current: Any, body: Any, now: datetime) -> dict[str, Any]:
    cancelled = original(current, body, now)
    start = datetime.fromisoformat(cancelled["start"]).astimezone(UTC)
    return {**cancelled, "start": as_instant(start + timedelta(minutes=5))}


def _hide_cancelled(original: Any, tx: Any, appointment_id: str) -> Any:
    stored = original(tx, appointment_id)
    return None if stored is not None and stored.status == "cancelled" else stored


def _provider(name: str, requirement: str, summary: str, seam: Callable[..., Any], replacement: Any) -> Fault:
    return Fault(name, requirement, summary, "provider", seam, replacement)


WORKFLOW: tuple[Fault, ...] = (
    _provider(
        "cancel-changes-nothing",
        "PRV-GET-13",
        "A cancellation is answered with 200 and a cancelled appointment, but nothing is stored.",
        ProviderRecords.store_cancel,
        _store_nothing,
    ),
    _provider(
        "double-booking",
        "PRV-BOOK-10",
        "A second booking of the same slot is accepted.",
        ProviderRecords.claim_slot,
        _claim_anything,
    ),
    _provider(
        "keeps-version-on-cancel",
        "PRV-CAN-02",
        "The answer to a cancellation has the version id that the appointment had before.",
        ProviderResources.cancelled_answer,
        _old_version,
    ),
    _provider(
        "forgets-registry",
        "REG-10",
        "The registry is not told of bookings.",
        ProviderRules.registry_entry,
        _no_entry,
    ),
    _provider(
        "forgets-registry-cancel",
        "REG-11",
        "The registry is not told of cancellations.",
        ProviderRules.registry_hears_of_cancel,
        _not_told,
    ),
    _provider(
        "silent-rebooking",
        "WKF-09",
        "A new booking silently cancels the patient's earlier ones.",
        ProviderRecords.store_booking,
        _drop_earlier,
    ),
    _provider(
        "moves-start-on-cancel",
        "PRV-CAN-02",
        "Cancelling also changes the start of the appointment.",
        ProviderRules.cancelled,
        _later_start,
    ),
    _provider(
        "cancelled-vanishes",
        "PRV-GET-13",
        "Once cancelled, an appointment can no longer be read: 404.",
        ProviderRecords.current,
        _hide_cancelled,
    ),
)
