"""Defects in how a booking is replaced: the order, and the patient's word."""

from __future__ import annotations

from typing import Any

from ...consumer.rules import DeskRules
from ...fault_making import breaks


@breaks("CON-REB-02", DeskRules.booking_comes_first)
def cancels_first(original: Any) -> bool:
    """The original appointment is cancelled before the new one is booked."""
    return False


@breaks("WKF-06", DeskRules.must_confirm)
def cancels_without_confirmation(original: Any) -> bool:
    """Existing appointments are cancelled although the patient was not asked."""
    return False
