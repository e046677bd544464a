"""The body of a booking: an Appointment with its patient, slot and document inside (wire facts, section 8)."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from uec_booking.standard import editions, names

from .encounter import instant
from .slots import OfferedSlot


class Bodies:
    """Makes booking bodies in one edition of the standard."""

    def __init__(self, edition: str) -> None:
        self.edition = edition

    def booking(self, caller: Mapping[str, Any], slot: OfferedSlot, document: str) -> dict[str, Any]:
        """The Appointment to post. `document` is the id of the clinical document that will be sent (CON-BOOK-07)."""
        literal = editions.in_range(self.edition, "..0.1.15")
        inside = [self.document(document), self.patient(caller), *([] if literal else [self.slot(slot)])]
        body = {
            "resourceType": "Appointment",
            "meta": {"profile": [names.PROFILES["Appointment"]]},
            "language": "en-GB",
            "contained": inside,
            "status": "booked",
            "description": "111 Referral",
            "supportingInformation": [{"reference": "#document"}],
            "start": slot.resource["start"],
            "end": slot.resource["end"],
            "slot": [{"reference": f"Slot/{slot.resource.get('id', '')}" if literal else "#slot"}],
            "participant": [{"actor": self.actor(caller), "status": "accepted"}],
        }
        if editions.in_range(self.edition, "..0.1.17"):
            # Later the provider sets it (CF-28).
            body["created"] = instant(datetime.now(UTC))
        return body

    def slot(self, slot: OfferedSlot) -> dict[str, Any]:
        """The slot as it was offered, now busy."""
        offered = slot.resource
        kept = {key: copy.deepcopy(offered[key]) for key in ("identifier", "schedule") if key in offered}
        return {
            "resourceType": "Slot",
            "id": "slot",
            "meta": {"profile": [names.PROFILES["Slot"]]},
            **kept,
            "status": "busy",
            "start": offered["start"],
            "end": offered["end"],
        }

    def patient(self, caller: Mapping[str, Any]) -> dict[str, Any]:
        """The patient; one whose NHS number is not known has no identifier."""
        address = caller["address"]
        parts = {"line": list(address["line"]), "city": address["city"], "postalCode": address["postcode"]}
        patient: dict[str, Any] = {
            "resourceType": "Patient",
            "id": "patient",
            "meta": {"profile": [names.PROFILES["Patient"]]},
            "identifier": self.identifiers(caller),
            "name": [{"use": "official", "family": caller["family"], "given": list(caller["given"])}],
            "telecom": self.telecom(caller),
            "gender": caller["gender"],
            "birthDate": caller["birth_date"],
            "address": [{"use": "home", **{name: value for name, value in parts.items() if value}}],
        }
        return {name: value for name, value in patient.items() if value}

    def identifiers(self, caller: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The NHS number with its state of verification."""
        if not caller["nhs_number"]:
            return []
        coding = {
            "system": names.NHS_NUMBER_VERIFICATION_SYSTEM,
            "code": "01",
            "display": "Number present and verified",
        }
        extension = {
            "url": names.NHS_NUMBER_VERIFICATION_EXTENSION,
            "valueCodeableConcept": {"coding": [coding]},
        }
        return [{"extension": [extension], **self.nhs_number(caller)}]

    def nhs_number(self, caller: Mapping[str, Any]) -> dict[str, Any]:
        """The NHS number as an identifier."""
        return {"use": "official", "system": names.NHS_NUMBER_SYSTEM, "value": caller["nhs_number"]}

    def telecom(self, caller: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The phone on which the patient can be reached: the one contact, so it has rank 1."""
        return [{"system": "phone", "value": caller["phone"], "rank": 1}] if caller["phone"] else []

    def actor(self, caller: Mapping[str, Any]) -> dict[str, Any]:
        """The patient as the participant."""
        number = {"identifier": self.nhs_number(caller)} if caller["nhs_number"] else {}
        return {"reference": "#patient", **number, "display": " ".join((*caller["given"], caller["family"]))}

    def document(self, identifier: str) -> dict[str, Any]:
        """The reference to the clinical document that goes with the booking."""
        coding = {
            "system": names.DOCUMENT_TYPE_SYSTEM,
            "code": names.DOCUMENT_TYPE_111,
            "display": names.DOCUMENT_TYPE_111_DISPLAY,
        }
        return {
            "resourceType": "DocumentReference",
            "id": "document",
            "meta": {"profile": [names.PROFILES["DocumentReference"]]},
            "identifier": [{"system": names.UUID_SYSTEM, "value": identifier}],
            "status": "current",
            "type": {"coding": [coding]},
            "indexed": instant(datetime.now(UTC)),
            "content": [{"attachment": {"contentType": names.CDA_MEDIA_TYPE, "language": "en"}}],
        }

    def new_document(self) -> str:
        """The id of a document of its own: one that was sent is never replaced (CON-BOOK-09)."""
        return str(uuid.uuid4())

    def cancellation(self, read: Mapping[str, Any]) -> dict[str, Any]:
        """The appointment as it was read, cancelled and otherwise left alone (CON-CAN-02, CON-CAN-05)."""
        body = {**copy.deepcopy(dict(read)), "status": "cancelled"}
        if editions.in_range(self.edition, "..0.1.15"):
            body["created"] = instant(datetime.now(UTC))
        return body
