"""A provider's decisions on what the Appointment Registry hears of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uec_booking.standard.names import (
    NHS_NUMBER_SYSTEM,
    PROFILES,
    URL_SYSTEM,
)

from ..answers import at_least
from .common_rules import CommonRules, patient_identifier


class NotificationRules(CommonRules):
    """What the registry is told, and how."""

    def registry_entry(self, resource: Mapping[str, Any], url: str) -> dict[str, Any] | None:
        """The pointer for a new booking (REG-06 to REG-08); None where there is no NHS number."""
        nhs_number = patient_identifier(resource, NHS_NUMBER_SYSTEM)
        if not nhs_number:
            return None
        entry = {
            "resourceType": "Appointment",
            "meta": {"profile": [PROFILES["Appointment"]]},
            "identifier": [{"system": URL_SYSTEM, "value": url}],
            "status": "booked",
            "start": resource["start"],
            "created": resource["created"],
            "participant": [
                {
                    "actor": {"identifier": {"use": "official", "system": NHS_NUMBER_SYSTEM, "value": nhs_number}},
                    "status": "accepted",
                }
            ],
        }
        if at_least(self.edition, "0.1.16"):
            entry["end"] = resource["end"]
        return entry

    def registry_token_is_signed(self) -> bool:
        """Whether the registry is called with a token of its token service (REG-21) or an unsigned one."""
        return True

    def registry_hears_of_cancel(self, resource: Mapping[str, Any]) -> bool:
        """Whether the registry is told of this cancellation: it is if it was told of the booking (REG-11)."""
        return bool(patient_identifier(resource, NHS_NUMBER_SYSTEM))
