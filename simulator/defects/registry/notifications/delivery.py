"""Defects of a provider that tells the registry too early, or not at all."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from flask import g, request
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, URL_SYSTEM

from ....fault_making import breaks
from ....formats import JSON, parse_body
from ....provider.common_rules import patient_identifier
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules

_MOMENT = 0.05


def _soon(records: Any, message: tuple[Any, ...]) -> None:
    def write() -> None:
        with records.database.write() as tx:
            records.owe_registry(tx, *message)

    threading.Timer(_MOMENT, write).start()


@breaks("REG-10", ProviderRecords.find_slot)
def registry_told_of_refused_bookings(original: Any, tx: Any, key: Any, start: int) -> Any:
    """The registry is notified of bookings that are rejected because the slot is taken.

    A booking is told when it arrives, also where its slot is taken.
    """
    found = original(tx, key, start)
    if found is not None and found.status != "free":
        records, sent = original.__self__, parse_body(g.raw_body, JSON)
        new_id = str(uuid.uuid4())
        url = f"{request.base_url}/{new_id}"
        number = {"use": "official", "system": NHS_NUMBER_SYSTEM, "value": patient_identifier(sent, NHS_NUMBER_SYSTEM)}
        entry = {
            "resourceType": "Appointment",
            "identifier": [{"system": URL_SYSTEM, "value": url}],
            **{name: sent[name] for name in ("status", "start", "end", "created")},
            "participant": [{"actor": {"identifier": number}, "status": "accepted"}],
        }
        _soon(records, (new_id, "book", url, entry))
    return found


@breaks("REG-11", ProviderRecords.current)
def registry_told_of_refused_cancellings(original: Any, tx: Any, appointment_id: str) -> Any:
    """Entries are ended by cancellations that are rejected.

    A cancellation is told when it arrives, also where it rests on another version.
    """
    found = original(tx, appointment_id)
    if request.method == "PUT" and found is not None and found.status == "booked":
        _soon(original.__self__, (found.id, "cancel", found.url, {}))
    return found


@breaks("REG-10", ProviderRules.registry_entry)
def forgets_registry(original: Any, *arguments: Any) -> None:
    """The registry is not notified of bookings."""
    return None


@breaks("REG-11", ProviderRules.registry_hears_of_cancel)
def forgets_registry_cancel(original: Any, *arguments: Any) -> bool:
    """The registry is not notified of cancellations."""
    return False
