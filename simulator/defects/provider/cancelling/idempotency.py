"""Defects of cancellations that are sent again."""

from __future__ import annotations

from typing import Any

from flask import Request, Response, request

from ....fault_making import breaks, done
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


_DONE: dict[tuple[str, str], bytes] = {}


@breaks("PRV-XTI-04")
def cancellations_are_repeated(request: Request, response: Response) -> None:
    """A cancellation that is sent again as it was is answered with 200, as the first time."""
    key = (request.path, request.headers.get("X-Request-ID", ""))
    if done("cancel")(request, response):
        _DONE[key] = response.get_data()
    elif key in _DONE and request.method == "PUT":
        response.status_code = 200
        response.set_data(_DONE[key])


@breaks("PRV-CAN-07", ProviderRecords.current)
def cancels_the_id_in_the_body(original: Any, tx: Any, appointment_id: str) -> Any:
    """A PUT is for the appointment whose id is in the body, whatever its address.

    The appointment that the body names is cancelled, whatever the address says.
    """
    found = original(tx, appointment_id)
    named = original(tx, request_body().get("id", "")) if request.method == "PUT" and found is not None else None
    return named or found
