"""Variants in what a provider does: what it rejects, keeps, adds and asks for, where the standard leaves it open."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response, g, request

from ..fault_making import provider, registry, rewriting
from ..formats import CONTENT_TYPES, JSON, XML, dump, parse_body
from ..provider.records import ProviderRecords
from ..provider.resources import ProviderResources
from ..provider.rules import ProviderRules
from ..refusals import Rejected
from ..registry.records import RegistryRecords
from ..seams import Fault
from ..shared.nhs_number import valid_nhs_number
from ..tokens import TokenCheck
from ..world import is_111

_VALID = "9990000018"
_KNOWN = ("start", "status")


def _nothing(original: Any, *arguments: Any) -> None:
    """No check, or nothing there."""


def _refuse_search(test: Callable[[list[tuple[str, str]]], bool], reason: str) -> Callable[..., Any]:
    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        if test(pairs):
            raise Rejected("invalid-query-value", reason, "http.start")
        return original(pairs, now)

    return slot_query


def _misspelt(pairs: list[tuple[str, str]]) -> bool:
    return any(name.startswith(known) and name != known for name, _ in pairs for known in _KNOWN)


def _strict(pairs: list[tuple[str, str]]) -> bool:
    return any(name == "start" and value[:2] in ("gt", "lt") for name, value in pairs)


def _serviceless(pairs: list[tuple[str, str]]) -> bool:
    return not any("service" in name.lower() for name, _ in pairs if not name.startswith(("_include", "_revinclude")))


def _needs_request_id(original: Any, body: dict[str, Any]) -> Any:
    if not request.headers.get("X-Request-ID"):
        raise Rejected("bad-header", "A write needs the header X-Request-ID.", "http.X-Request-ID")
    return original(body)


def _any_ten_digits(original: Any, body: dict[str, Any]) -> Any:
    """The Modulus 11 check is in no booking document (CF-36)."""
    patient: dict[str, Any] = next((r for r in body.get("contained") or [] if r.get("resourceType") == "Patient"), {})
    number = str((patient.get("identifier") or [{}])[0].get("value", ""))
    if not (number.isdigit() and len(number) == 10) or valid_nhs_number(number):
        return original(body)
    stand_in = copy.deepcopy(body)
    for contained in stand_in["contained"]:
        for identifier in contained.get("identifier") or []:
            if identifier.get("value") == number:
                identifier["value"] = _VALID
    for participant in stand_in.get("participant") or []:
        identifier = (participant.get("actor") or {}).get("identifier") or {}
        if identifier.get("value") == number:
            identifier["value"] = _VALID
    return replace(original(stand_in), nhs_number=number)


def _any_111(original: Any, current: Any, caller: Any) -> None:
    if caller.ods != current.organisation and not is_111(caller.ods):
        raise Rejected("organisation-refused", "Only NHS 111 services may cancel here.")


def _everything(original: Any, slots: Any, includes: Any, service: str) -> Any:
    kinds = {"Schedule", "Practitioner", "PractitionerRole", "HealthcareService", "Organization", "Location"}
    return original(slots, frozenset(kinds), service)


def _thousand(original: Any) -> int:
    return 1000


def _unavailable(original: Callable[..., dict[str, Any]], row: Any) -> dict[str, Any]:
    slot = original(row)
    return slot | {"status": "busy-unavailable"} if slot["status"] == "busy" else slot


def _enriched(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """The provider adds what it knows, under its own business rules (PRV-BOOK-28)."""
    resource = original(body, new_id, now)
    resource["comment"] = "Please bring your medicines."
    resource["minutesDuration"] = 15
    resource.setdefault("extension", []).append(
        {"url": "https://provider.example/StructureDefinition/door", "valueString": "Blue door"}
    )
    resource.setdefault("identifier", []).append({"system": "https://provider.example/Id/visit", "value": new_id})
    return resource


def _with_place(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    resource = original(body, new_id, now)
    place = {"resourceType": "Location", "id": "the-place", "name": "Room 3", "status": "active"}
    resource["contained"] = [*resource["contained"], place]
    resource["participant"] = [
        *resource["participant"],
        {"actor": {"reference": "#the-place", "display": "Room 3"}, "status": "accepted"},
    ]
    return resource


def _told_of_patient(original: Callable[..., dict[str, Any]], body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """The patient gets the provider's own number too."""
    resource = original(body, new_id, now)
    for contained in resource["contained"]:
        if contained["resourceType"] == "Patient":
            own = {"use": "secondary", "system": "https://provider.example/Id/patient", "value": "7-1234"}
            contained["identifier"] = [*contained["identifier"], own]
    return resource


