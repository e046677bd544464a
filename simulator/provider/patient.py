"""The rules for the Patient inside a booking: NHS number, name, address, contact points and their ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uec_booking.standard.names import NHS_NUMBER_SYSTEM

from ..refusals import Rejected
from ..shared.nhs_number import valid_nhs_number

_AT = "Appointment.contained.where($this is Patient)"


def check_patient(patient: Mapping[str, Any]) -> str:
    """The patient's NHS number, or an empty string without one. Raises Rejected (422 situations)."""
    names = patient.get("name") or []
    if len(names) != 1 or not names[0].get("family") or not names[0].get("given"):
        raise Rejected("profile-breach", "The patient has one name, with family and given.", f"{_AT}.name")
    for name in ("gender", "birthDate"):
        if not patient.get(name):
            raise Rejected("profile-breach", f"The patient has {name}.", f"{_AT}.{name}")
    homes = [address for address in patient.get("address") or [] if address.get("use") == "home"]
    if len(homes) != 1 or not homes[0].get("postalCode"):
        reason = "The patient has exactly one home address, with a postal code."
        raise Rejected("profile-breach", reason, f"{_AT}.address")
    check_ranks(patient)
    return _nhs_number(patient)


def check_ranks(patient: Mapping[str, Any]) -> None:
    """Contact points have ranks; rank 1 exists once over the patient and third parties (CF-37)."""
    points = list(patient.get("telecom") or [])
    for contact in patient.get("contact") or []:
        points += contact.get("telecom") or []
    if not points:
        return
    ranks = [point.get("rank") for point in points]
    if any(isinstance(rank, bool) or not isinstance(rank, int) or rank < 1 for rank in ranks):
        raise Rejected("rank-rules", "Every contact point has a rank of 1 or more.", f"{_AT}.telecom.rank")
    if ranks.count(1) != 1:
        reason = f"Exactly one contact point has rank 1; here {ranks.count(1)} have."
        raise Rejected("rank-rules", reason, f"{_AT}.telecom.rank")


def _nhs_number(patient: Mapping[str, Any]) -> str:
    identifiers = patient.get("identifier") or []
    if not identifiers:
        return ""
    if len(identifiers) != 1 or identifiers[0].get("system") != NHS_NUMBER_SYSTEM:
        reason = "The only identifier of a patient is the NHS number."
        raise Rejected("profile-breach", reason, f"{_AT}.identifier")
    value = str(identifiers[0].get("value") or "")
    if not valid_nhs_number(value):
        raise Rejected("invalid-nhs-number", "The NHS number is not valid.", f"{_AT}.identifier[0].value")
    return value
