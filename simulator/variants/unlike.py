"""Variants of systems that are conformant and unlike the simulator in habits that frameworks and houses have."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response
from uec_booking.standard import names

from ..fault_making import (
    done,
    in_entries,
    provider,
    refused,
    rewriting,
    with_body,
    with_header,
)
from ..formats import CONTENT_TYPES, JSON, XML, dump, parse_body
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..seams import Fault
from .pages import PAGES

_OWN_ID = "https://provider.example/Id"


def _always(request: Request, response: Response) -> bool:
    return True


def _spaced(value: str) -> str:
    return value.replace(";", "; ")


def _loud_host(url: str) -> str:
    """Scheme and host may be written in any case (RFC 3986 section 6.2.2.1)."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.upper()}{mark}{host.upper()}{slash}{path}"


def _loud_hosts(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        if "fullUrl" in entry:
            entry["fullUrl"] = _loud_host(entry["fullUrl"])


def _planned(schedule: dict[str, Any]) -> None:
    """A Period may be told to the month, or be open at its end."""
    schedule["planningHorizon"] = {"start": "2020-01", "end": "2099-12-31"}
    schedule["comment"] = "Runs until further notice."


def _with_periods(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Names, addresses and identifiers of patients have periods, of dates alone."""
    resource = original(body, new_id, now)
    for contained in resource["contained"]:
        if contained["resourceType"] == "Patient":
            for kind in ("name", "address", "identifier"):
                for one in contained.get(kind) or []:
                    one["period"] = {"start": "1999-05"}
    return resource


def _more_in_bundle(bundle: dict[str, Any]) -> None:
    bundle["meta"] = {"lastUpdated": "2026-01-02T03:04:05.678+00:00", "tag": [{"system": _OWN_ID, "code": "live"}]}
    own = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "self"), "")
    if own:
        bundle["link"] = [*bundle["link"], {"relation": "first", "url": own}, {"relation": "alternate", "url": own}]
    for entry in bundle.get("entry", []):
        if "search" in entry and entry["search"]["mode"] == "match":
            entry["search"]["score"] = 1


def _outcome_beside(bundle: dict[str, Any]) -> None:
    """A search that found something may have a warning to tell beside it."""
    issue = {"severity": "warning", "code": "informational", "diagnostics": "Times are those of the place."}
    outcome = {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue]}
    bundle["entry"] = [*bundle.get("entry", []), {"resource": outcome, "search": {"mode": "outcome"}}]


def _words_in_details(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["details"] = {**issue.get("details", {}), "text": issue.get("diagnostics", "Rejected")}
    warning = {"severity": "warning", "code": "business-rule", "details": {"text": "See the service's opening times."}}
    outcome["issue"] = [*outcome["issue"], warning]
    outcome["text"] = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Rejected</div>'}


def _refused_in_json(served: Request, response: Response) -> None:
    if refused(served, response) and "xml" in response.headers.get("Content-Type", ""):
        response.set_data(dump(parse_body(response.get_data(), XML), JSON))
        response.headers["Content-Type"] = CONTENT_TYPES[JSON]


def _furnished(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """The provider names who will see the patient, where and in which service, and labels what it keeps."""
    resource = original(body, new_id, now)
    resource["meta"] = {
        **resource["meta"],
        "tag": [{"system": f"{_OWN_ID}/tag", "code": "111"}],
        "security": [{"system": "http://hl7.org/fhir/v3/Confidentiality", "code": "N"}],
    }
    clinician = {
        "resourceType": "Practitioner",
        "id": "who",
        "identifier": [{"system": names.SDS_USER_SYSTEM, "value": "999000000555"}],
        "name": [{"family": "Clinician", "given": ["Kit"]}],
    }
    service = {"resourceType": "HealthcareService", "id": "service", "active": True, "name": "Urgent care"}
    resource["contained"] = [clinician, service, *resource["contained"]]
    who = {"reference": "#who", "display": "Kit Clinician", "identifier": clinician["identifier"][0]}
    resource["participant"] = [
        {"type": [{"text": "clinician"}], "actor": who, "required": "required", "status": "tentative"},
        {"actor": {"reference": "#service"}, "status": "accepted"},
        *resource["participant"],
    ]
    resource["serviceType"] = [{"text": "Urgent care"}]
    resource["specialty"] = [{"text": "General medical practice"}]
    resource["text"] = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Booked</div>'}
    return resource


def _house_style(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Names in capitals, numbers without blanks (PRV-BOOK-28)."""
    resource = original(body, new_id, now)
    for contained in resource["contained"]:
        if contained["resourceType"] == "Patient":
            for name in contained.get("name") or []:
                name["family"] = name.get("family", "").upper()
                name["given"] = [given.upper() for given in name.get("given") or []]
            for point in contained.get("telecom") or []:
                point["value"] = point.get("value", "").replace(" ", "")
    return resource


def _other_anchors(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Contained resources get ids of the provider's own."""
    resource = original(body, new_id, now)
    called = {f"#{one['id']}": f"#{one['resourceType'].lower()}-1" for one in resource["contained"] if one.get("id")}

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(one) for one in value]
        if isinstance(value, dict):
            return {k: called.get(v, v) if k == "reference" else renamed(v) for k, v in value.items()}
        return value

    anchored: dict[str, Any] = renamed(resource)
    for one in anchored["contained"]:
        one["id"] = called.get(f"#{one.get('id')}", "#x")[1:]
    return anchored


def _exact(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """Instants to the microsecond, with the offset in numbers."""
    resource = original(body, new_id, now)
    resource["created"] = now.isoformat(timespec="microseconds")
    resource["meta"] = {**resource["meta"], "lastUpdated": now.isoformat(timespec="microseconds")}
    return resource


def _lasting(minutes: int) -> Callable[..., Any]:
    def new_slot(original: Callable[..., dict[str, Any]], diary: str, start: int) -> dict[str, Any]:
        return original(diary, start) | {"end": start + 60 * minutes}

    return new_slot


def _keeps_unknown(original: Callable[..., dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    """acceptUnknown is both: what is not known may be kept and shown."""
    unknown = {key: value for key, value in body.items() if key.startswith("unknownElement")}
    return original(body) | unknown


def _standing_only(original: Any, tx: Any, query: Any, not_before: int) -> list[Any]:
    return [stored for stored in original(tx, query, not_before) if stored.status == "booked"]


def _relative_pages(served: Request, response: Response) -> None:
    """The link to the next page is relative to the service root."""
    paged = PAGES[0].rewrite
    assert paged is not None
    paged(served, response)

    def change(bundle: dict[str, Any]) -> None:
        for link in bundle.get("link", []):
            if link["relation"] == "next":
                link["url"] = f"Slot?{link['url'].partition('?')[2]}"

    with_body(change, done("slots"))(served, response)


def _loud_values(served: Request, response: Response) -> None:
    """Directives are compared without regard to case; a challenge may be one of several."""
    for name in ("Cache-Control", "Strict-Transport-Security"):
        if name in response.headers:
            response.headers[name] = response.headers[name].upper()
    if "WWW-Authenticate" in response.headers:
        response.headers["WWW-Authenticate"] = f"Negotiate, {response.headers['WWW-Authenticate']}"


def _more_stated(statement: dict[str, Any]) -> None:
    """The server can do more than booking, and says so."""
    more = {"type": "Patient", "interaction": [{"code": "read"}], "searchParam": [{"name": "name", "type": "string"}]}
    statement["rest"][0]["resource"] = [more, *statement["rest"][0]["resource"]]
    statement["rest"][0]["interaction"] = [{"code": "transaction"}]
    statement["profile"] = [*statement.get("profile", []), {"reference": f"{_OWN_ID}/StructureDefinition/Own"}]
    statement["format"] = [*statement["format"], "text/turtle"]


def _booked(name: str, requirement: str, summary: str, change: Callable[..., Any]) -> Fault:
    return provider(name, requirement, summary, ProviderRules.booked, change)


UNLIKE: tuple[Fault, ...] = (
    rewriting(
        "charset-after-a-blank",
        "FMT-07",
        "There is a blank before the charset, as many frameworks write it (CF-21).",
        with_header("Content-Type", _spaced, _always),
    ),
    rewriting(
        "registry-charset-after-a-blank",
        "FMT-07",
        "The registry writes a blank before the charset (CF-21).",
        with_header("Content-Type", _spaced, _always),
        "registry",
    ),
    rewriting(
        "loud-hosts",
        "PRV-SAPT-07",
        "The URLs of what was found have scheme and host in capitals.",
        with_body(_loud_hosts, done("slots", "search")),
    ),
    rewriting("loud-directives", "FMT-12", "Values of headers are written in capitals.", _loud_values),
    replace(
        rewriting(
            "plans-of-dates",
            "FMT-18",
            "Schedules have a planning horizon of dates alone.",
            with_body(in_entries("Schedule", _planned), done("slots")),
        ),
        near="PRV-SRCH-17",
    ),
    _booked("patients-with-periods", "FMT-18", "The details of patients have periods, of dates alone.", _with_periods),
    _booked("exact-instants", "FMT-18", "Instants of appointments are given to the microsecond.", _exact),
    rewriting(
        "bundles-with-more",
        "RES-BND-01",
        "Search results have a meta, more links, and scores.",
        with_body(_more_in_bundle, done("slots", "search")),
    ),
    rewriting(
        "outcome-beside-slots",
        "PRV-SRCH-01",
        "A search result has a warning beside what was found.",
        with_body(_outcome_beside, done("slots")),
    ),
    rewriting(
        "words-in-details",
        "ERR-02",
        "Rejections say it in details too, and warn.",
        with_body(_words_in_details, refused),
    ),
    rewriting("refusals-in-json", "FMT-02", "Rejections are in JSON, whatever was asked for.", _refused_in_json),
    _booked("furnished-appointments", "RES-APT-14", "Appointments name clinician and service.", _furnished),
    _booked("house-style", "PRV-BOOK-28", "Names are kept in capitals, numbers without blanks.", _house_style),
    _booked("other-anchors", "PRV-BOOK-28", "Contained resources get ids of the provider's own.", _other_anchors),
    provider("odd-slots", "PRV-SRCH-01", "Slots last seven minutes.", ProviderRecords.new_slot, _lasting(7)),
    provider("overlapping-slots", "PRV-SRCH-01", "Slots overlap.", ProviderRecords.new_slot, _lasting(40)),
    provider(
        "keeps-unknown-elements",
        "FMT-13",
        "Elements that are not known are kept and shown.",
        ProviderRules.check_body,
        _keeps_unknown,
    ),
    provider(
        "finds-standing-only",
        "PRV-SAPT-01",
        "Cancelled appointments are not found.",
        ProviderRecords.find,
        _standing_only,
    ),
    rewriting("relative-pages", "PRV-SRCH-26", "Pages are linked by relative URLs.", _relative_pages),
    rewriting(
        "states-more", "PRV-CAP-01", "The statement has more than booking.", with_body(_more_stated, done("metadata"))
    ),
)