def _slowly(served: Request, response: Response) -> None:
    time.sleep(0.2)


def _json_instead(served: Request, response: Response) -> None:
    if "xml" in response.headers.get("Content-Type", ""):
        response.set_data(dump(parse_body(response.get_data(), XML), JSON))
        response.headers["Content-Type"] = CONTENT_TYPES[JSON]
    _no_xml_stated(served, response)


def _no_xml_stated(served: Request, response: Response) -> None:
    if (served.endpoint or "").endswith(".metadata") and response.status_code == 200:
        statement = parse_body(response.get_data(), JSON)
        statement["format"] = [name for name in statement["format"] if "xml" not in name]
        response.set_data(dump(statement, JSON))


def _xml_refused(original: Any, *arguments: Any) -> Any:
    if g.format == XML:
        g.format = JSON
        raise Rejected("unsupported-response-format", "Only JSON is served.", "http.Accept")
    if "xml" in request.headers.get("Content-Type", ""):
        raise Rejected("unsupported-request-type", "Only JSON is read.", "http.Content-Type")
    return original(*arguments)


BEHAVIOUR: tuple[Fault, ...] = (
    provider(
        "read-ignores-parameters",
        "PRV-GET-11",
        "Unsupported parameters of a read are ignored (CF-06).",
        ProviderRules.check_read_parameters,
        _nothing,
    ),
    provider(
        "needs-a-service",
        "PRV-SRCH-08",
        "A search without a service is rejected (CF-07).",
        ProviderRules.slot_query,
        _refuse_search(_serviceless, "The service is missing."),
    ),
    provider(
        "refuses-misspelt-names",
        "PRV-SRCH-09",
        "A parameter whose name is nearly right is rejected (CF-06).",
        ProviderRules.slot_query,
        _refuse_search(_misspelt, "Is the name of a parameter misspelt?"),
    ),
    provider(
        "knows-ge-and-le-only",
        "PRV-SRCH-04",
        "The prefixes gt and lt are rejected (CF-11).",
        ProviderRules.slot_query,
        _refuse_search(_strict, "Only ge and le are known."),
    ),
    provider(
        "needs-request-ids",
        "PRV-XTI-06",
        "A write without X-Request-ID is rejected.",
        ProviderRules.check_body,
        _needs_request_id,
    ),
    provider(
        "any-ten-digits",
        "PRV-BOOK-19",
        "The check digit of NHS numbers is not looked at (CF-36).",
        ProviderRules.booking,
        _any_ten_digits,
    ),
    provider(
        "any-111-cancels",
        "PRV-CAN-14",
        "Both providers let every 111 service cancel, and nobody else.",
        ProviderRules.check_may_cancel,
        _any_111,
    ),
    provider(
        "keeps-no-history",
        "PRV-GET-02",
        "No version can be read by its number (CF-78).",
        ProviderRecords.version,
        _nothing,
    ),
    provider(
        "includes-everything",
        "PRV-SRCH-24",
        "Everything that the slots lead to is included, asked for or not.",
        ProviderResources.included,
        _everything,
    ),
    provider("versions-from-1000", "PRV-BOOK-07", "Version ids begin at 1000.", ProviderRules.first_version, _thousand),
    provider(
        "busy-is-unavailable",
        "RES-SLOT-04",
        "Busy slots have the status busy-unavailable (CF-14).",
        ProviderResources.slot,
        _unavailable,
    ),
    provider(
        "adds-to-appointments",
        "PRV-BOOK-28",
        "Appointments get a comment, a duration, an identifier and an unknown extension.",
        ProviderRules.booked,
        _enriched,
    ),
    provider(
        "adds-a-place",
        "RES-APT-14",
        "Appointments get a further contained resource and participant.",
        ProviderRules.booked,
        _with_place,
    ),
    provider(
        "adds-to-patients",
        "PRV-GET-14",
        "Patients get the provider's own number beside theirs.",
        ProviderRules.booked,
        _told_of_patient,
    ),
    rewriting("answers-slowly", "PRV-SRCH-01", "Each answer takes 0.2 s longer.", _slowly),
    rewriting("json-for-xml", "FMT-02", "Whoever asks for XML gets JSON (CF-21).", _json_instead),
    # What is refused must not be stated either.
    replace(
        provider(
            "json-only", "FMT-02", "Requests for or in XML are rejected (CF-21).", TokenCheck.caller, _xml_refused
        ),
        rewrite=_no_xml_stated,
        unclaimed="xml",
    ),
    registry(
        "registry-keeps-no-history",
        "REG-14",
        "The registry does not show old versions.",
        RegistryRecords.version,
        _nothing,
    ),
)
