"""Defects that the workflow stories must find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...clock import as_instant, from_epoch
from ...fault_making import breaks, provider
from ...provider.records import ProviderRecords
from ...provider.rules import ProviderRules
from ...refusals import Rejected
from ...seams import Fault


def _one_holder() -> Callable[..., Any]:
    """A patient with an appointment made by one organisation cannot be booked by another."""
    holders: dict[str, str] = {}

    def check_slot(original: Any, booking: Any, slot: Any, caller: Any, now: Any) -> Any:
        found = original(booking, slot, caller, now)
        if booking.nhs_number and holders.setdefault(booking.nhs_number, caller.ods) != caller.ods:
            raise Rejected("business-rule", "The patient has an appointment already.", "Appointment.participant")
        return found

    return check_slot


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


STORIES: tuple[Fault, ...] = (
    provider(
        "one-organisation-per-patient",
        "WKF-09",
        "A patient booked by one organisation cannot be booked by another.",
        ProviderRules.check_slot,
        _one_holder(),
    ),
)
