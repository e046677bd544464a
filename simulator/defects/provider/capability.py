"""Defects of the CapabilityStatement."""

from __future__ import annotations

from typing import Any

from flask import Request, Response

from ...fault_making import Change, done, refused_instead, rewriting, with_body, without
from ...seams import Fault


def _statement(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, done("metadata")))


def _of(resource_type: str, change: Change) -> Change:
    def change_one(statement: dict[str, Any]) -> None:
        for resource in statement["rest"][0]["resource"]:
            if resource["type"] == resource_type:
                change(resource)

    return change_one


def _drop(resource_type: str) -> Change:
    def change(statement: dict[str, Any]) -> None:
        rest = statement["rest"][0]
        rest["resource"] = [r for r in rest["resource"] if r["type"] != resource_type]

    return change


def _read_in_xml(request: Request, response: Response) -> bool:
    return "xml" in response.headers.get("Content-Type", "") and done("read")(request, response)


def _say_nothing_of_editions(statement: dict[str, Any]) -> None:
    for name in ("version", "description"):
        statement.pop(name, None)
    statement["rest"][0].pop("documentation", None)


def _becomes_empty_bundle(statement: dict[str, Any]) -> None:
    statement.clear()
    statement.update(resourceType="Bundle", type="collection")


CAPABILITY: tuple[Fault, ...] = (
    _statement(
        "metadata-is-an-outcome",
        "PRV-CAP-01",
        "The capability statement is an empty Bundle.",
        _becomes_empty_bundle,
    ),
    _statement(
        "statement-without-status", "PRV-CAP-02", "The statement is not valid: it has no status.", without("status")
    ),
    _statement(
        "statement-with-placeholder",
        "PRV-CAP-03",
        "A placeholder of the template is left.",
        lambda s: s.update(publisher="[Publisher]"),
    ),
    _statement("statement-without-version", "PRV-CAP-04", "The statement has no version.", without("version")),
    _statement(
        "statement-without-json",
        "PRV-CAP-05",
        "The statement does not list JSON.",
        lambda s: s.update(format=["application/fhir+xml"]),
    ),
    _statement("accepts-no-unknown", "PRV-CAP-06", "acceptUnknown is no.", lambda s: s.update(acceptUnknown="no")),
    _statement("statement-without-profiles", "PRV-CAP-07", "The statement lists no profiles.", without("profile")),
    _statement(
        "statement-without-appointment",
        "PRV-CAP-08",
        "The statement does not declare Appointment.",
        _drop("Appointment"),
    ),
    _statement(
        "statement-without-slot-parameters",
        "PRV-CAP-09",
        "Slot has no search parameters.",
        _of("Slot", without("searchParam")),
    ),
    _statement(
        "statement-without-includes", "PRV-CAP-10", "Slot lists no includes.", _of("Slot", without("searchInclude"))
    ),
    _statement(
        "statement-with-update-create",
        "PRV-CAP-11",
        "updateCreate is true.",
        _of("Appointment", lambda r: r.update(updateCreate=True)),
    ),
    _statement("statement-of-dstu2", "PRV-CAP-12", "fhirVersion is 1.0.2.", lambda s: s.update(fhirVersion="1.0.2")),
    _statement(
        "statement-lists-history",
        "PRV-CAP-02",
        "The statement lists history-instance of appointments, which is not there.",
        _of("Appointment", lambda r: r["interaction"].append({"code": "history-instance"})),
    ),
    _statement(
        "statement-lists-delete",
        "PRV-CAP-02",
        "The statement lists delete of appointments, which is not allowed.",
        _of("Appointment", lambda r: r["interaction"].append({"code": "delete"})),
    ),
    _statement(
        "statement-lists-patch",
        "PRV-CAP-02",
        "The statement lists patch of appointments, which is answered with 405.",
        _of("Appointment", lambda r: r["interaction"].append({"code": "patch"})),
    ),
    _statement(
        "statement-lists-patients",
        "PRV-CAP-02",
        "The statement lists a search of patients, which is not there.",
        lambda s: s["rest"][0]["resource"].append({"type": "Patient", "interaction": [{"code": "search-type"}]}),
    ),
    _statement(
        "statement-lists-single-slots",
        "PRV-CAP-02",
        "The statement lists a read of single slots, which is not there.",
        _of("Slot", lambda r: r["interaction"].append({"code": "read"})),
    ),
    rewriting(
        "xml-for-searches-alone",
        "PRV-CAP-02",
        "XML is listed, and appointments are served in JSON alone.",
        refused_instead(406, "not-supported", _read_in_xml),
    ),
    _statement(
        "statement-without-integrity",
        "PRV-CAP-14",
        "Transactional integrity is not explained.",
        lambda s: s["rest"][0].pop("documentation"),
    ),
    rewriting(
        "metadata-is-closed",
        "PRV-CAP-16",
        "A request for the statement is rejected where the token is good for slots.",
        refused_instead(403, "forbidden", done("metadata")),
    ),
    rewriting(
        "tells-no-edition",
        "PRV-CAP-13",
        "The statement tells no version of the standard.",
        with_body(_say_nothing_of_editions, done("metadata")),
    ),
)
