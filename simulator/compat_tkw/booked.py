"""The appointment that is read where nothing was booked in its slot yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from uec_booking.standard.names import NHS_NUMBER_SYSTEM, PROFILES

from ..clock import as_instant

_NHS_NUMBER = "9990000018"


def sample(slot: str, appointment_id: str, now: datetime) -> dict[str, Any]:
    """An appointment of a patient who is nobody, some hours from now."""
    start = now.replace(minute=0, second=0) + timedelta(hours=2)
    times = {"start": as_instant(start), "end": as_instant(start + timedelta(minutes=5))}
    number = {"use": "official", "system": NHS_NUMBER_SYSTEM, "value": _NHS_NUMBER}
    patient = {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [number],
        "name": [{"use": "official", "family": "Sample", "given": ["Sage"]}],
        "gender": "female",
        "birthDate": "1980-02-29",
    }
    return {
        "resourceType": "Appointment",
        "id": appointment_id,
        "meta": {"profile": [PROFILES["Appointment"]]},
        "contained": [patient, {"resourceType": "Slot", "id": slot, "status": "busy", **times}],
        "status": "booked",
        "description": "111 Referral",
        **times,
        "slot": [{"reference": f"#{slot}"}],
        "created": as_instant(now),
        "participant": [{"actor": {"reference": "#patient", "identifier": number}, "status": "accepted"}],
    }
