"""Defects of a provider that tells the registry before it knows what comes of it: of what it then refuses, too.

What a refused request wrote is taken back with it; so these write a moment later, on their own.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from flask import g, request
from uec_booking.standard.names import NHS_NUMBER_SYSTEM, URL_SYSTEM

from ..fault_making import provider
from ..formats import JSON, parse_body
from ..provider.records import ProviderRecords
from ..provider.rules import patient_identifier
from ..seams import Fault

_MOMENT = 0.05


def _soon(records: Any, message: tuple[Any, ...]) -> None:
    def write() -> None:
        with records.database.write() as tx:
            records.owe_registry(tx, *message)

    threading.Timer(_MOMENT, write).start()


def _whatever_the_slot(original: Any, tx: Any, key: Any, start: int) -> Any:
    """A booking is told when it arrives, also where its slot is taken."""
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


def _whatever_the_version(original: Any, tx: Any, appointment_id: str) -> Any:
    """A cancellation is told when it arrives, also where it rests on another version."""
    found = original(tx, appointment_id)
    if request.method == "PUT" and found is not None and found.status == "booked":
        _soon(original.__self__, (found.id, "cancel", found.url, {}))
    return found


def _early(
    name: str, requirement: str, summary: str, method: Callable[..., Any], replacement: Callable[..., Any]
) -> Fault:
    return provider(name, requirement, summary, method, replacement)


TOLD_IN_ADVANCE: tuple[Fault, ...] = (
    _early(
        "registry-told-of-refused-bookings",
        "REG-10",
        "The registry is told of bookings that are refused because the slot is taken.",
        ProviderRecords.find_slot,
        _whatever_the_slot,
    ),
    _early(
        "registry-told-of-refused-cancellings",
        "REG-11",
        "Entries are ended by cancellations that are refused.",
        ProviderRecords.current,
        _whatever_the_version,
    ),
)
