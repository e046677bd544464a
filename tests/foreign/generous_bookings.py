"""What the generous provider reads from an appointment, asks of it, and adds to it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from . import own_xml
from .generous_data import UNKNOWN_EXTENSION, Resource
from .generous_messages import Rejected
from .shapes import misshapen

NHS = "https://fhir.nhs.uk/Id/nhs-number"
OWN = "https://generous.example/Id/patient"


def as_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def fits(slot: Resource, prefix: str, moment: datetime) -> bool:
    start = as_time(slot["start"])
    return {"ge": start >= moment, "gt": start > moment, "le": start <= moment, "lt": start < moment}[prefix]


def inside(body: Resource, kind: str) -> Resource:
    """The contained resource of a type, or an empty one."""
    return next((c for c in body.get("contained") or [] if c.get("resourceType") == kind), {})


def slot_asked_for(body: Resource) -> str:
    """The identifier of the slot."""
    return str((inside(body, "Slot").get("identifier") or [{}])[0].get("value"))


def patient_values(appointment: Resource) -> list[str]:
    """What the patient can be searched for by."""
    return [str(i.get("value")) for i in inside(appointment, "Patient").get("identifier", [])]


def _listed(body: Resource, name: str) -> list[object]:
    found = body.get(name) or []
    return found if isinstance(found, list) else [None]


def check(body: Resource) -> None:
    """Raises Rejected for an Appointment that lacks something, or has something of another kind."""
    for name in ("participant", "contained", "slot"):
        if not all(isinstance(one, dict) for one in _listed(body, name)):
            raise Rejected(400, f"{name} is a list of objects.", f"Appointment.{name}")
    if place := misshapen(body):
        raise Rejected(400, "An element is not of its type.", place)
    for name in ("start", "end"):
        try:
            as_time(body.get(name, "2020-01-01T00:00:00Z"))
        except (TypeError, ValueError):
            raise Rejected(400, f"{name} is no time.", f"Appointment.{name}") from None
    for name in ("status", "description", "start", "end", "slot", "participant", "contained"):
        if not body.get(name):
            raise Rejected(400, f"{name} is missing.", f"Appointment.{name}")
    if body["status"] not in ("booked", "cancelled"):
        raise Rejected(400, "status is neither booked nor cancelled.", "Appointment.status")
    patient = inside(body, "Patient")
    if not all(patient.get(name) for name in ("name", "gender", "birthDate", "address")):
        raise Rejected(400, "The patient is incomplete.", "Appointment.contained")
    if patient["gender"] not in ("female", "male", "other", "unknown"):
        raise Rejected(400, "The gender is none of the four codes.", "Appointment.contained.gender")
    for identifier in patient.get("identifier", []):
        if identifier.get("system") == NHS and len(identifier["value"]) != 10:
            raise Rejected(400, "An NHS number has ten digits.", "Appointment.contained.identifier.value")
    points = patient.get("telecom", []) + [p for c in patient.get("contact", []) for p in c.get("telecom", [])]
    if sum(point.get("rank") == 1 for point in points) != 1:
        raise Rejected(400, "One contact point has rank 1.", "Appointment.contained.telecom.rank")


def enriched(body: Resource) -> Resource:
    """As it is stored: known elements only, in our order, with what we add."""
    kept: Resource = own_xml.read(own_xml.write(body))
    kept["id"] = f"Apt-{uuid.uuid4().hex[:12]}-Xy"
    kept["created"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    patient = inside(kept, "Patient")
    patient.setdefault("identifier", []).append({"system": OWN, "value": f"G-{uuid.uuid4().hex[:8]}"})
    kept["contained"].append({"resourceType": "Practitioner", "id": "our-nurse", "name": [{"family": "Specimen"}]})
    kept["participant"].append(
        {
            "type": [{"coding": [{"system": "http://hl7.org/fhir/v3/ParticipationType", "code": "ATND"}]}],
            "actor": {"reference": "#our-nurse"},
            "status": "tentative",
        }
    )
    kept["extension"] = [*kept.get("extension", []), UNKNOWN_EXTENSION]
    kept["comment"] = "Bring a list of your medicines."
    return kept
