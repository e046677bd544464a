"""A provider's CapabilityStatement (API page "get the capability statement"; CF-50)."""

from __future__ import annotations

from typing import Any

from uec_booking.standard.editions import API_VERSION
from uec_booking.standard.names import PROFILES

from ..world import ProviderProfile

_INCLUDES = (
    "Slot:schedule",
    "Schedule:actor:Practitioner",
    "Schedule:actor:PractitionerRole",
    "Schedule:actor:HealthcareService",
    "HealthcareService.providedBy",
    "HealthcareService.location",
)


def capability_statement(
    provider: ProviderProfile, base: str, edition: str, formats: tuple[str, ...]
) -> dict[str, Any]:
    """What the provider really does, as a CapabilityStatement in FHIR STU3."""
    version = API_VERSION[edition]
    return {
        "resourceType": "CapabilityStatement",
        "id": f"{provider.key}-capability",
        "url": f"{base}/metadata",
        "version": version,
        "name": f"{provider.name} booking interface",
        "status": "active",
        "date": "2021-06-22",
        "publisher": provider.name,
        "contact": [{"name": f"{provider.name}, digital team"}],
        "description": f"Booking for urgent and emergency care, standard {edition}, API {version}.",
        "kind": "capability",
        "software": {"name": "UEC Booking simulator", "version": "1"},
        "fhirVersion": "3.0.1",
        "acceptUnknown": "both",
        "format": list(formats),
        "profile": [{"reference": url} for url in PROFILES.values()],
        "rest": [{"mode": "server", "documentation": _INTEGRITY, "resource": [_appointment(), _slot()]}],
    }


_INTEGRITY = (
    "A request is identified by its X-Request-ID: a repeated one never books or cancels twice. "
    "Updates are version-aware and need If-Match."
)


def _appointment() -> dict[str, Any]:
    return {
        "type": "Appointment",
        "profile": {"reference": PROFILES["Appointment"]},
        "interaction": [{"code": code} for code in ("read", "vread", "create", "update", "search-type")],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "searchParam": [
            {"name": "identifier", "type": "token", "documentation": "The identifier of the patient."},
            {"name": "_id", "type": "token", "documentation": "The id of the appointment."},
            {"name": "version", "type": "token", "documentation": "The version of the appointment."},
        ],
    }


def _slot() -> dict[str, Any]:
    return {
        "type": "Slot",
        "profile": {"reference": PROFILES["Slot"]},
        "interaction": [{"code": "search-type"}],
        "searchInclude": list(_INCLUDES),
        "searchParam": [
            {
                "name": "service",
                "type": "token",
                "documentation": "The DoS service id; on the wire schedule.actor:healthcareservice.",
            },
            {"name": "status", "type": "token", "documentation": "free, busy, or both with a comma."},
            {"name": "start", "type": "date", "documentation": "When the slot starts; once or twice."},
        ],
    }
