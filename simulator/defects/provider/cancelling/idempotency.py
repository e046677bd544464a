"""Defects of cancellations that are sent again."""

from __future__ import annotations

from typing import Any

from flask import request

from ....fault_making import breaks
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ...building_blocks import request_body


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def any_status_cancels(original: Any, current: Any, body: Any) -> None:
    """A PUT cancels whatever status it has."""
    original(current, {**body, "status": "cancelled"})


@breaks("PRV-CAN-07", ProviderRules.check_cancel)
def puts_back_to_booked(original: Any, current: Any, body: Any) -> None:
    """A cancelled appointment can be put back."""
    if current.status == "booked" or body.get("status") != "booked":
        original(current, body)


@breaks("PRV-CAN-07", ProviderRecords.current)
def cancels_the_id_in_the_body(original: Any, tx: Any, appointment_id: str) -> Any:
    """A PUT is for the appointment whose id is in the body, whatever its address.

    The appointment that the body names is cancelled, whatever the address says.
    """
    found = original(tx, appointment_id)
    named = original(tx, request_body().get("id", "")) if request.method == "PUT" and found is not None else None
    return named or found
