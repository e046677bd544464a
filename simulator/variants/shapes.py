"""Variants in shape: ids, references, order, texts, times and extras of resources, the same in JSON and XML."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from flask import Request, Response
from uec_booking.simulator.fault_making import (
    Change,
    done,
    in_entries,
    provider,
    refused,
    registry,
    rewriting,
    with_body,
)
from uec_booking.simulator.seams import Fault

_SUMMER = timezone(timedelta(hours=1))
_WEST = timezone(timedelta(hours=-3, minutes=-30))
_OWN_ID = "https://provider.example/Id"


# Ids


def _numeric(original: Any) -> str:
    return str(10**11 + secrets.randbelow(9 * 10**11))


def _long(original: Any) -> str:
    return secrets.token_hex(32)


def _dotted(original: Any) -> str:
    return f"apt.{secrets.token_hex(4)}-{secrets.token_hex(3)}.1"


def _loud(original: Any) -> str:
    return str(uuid.uuid4()).upper()


def _numbered_slot(original: Any, row: Any) -> dict[str, Any]:
    number = int(hashlib.sha256(row.id.encode()).hexdigest()[:12], 16)
    return original(row) | {"id": str(number)}


def _loud_identifier(original: Any, row: Any) -> dict[str, Any]:
    slot = original(row)
    slot["identifier"] = [identifier | {"value": identifier["value"].upper()} for identifier in slot["identifier"]]
    return slot


# References


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


# Bundles


def _turned(bundle: dict[str, Any]) -> None:
    _set_entries(bundle, bundle.get("entry", [])[::-1])


def _drop(*names: str) -> Change:
    def change(resource: dict[str, Any]) -> None:
        for name in names:
            resource.pop(name, None)

    return change


def _no_modes(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry.pop("search", None)


def _versioned_urls(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] += f"/_history/{entry['resource']['meta']['versionId']}"


# Texts, extras and order within resources


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


def _sorted_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_sorted_names(item) for item in value]
    if isinstance(value, dict):
        return {name: _sorted_names(value[name]) for name in sorted(value, reverse=True)}
    return value


def _written(pretty: bool) -> Callable[[Request, Response], None]:
    """JSON with its names in another order, or laid out for people, with all but ASCII escaped."""

    def rewrite(request: Request, response: Response) -> None:
        if "json" in response.headers.get("Content-Type", "") and response.get_data():
            resource = json.loads(response.get_data())
            text = json.dumps(resource, indent=4) if pretty else json.dumps(_sorted_names(resource))
            response.set_data(text.encode("ascii"))

    return rewrite


def _bare_outcome(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("details", None)


def _own_words(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["details"] = {
            "coding": [{"system": f"{_OWN_ID}/error", "code": "E-0815", "display": "Refused"}],
            "text": "Your request was refused",
        }
        issue["diagnostics"] = f"[E-0815] Your system sent us a request which we decline. {issue['diagnostics']}"


def _more_issues(outcome: dict[str, Any]) -> None:
    issue = {"severity": "information", "code": "informational", "diagnostics": "Ask the service desk for help."}
    outcome["issue"] = [*outcome["issue"], issue]
    outcome["meta"] = {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-OperationOutcome-1"]}


def _located(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        if "expression" in issue:
            issue["location"] = [f"/f:{path.replace('.', '/f:')}" for path in issue.pop("expression")]


# Times


def _slot_times(zone: timezone, timespec: str, zulu: bool = False) -> Callable[..., Any]:
    def slot(original: Any, row: Any) -> dict[str, Any]:
        resource = original(row)
        for name in ("start", "end"):
            resource[name] = _as(resource[name], zone, timespec, zulu)
        return resource

    return slot


def _as(text: str, zone: timezone, timespec: str, zulu: bool = False) -> str:
    written = datetime.fromisoformat(text).astimezone(zone).isoformat(timespec=timespec)
    return written.replace("+00:00", "Z") if zulu else written


def _booked_elsewhere(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Appointments are kept with the offset of summer time."""
    resource = original(body, new_id, now)
    for name in ("start", "end", "created"):
        resource[name] = _as(resource[name], _SUMMER, "seconds")
    return resource


def _searched(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, done("slots")))


def _refusing(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, refused))


SHAPES: tuple[Fault, ...] = (
    provider("numeric-ids", "PRV-BOOK-08", "Appointments have numbers as ids.", "records.new_id", _numeric),
    provider("long-ids", "FMT-15", "Appointments have ids of 64 characters.", "records.new_id", _long),
    provider("dotted-ids", "FMT-15", "Appointments have ids with dots and hyphens.", "records.new_id", _dotted),
    provider("loud-ids", "FMT-14", "Appointments have UUIDs in capitals as ids.", "records.new_id", _loud),
    provider("numbered-slots", "RES-SLOT-05", "Slots have numbers as ids.", "resources.slot", _numbered_slot),
    provider(
        "loud-slot-identifiers",
        "RES-SLOT-05",
        "The UUIDs of slots are written in capitals.",
        "resources.slot",
        _loud_identifier,
    ),
    registry("registry-numeric-ids", "REG-04", "Pointers have numbers as ids.", "records.new_id", _numeric),
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
    _searched("no-total", "RES-BND-01", "A search result has no total (CF-73).", _drop("total")),
    _searched("no-self-link-shown", "PRV-SRCH-38", "A search result has no self link.", _drop("link")),
    _searched("no-search-modes", "PRV-SRCH-01", "Entries do not say why they are there.", _no_modes),
    _searched("with-narrative", "RES-ANY-01", "Resources have a text for people.", _narrated),
    _searched("with-unknown-extensions", "RES-ANY-01", "Resources have unknown extensions and tags.", _extended),
    _searched("other-names", "FMT-08", "Names have characters of many scripts.", _renamed),
    _searched(
        "schedules-without-identifier",
        "RES-SCH-01",
        "Schedules have no identifier (CF-42).",
        in_entries("Schedule", _drop("identifier")),
    ),
    _searched(
        "bare-practitioners",
        "RES-PRAC-01",
        "Of practitioners no identifier and no gender is told.",
        in_entries("Practitioner", _drop("identifier", "gender")),
    ),
    rewriting(
        "versioned-full-urls",
        "PRV-SAPT-07",
        "The fullUrl of an appointment found names its version (CF-73).",
        with_body(_versioned_urls, done("search")),
    ),
    rewriting("elements-in-other-order", "RES-ANY-01", "JSON members come in another order.", _written(False)),
    rewriting("pretty-json", "FMT-08", "JSON is laid out for people, with all but ASCII escaped.", _written(True)),
    _refusing("bare-outcomes", "ERR-02", "OperationOutcomes have no details.", _bare_outcome),
    _refusing("outcomes-in-own-words", "ERR-02", "OperationOutcomes have codings and words of their own.", _own_words),
    _refusing("outcomes-with-more-issues", "ERR-02", "OperationOutcomes have a second issue.", _more_issues),
    _refusing("outcomes-with-location", "ERR-03", "OperationOutcomes point at the fault with an XPath.", _located),
    provider(
        "slots-with-milliseconds",
        "FMT-18",
        "The times of slots have milliseconds and Z.",
        "resources.slot",
        _slot_times(UTC, "milliseconds", True),
    ),
    provider(
        "slots-in-the-west",
        "FMT-19",
        "The times of slots have the offset -03:30.",
        "resources.slot",
        _slot_times(_WEST, "seconds"),
    ),
    provider(
        "appointments-in-summer-time",
        "FMT-19",
        "The times of appointments have the offset +01:00.",
        "rules.booked",
        _booked_elsewhere,
    ),
)
