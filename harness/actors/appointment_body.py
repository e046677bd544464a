"""The booking body: an Appointment that satisfies every edition and the assurance scripts at once.

``python -m uec_booking.harness.actors.appointment_body < slots.json`` prints one for the first slot of a search
answer, for calls by hand.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from uec_booking.standard import editions, names

from ..fhir import bundle_resources
from ..http.exchange import Exchange
from .patients import Details, Patient, synthetic_patient


@dataclass(frozen=True)
class Slot:
    """A slot as its provider offered it. ``start`` and ``end`` are aware datetimes.

    ``contained_id`` is the id that it has inside a booking, which is the booking's own affair.
    """

    system: str
    service: str
    resource: Mapping[str, Any]
    start: datetime
    end: datetime
    contained_id: str = "slot"

    @property
    def id(self) -> str:
        return str(self.resource.get("id", ""))

    @property
    def identifier(self) -> str:
        """The slot's identifier value, or its id where it has none (editions up to 0.1.15)."""
        identifiers = self.resource.get("identifier") or [{}]
        return str(identifiers[0].get("value", "")) or self.id

    def says(self) -> str:
        return f"slot {self.identifier} at {self.start.isoformat()}"


def offers(exchange: Exchange, slot: Slot, status: str = "") -> bool:
    """Whether an answer holds that very slot (with that status): by its identifier where it has one, else by its id."""
    return any(
        Slot(slot.system, slot.service, resource, slot.start, slot.end).identifier == slot.identifier
        and status in ("", resource.get("status"))
        for resource in bundle_resources(exchange.resource, "Slot")
    )


def instant(moment: datetime) -> str:
    """A FHIR instant in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def booking(patient: Patient, slot: Slot, edition: str, description: str = "111 Referral") -> dict[str, Any]:
    """The Appointment to POST for ``patient`` in ``slot``.

    ``start`` and ``end`` repeat the texts of the offered slot. Up to edition 0.1.15 the slot
    is a literal reference; later it is contained (CF-32).
    """
    contained_slot = {
        "resourceType": "Slot",
        "id": slot.contained_id,
        "meta": {"profile": [names.PROFILES["Slot"]]},
        **{key: slot.resource[key] for key in ("identifier", "schedule", "start", "end") if key in slot.resource},
        "status": "busy",
    }
    literal_slot = editions.in_range(edition, "..0.1.15")
    contained = [_document(), patient_resource(patient, edition), *([] if literal_slot else [contained_slot])]
    return {
        "resourceType": "Appointment",
        "meta": {"profile": [names.PROFILES["Appointment"]]},
        "language": "en-GB",
        "contained": copy.deepcopy(contained),
        "status": "booked",
        "description": description,
        "supportingInformation": [{"reference": "#document"}],
        "start": slot.resource["start"],
        "end": slot.resource["end"],
        "slot": [{"reference": f"Slot/{slot.id}" if literal_slot else f"#{slot.contained_id}"}],
        "created": instant(datetime.now(UTC)),
        "participant": [{"actor": _actor(patient), "status": "accepted"}],
    }


def _actor(patient: Patient) -> dict[str, Any]:
    actor: dict[str, Any] = {"reference": "#patient"}
    if patient.nhs_number:
        actor["identifier"] = {
            "use": "official",
            "system": names.NHS_NUMBER_SYSTEM,
            "value": patient.nhs_number,
        }
    return {**actor, "display": patient.full_name}


def patient_resource(patient: Patient, edition: str = editions.DEFAULT) -> dict[str, Any]:
    """The contained Patient, with all that is known of them.

    The third party comes with the editions that have a rank for contact points (0.2.0 and later).
    """
    details = patient.details
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "id": "patient",
        "meta": {"profile": [names.PROFILES["Patient"]]},
    }
    if patient.nhs_number:
        verified = {
            "coding": [
                {
                    "system": names.NHS_NUMBER_VERIFICATION_SYSTEM,
                    "code": "01",
                    "display": "Number present and verified",
                }
            ]
        }
        resource["identifier"] = [
            {
                "extension": [{"url": names.NHS_NUMBER_VERIFICATION_EXTENSION, "valueCodeableConcept": verified}],
                "use": "official",
                "system": names.NHS_NUMBER_SYSTEM,
                "value": patient.nhs_number,
            }
        ]
    second = [details.second_given] if details else []
    district = [details.district] if details else []
    resource |= {
        "name": [{"use": "official", "family": patient.family, "given": [patient.given, *second]}],
        "telecom": [{"system": "phone", "value": patient.phone, "use": "home", "rank": 1}],
        "gender": patient.gender,
        "birthDate": patient.birth_date,
        "address": [
            {
                "use": "home",
                "line": [patient.address_line, *district],
                "city": "Leeds",
                "postalCode": patient.postcode,
            }
        ],
    }
    if details:
        resource["telecom"].append({"system": "phone", "value": details.mobile, "use": "mobile", "rank": 2})
    if details and editions.in_range(edition, "0.2.0+"):
        resource["contact"] = [_next_of_kin(details)]
    return resource


def _next_of_kin(details: Details) -> dict[str, Any]:
    relationship = {"system": names.CONTACT_RELATIONSHIP_SYSTEM, "code": "N", "display": "Next-of-Kin"}
    return {
        "relationship": [{"coding": [relationship]}],
        "name": {"use": "official", "family": details.kin_family, "given": [details.kin_given]},
        "telecom": [{"system": "phone", "value": details.kin_phone, "use": "mobile", "rank": 3}],
    }


def _document() -> dict[str, Any]:
    """The reference to the clinical document that would go with the booking."""
    return {
        "resourceType": "DocumentReference",
        "id": "document",
        "meta": {"profile": [names.PROFILES["DocumentReference"]]},
        "identifier": [{"system": names.UUID_SYSTEM, "value": str(uuid.uuid4())}],
        "status": "current",
        "type": {
            "coding": [
                {
                    "system": names.DOCUMENT_TYPE_SYSTEM,
                    "code": names.DOCUMENT_TYPE_111,
                    "display": names.DOCUMENT_TYPE_111_DISPLAY,
                }
            ]
        },
        "indexed": instant(datetime.now(UTC)),
        "content": [{"attachment": {"contentType": names.CDA_MEDIA_TYPE, "language": "en"}}],
    }


def _by_hand(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A booking of the first slot of a search answer, for a synthetic patient."""
    slots = [entry["resource"] for entry in answer.get("entry", [])]
    first = next(slot for slot in slots if slot["resourceType"] == "Slot")
    start, end = (datetime.fromisoformat(first[key]) for key in ("start", "end"))
    slot = Slot("provider", "", first, start, end)
    return booking(synthetic_patient(random.Random()), slot, editions.DEFAULT)


if __name__ == "__main__":
    json.dump(_by_hand(json.load(sys.stdin)), sys.stdout, indent=2)
