"""Defects of the resources that come along with slots."""

from __future__ import annotations

from ....fault_making import done, in_found, near, rewriting, with_body, without
from ....seams import Fault
from ...building_blocks import Resource

_WRONG_SYSTEM = "https://fhir.nhs.uk/Id/sds-somebody"


def _one_identifier(bundle: Resource) -> None:
    slots = [entry["resource"] for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] == "Slot"]
    for earlier, later in zip(slots[::2], slots[1::2], strict=False):
        later["identifier"] = earlier["identifier"]


def _schedules_of_one_id(bundle: Resource) -> None:
    schedules = [e["resource"] for e in bundle.get("entry", []) if e["resource"]["resourceType"] == "Schedule"]
    for entry in bundle.get("entry", []):
        resource = entry["resource"]
        if resource in schedules[1:]:
            resource["id"] = schedules[0]["id"]
        elif resource["resourceType"] == "Slot" and schedules[1:]:
            resource["schedule"] = {"reference": f"Schedule/{schedules[0]['id']}"}


INCLUDED_RESOURCES: tuple[Fault, ...] = (
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
    rewriting(
        "two-slots-of-one-identifier",
        "RES-SLOT-05",
        "Every second slot has the identifier of the one before.",
        with_body(_one_identifier, done("slots")),
    ),
    near(
        rewriting(
            "schedules-of-one-id",
            "RES-SCH-01",
            "All schedules of a result have one id.",
            with_body(_schedules_of_one_id, done("slots")),
        ),
        "PRV-SRCH-17",
    ),
)
