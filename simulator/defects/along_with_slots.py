"""Defects in what a slot tells, and in the resources that come along with slots."""

from __future__ import annotations

from ..fault_making import in_found, without
from ..seams import Fault

_WRONG_SYSTEM = "https://fhir.nhs.uk/Id/sds-somebody"


ALONG_WITH_SLOTS: tuple[Fault, ...] = (
    in_found("Location", "place-without-address", "PRV-SRCH-31", "Locations have no address.", without("address")),
    in_found(
        "Slot",
        "channel-of-no-list",
        "PRV-SRCH-33",
        "The delivery channel is Pigeon.",
        lambda s: [e.update(valueCode="Pigeon") for e in s.get("extension", [])],
    ),
    in_found("Schedule", "schedule-without-id", "RES-SCH-01", "Schedules have no id.", without("id")),
    in_found(
        "HealthcareService",
        "service-of-two-places",
        "RES-HCS-02",
        "A service has two locations.",
        lambda s: s["location"].append({"reference": "Location/other"}),
    ),
    in_found(
        "Practitioner",
        "practitioner-of-odd-system",
        "RES-PRAC-01",
        "SDS identifiers have another system.",
        lambda p: [i.update(system=_WRONG_SYSTEM) for i in p["identifier"]],
    ),
    in_found(
        "PractitionerRole",
        "role-of-odd-system",
        "RES-PRAC-02",
        "Roles are coded in another system.",
        lambda r: r["code"][0]["coding"][0].update(system=_WRONG_SYSTEM),
    ),
    in_found(
        "Practitioner",
        "practitioner-of-odd-gender",
        "RES-ANY-01",
        "The gender of practitioners is no code of FHIR.",
        lambda p: p.update(gender="f"),
    ),
)
