"""Variants in the Bundles that searches return: references, entries, and what resources hold beside the needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..fault_making import Change, done, in_entries, rewriting, with_body, without
from ..seams import Fault

_OWN_ID = "https://provider.example/Id"


def _references(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value
        for item in value.values():
            yield from _references(item)


def _matter(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries but an OperationOutcome, which explains an empty result and has no URL."""
    return [entry for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] != "OperationOutcome"]


def _absolute(bundle: dict[str, Any]) -> None:
    for entry in _matter(bundle):
        kind = f"/{entry['resource']['resourceType']}/"
        base = entry["fullUrl"].partition(kind)[0]
        for reference in _references(entry["resource"]):
            if reference["reference"].partition("/")[0].isalpha():
                reference["reference"] = f"{base}/{reference['reference']}"


def _service_by_identifier(bundle: dict[str, Any]) -> None:
    """The HealthcareService has an id of its own; the DoS id is its identifier (CF-40)."""
    for entry in _matter(bundle):
        resource = entry["resource"]
        if resource["resourceType"] == "HealthcareService":
            resource["id"] = f"svc-{resource['id']}"
            entry["fullUrl"] = entry["fullUrl"].replace("HealthcareService/", "HealthcareService/svc-")
        for reference in _references(resource):
            was = reference["reference"]
            reference["reference"] = was.replace("HealthcareService/", "HealthcareService/svc-")


def _location_as_actor(bundle: dict[str, Any]) -> None:
    """Schedules name the Location in place of the service, which nothing leads to then (CF-41)."""
    if len(_matter(bundle)) < len(bundle.get("entry", [])):
        return
    places = [e["resource"]["id"] for e in bundle.get("entry", []) if e["resource"]["resourceType"] == "Location"]
    place = places[0] if places else "location-1"
    kept: list[dict[str, Any]] = []
    for entry in bundle.get("entry", []):
        resource = entry["resource"]
        if resource["resourceType"] == "Schedule":
            for actor in resource["actor"]:
                if actor["reference"].startswith("HealthcareService/"):
                    actor["reference"] = f"Location/{place}"
        if resource["resourceType"] != "HealthcareService":
            kept.append(entry)
    _set_entries(bundle, reachable(kept))


def reachable(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The slots, and what a chain of references leads to from them."""
    by_name = {f"{e['resource']['resourceType']}/{e['resource']['id']}": e for e in entries}
    reached = [entry for entry in entries if entry["resource"]["resourceType"] == "Slot"]
    seen = {id(entry) for entry in reached}
    for entry in reached:
        for reference in _references(entry["resource"]):
            target = by_name.get("/".join(reference["reference"].split("/")[-2:]))
            if target is not None and id(target) not in seen:
                seen.add(id(target))
                reached.append(target)
    return reached


def _set_entries(bundle: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    bundle.pop("entry", None)
    if entries:
        bundle["entry"] = entries


def _turned(bundle: dict[str, Any]) -> None:
    _set_entries(bundle, bundle.get("entry", [])[::-1])


def _no_modes(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry.pop("search", None)


def _versioned_urls(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] += f"/_history/{entry['resource']['meta']['versionId']}"


def _narrated(bundle: dict[str, Any]) -> None:
    for entry in _matter(bundle):
        resource = entry["resource"]
        div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{resource["resourceType"]} – <b>Ysbyty</b></p></div>'
        resource["text"] = {"status": "generated", "div": div}


def _extended(bundle: dict[str, Any]) -> None:
    for entry in _matter(bundle):
        resource = entry["resource"]
        extension = {"url": f"{_OWN_ID}/Extension/colour", "valueCode": "green"}
        resource["extension"] = [*resource.get("extension", []), extension]
        resource.setdefault("meta", {})["tag"] = [{"system": f"{_OWN_ID}/tag", "code": "test-system"}]
        resource["language"] = "en-GB"


def _renamed(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        resource = entry["resource"]
        if isinstance(resource.get("name"), str):
            resource["name"] = f"Bwrdd Iechyd Tŷ’r Coleg & Cwmni — {resource['name']} 診療所"


def _searched(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, done("slots")))


SEARCH_RESULTS: tuple[Fault, ...] = (
    _searched("absolute-references", "RES-SLOT-02", "References in a search result are absolute URLs.", _absolute),
    _searched(
        "service-by-identifier",
        "RES-HCS-01",
        "The DoS id is the identifier of a HealthcareService, not its id (CF-40).",
        _service_by_identifier,
    ),
    _searched("location-as-actor", "RES-SCH-02", "Schedules name a Location as actor (CF-41).", _location_as_actor),
    _searched(
        "entries-in-other-order", "PRV-SRCH-01", "Included resources come first, slots by falling time.", _turned
    ),
    _searched("no-total", "RES-BND-01", "A search result has no total (CF-73).", without("total")),
    _searched("no-self-link-shown", "PRV-SRCH-38", "A search result has no self link.", without("link")),
    _searched("no-search-modes", "PRV-SRCH-01", "Entries do not say why they are there.", _no_modes),
    _searched("with-narrative", "RES-ANY-01", "Resources have a text for people.", _narrated),
    _searched("with-unknown-extensions", "RES-ANY-01", "Resources have unknown extensions and tags.", _extended),
    _searched("other-names", "FMT-08", "Names have characters of many scripts.", _renamed),
    _searched(
        "schedules-without-identifier",
        "RES-SCH-01",
        "Schedules have no identifier (CF-42).",
        in_entries("Schedule", without("identifier")),
    ),
    _searched(
        "bare-practitioners",
        "RES-PRAC-01",
        "Practitioners have no identifier and no gender.",
        in_entries("Practitioner", without("identifier", "gender")),
    ),
    rewriting(
        "versioned-full-urls",
        "PRV-SAPT-07",
        "The fullUrl of an appointment found names its version (CF-73).",
        with_body(_versioned_urls, done("search")),
    ),
)
