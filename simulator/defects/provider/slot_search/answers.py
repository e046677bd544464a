"""Defects of the Bundle that a slot search returns: what is in it, and its slots."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Request, Response

from ....fault_making import breaks, done, in_found, provider, rewriting, with_body, without
from ....provider.resources import ProviderResources
from ....seams import Fault
from ....variants.pages import PAGES


def _line_end(slot: dict[str, Any]) -> None:
    slot["identifier"][0]["value"] += "\n"


def _leave_out(resource_type: str) -> Callable[..., Any]:
    def included(original: Any, *arguments: Any) -> list[dict[str, Any]]:
        return [r for r in original(*arguments) if r["resourceType"] != resource_type]

    return included


@breaks("PRV-SRCH-25", ProviderResources.included)
def repeats_resources(original: Any, *arguments: Any) -> list[dict[str, Any]]:
    """Shared resources come twice."""
    return [resource for resource in original(*arguments) for _ in range(2)]


@breaks("PRV-SRCH-24", ProviderResources.included)
def unrelated_resource(original: Any, slots: Any, *arguments: Any) -> list[dict[str, Any]]:
    """The result holds a Location that no slot leads to."""
    stranger = {"resourceType": "Location", "id": "elsewhere", "status": "active", "name": "Elsewhere"}
    return [*original(slots, *arguments), stranger] if slots else []


def _wrong_total(bundle: dict[str, Any]) -> None:
    bundle["total"] = bundle["total"] + 1


@breaks("RES-BND-01", near="PRV-SRCH-28", warned=True)
def wrong_total_of_pages(request: Request, response: Response) -> None:
    """The total of a result in pages is one more than all pages have.

    Each page tells one slot more than all pages have together.
    """
    assert PAGES[0].rewrite is not None
    PAGES[0].rewrite(request, response)

    def change(bundle: dict[str, Any]) -> None:
        if "page" in request.args or any(link["relation"] == "next" for link in bundle.get("link", [])):
            _wrong_total(bundle)

    with_body(change, done("slots"))(request, response)


def _not_built(bundle: dict[str, Any]) -> None:
    issue = {"severity": "error", "code": "exception", "diagnostics": "A slot cannot be shown: its data are damaged."}
    outcome = {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue]}
    bundle["entry"] = [*bundle.get("entry", []), {"resource": outcome, "search": {"mode": "outcome"}}]


def _of_a_version(slot: dict[str, Any]) -> None:
    slot["schedule"]["reference"] += "/_history/3"


def _no_zone(slot: dict[str, Any]) -> None:
    slot["start"] = slot["start"][:19]


def _end_first(slot: dict[str, Any]) -> None:
    slot["start"], slot["end"] = slot["end"], slot["start"]


ANSWERS: tuple[Fault, ...] = (
    in_found(
        "Slot",
        "line-end-in-slot-identifiers",
        "RES-SLOT-05",
        "The identifiers of slots are UUIDs with a line end behind them.",
        _line_end,
    ),
    provider(
        "no-schedules", "PRV-SRCH-17", "Schedules are not included.", ProviderResources.included, _leave_out("Schedule")
    ),
    provider(
        "no-practitioners",
        "PRV-SRCH-18",
        "Practitioners are not included.",
        ProviderResources.included,
        _leave_out("Practitioner"),
    ),
    provider(
        "no-roles",
        "PRV-SRCH-19",
        "PractitionerRoles are not included.",
        ProviderResources.included,
        _leave_out("PractitionerRole"),
    ),
    provider(
        "no-services",
        "PRV-SRCH-20",
        "HealthcareServices are not included.",
        ProviderResources.included,
        _leave_out("HealthcareService"),
    ),
    provider(
        "no-organisations",
        "PRV-SRCH-21",
        "Organizations are not included.",
        ProviderResources.included,
        _leave_out("Organization"),
    ),
    provider(
        "no-locations", "PRV-SRCH-22", "Locations are not included.", ProviderResources.included, _leave_out("Location")
    ),
    rewriting("no-self-link", "PRV-SRCH-38", "The result has no self link.", with_body(without("link"), done("slots"))),
    rewriting("wrong-total", "RES-BND-01", "The total is one too many.", with_body(_wrong_total, done("slots"))),
    rewriting(
        "leaves-out-what-it-cannot-build",
        "ERR-05",
        "A result tells of a slot that could not be built, and is answered with 200 all the same.",
        with_body(_not_built, done("slots")),
    ),
    rewriting(
        "collection-bundle",
        "PRV-SRCH-01",
        "The result is a Bundle of type collection.",
        with_body(lambda bundle: bundle.update(type="collection"), done("slots")),
    ),
    in_found("Slot", "slot-without-profile", "RES-SLOT-01", "Slots do not claim the profile.", without("meta")),
    in_found("Slot", "slot-without-schedule", "RES-SLOT-02", "Slots refer to no Schedule.", without("schedule")),
    in_found(
        "Slot",
        "slot-of-a-version-of-its-schedule",
        "RES-SLOT-02",
        "Slots refer to a version of their Schedule.",
        _of_a_version,
    ),
    in_found("Slot", "slot-without-end", "RES-SLOT-03", "Slots have no end.", without("end")),
    in_found("Slot", "slot-without-zone", "RES-SLOT-03", "The start of slots has no offset.", _no_zone),
    in_found("Slot", "slot-ends-first", "RES-SLOT-03", "Slots end before they start.", _end_first),
    in_found(
        "Slot",
        "slot-of-odd-status",
        "RES-SLOT-04",
        "Slots have the status open.",
        lambda slot: slot.update(status="open"),
    ),
    in_found("Slot", "slot-without-identifier", "RES-SLOT-05", "Slots have no identifier.", without("identifier")),
    in_found(
        "Schedule",
        "schedule-without-service",
        "RES-SCH-02",
        "Schedules name no HealthcareService.",
        lambda schedule: schedule["actor"].pop(0),
    ),
    in_found(
        "Schedule",
        "schedule-with-two-practitioners",
        "RES-SCH-03",
        "Schedules name a second Practitioner.",
        lambda schedule: schedule["actor"].append({"reference": "Practitioner/second"}),
    ),
    in_found(
        "HealthcareService",
        "service-of-another-id",
        "RES-HCS-01",
        "The HealthcareService has another id than was searched for.",
        lambda service: service.update(
            id="1", identifier=[{"system": "https://system.example/Id/other", "value": "1"}]
        ),
    ),
    in_found(
        "Organization",
        "organisation-of-odd-system",
        "RES-ORG-01",
        "Organizations have no ODS code.",
        lambda resource: resource.update(identifier=[{"system": "https://system.example/Id/other", "value": "1"}]),
    ),
)
