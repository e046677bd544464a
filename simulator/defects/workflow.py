"""Defects that the workflow stories must find."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ..clock import as_instant, from_epoch
from ..fault_making import breaks
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules


@breaks("PRV-GET-13", ProviderRecords.store_cancel)
def cancel_changes_nothing(original: Any, *arguments: Any) -> None:
    """A cancellation is answered with 200 and a cancelled appointment, but nothing is stored.

    The answer is built from what would have been stored.
    """


@breaks("PRV-BOOK-10", ProviderRecords.claim_slot)
def double_booking(original: Any, tx: Any, slot_id: str) -> bool:
    """A second booking of the same slot is accepted."""
    original(tx, slot_id)
    return True


@breaks("PRV-CAN-02", ProviderResources.cancelled_answer)
def keeps_version_on_cancel(original: Any, previous: Any, cancelled: dict[str, Any]) -> dict[str, Any]:
    """The answer to a cancellation has the version id that the appointment had before."""
    answer = dict(original(previous, cancelled))
    return {**answer, "meta": {**answer["meta"], "versionId": str(previous.version)}}


@breaks("REG-10", ProviderRules.registry_entry)
def forgets_registry(original: Any, *arguments: Any) -> None:
    """The registry is not told of bookings."""
    return None


@breaks("REG-11", ProviderRules.registry_hears_of_cancel)
def forgets_registry_cancel(original: Any, *arguments: Any) -> bool:
    """The registry is not told of cancellations."""
    return False


@breaks("WKF-09", ProviderRecords.store_booking)
def silent_rebooking(original: Any, tx: Any, new: Any, patient: tuple[str, str]) -> None:
    """A new booking silently cancels the patient's earlier ones."""
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


@breaks("PRV-CAN-02", ProviderRules.cancelled)
def moves_start_on_cancel(original: Any, current: Any, body: Any, now: datetime) -> dict[str, Any]:
    """Cancelling also changes the start of the appointment."""
    cancelled = original(current, body, now)
    start = datetime.fromisoformat(cancelled["start"]).astimezone(UTC)
    return {**cancelled, "start": as_instant(start + timedelta(minutes=5))}


@breaks("PRV-GET-13", ProviderRecords.current)
def cancelled_vanishes(original: Any, tx: Any, appointment_id: str) -> Any:
    """Once cancelled, an appointment can no longer be read: 404."""
    stored = original(tx, appointment_id)
    return None if stored is not None and stored.status == "cancelled" else stored
