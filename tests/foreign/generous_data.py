"""What the generous provider knows beside its appointments: diaries, people, places, and its own description."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

Resource = dict[str, Any]

PROFILE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-{}-1"
SERVICE, EMPTY_SERVICE = "1400012345", "1400099999"
UNKNOWN_EXTENSION = {"url": "https://generous.example/StructureDefinition/mood", "valueString": "good"}


def _made(kind: str, named: str, system: str, value: str, **elements: Any) -> Resource:
    return {
        "resourceType": kind,
        "id": named,
        "meta": {"profile": [PROFILE.format(kind)]},
        "extension": [UNKNOWN_EXTENSION],
        "identifier": [{"system": system, "value": value}],
        **elements,
    }


def _to(reference: str) -> Resource:
    return {"reference": reference, "display": reference.split("/", 1)[0]}


def _address(line: str) -> Resource:
    return {"use": "work", "line": [line], "city": "Testham", "postalCode": "LS2 7UE"}


def related() -> dict[str, Resource]:
    """By reference, all that a slot can lead to. The service is known by its identifier, not by its id."""
    ods, uuid_ = "https://fhir.nhs.uk/Id/", "urn:uuid:scheme"
    resources = [
        _made("Schedule", "Diary-East", uuid_, "east", active=True, actor=[
            _to("HealthcareService/Svc-UTC"), _to("Practitioner/Prac-1"), _to("PractitionerRole/Role-1")]),
        _made("Schedule", "Diary-West", uuid_, "west", active=True, actor=[
            _to("Practitioner/Prac-2"), _to("HealthcareService/Svc-UTC"), _to("Location/Site-West")]),
        _made("HealthcareService", "Svc-UTC", "https://generous.example/dos", SERVICE, active=True,
              providedBy=_to("Organization/Org-1"), location=[_to("Location/Site-East")], name="Urgent treatment"),
        _made("Organization", "Org-1", ods + "ods-organization-code", "X99", active=True, name="Generous Trust",
              telecom=[{"system": "phone", "value": "0113 496 0001"}], address=[_address("1 Main Road")]),
        _made("Location", "Site-East", ods + "ods-site-code", "X99E1", status="active", name="East",
              address=_address("2 East Road")),
        _made("Location", "Site-West", ods + "ods-site-code", "X99W1", status="active", name="West",
              address=_address("3 West Road")),
        _made("Practitioner", "Prac-1", ods + "sds-user-id", "999000000444", active=True, gender="female",
              name=[{"use": "official", "family": "Specimen", "given": ["Sue"], "prefix": ["Dr"]}]),
        _made("Practitioner", "Prac-2", ods + "sds-user-id", "999000000555", active=True, gender="male",
              name=[{"use": "official", "family": "Specimen", "given": ["Sam"], "prefix": ["Nurse"]}]),
        _made("PractitionerRole", "Role-1", ods + "sds-role-profile-id", "999000000666",
              practitioner=_to("Practitioner/Prac-1"), code=[{"coding": [{
                  "system": "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1",
                  "code": "R0260", "display": "General Medical Practitioner"}]}]),
    ]  # fmt: skip
    return {f"{r['resourceType']}/{r['id']}": r for r in resources}


def new_slots(number: int) -> dict[str, Resource]:
    """Thin: a third of them in the first two hours, the rest spread over two days, in two diaries."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=15)
    soon = number // 4
    later = number - soon
    starts = [begin + timedelta(minutes=7 * n) for n in range(soon)]
    starts += [begin + timedelta(hours=6, minutes=int(42 * 60 / later * n)) for n in range(later)]
    made = {}
    for index, start in enumerate(starts):
        key = str(uuid.uuid4())
        made[key] = {
            "resourceType": "Slot",
            "id": f"Slot-{index:03d}-aZ",
            "meta": {"profile": [PROFILE.format("Slot")]},
            "extension": [
                UNKNOWN_EXTENSION,
                {
                    "url": "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-DeliveryChannel-1",
                    "valueCode": "In-person",
                },
            ],
            "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": key}],
            "schedule": {"reference": f"Schedule/{'Diary-West' if index % 2 else 'Diary-East'}"},
            "status": "free",
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=5)).isoformat(),
            "comment": "Please come in by the side door.",
        }
    return made


def statement() -> Resource:
    """The CapabilityStatement, with all that the template recommends and more."""
    names = [
        "Slot",
        "HealthcareService",
        "Schedule",
        "Appointment",
        "Patient",
        "DocumentReference",
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
    ]
    includes = [
        "Slot.schedule",
        "Schedule:actor:Practitioner",
        "Schedule:actor:PractitionerRole",
        "Schedule:actor:HealthcareService",
        "HealthcareService.providedBy",
        "HealthcareService:location",
    ]
    slot = {
        "type": "Slot",
        "interaction": [{"code": "search-type"}],
        "searchInclude": includes,
        "searchParam": [
            {"name": "service", "type": "token", "documentation": "The id from the Directory of Services."},
            {"name": "status", "type": "token", "documentation": "free, busy"},
            {"name": "start", "type": "date", "documentation": "ge, gt, le, lt"},
        ],
    }
    appointment = {
        "type": "Appointment",
        "interaction": [{"code": code} for code in ("create", "read", "vread", "update", "search-type")],
        "updateCreate": False,
        "searchParam": [
            {"name": name, "type": "token", "documentation": f"By {name}."} for name in ("identifier", "_id", "version")
        ],
    }
    return {
        "resourceType": "CapabilityStatement",
        "id": "generous",
        "url": "https://generous.example/fhir/metadata",
        "version": "1.0.0",
        "name": "Generous",
        "status": "active",
        "date": "2021-08-01T10:00:00+00:00",
        "publisher": "Generous Systems",
        "description": "UEC Booking Standard 1.0.0",
        "kind": "capability",
        "software": {"name": "Generous", "version": "7.1"},
        "fhirVersion": "3.0.1",
        "acceptUnknown": "both",
        "format": ["application/fhir+json", "application/fhir+xml"],
        "profile": [{"reference": PROFILE.format(name)} for name in names],
        "rest": [
            {
                "mode": "server",
                "documentation": "Version-aware updates with If-Match; X-Request-ID tells a retry from a new booking.",
                "resource": [slot, appointment],
            }
        ],
    }
