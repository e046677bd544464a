"""Defects of the answers to reads: statuses, headers, tokens and versions."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Request, Response
from uec_booking.standard.names import SCOPE_APPOINTMENT_WRITE

from ....fault_making import (
    breaks,
    done,
    in_contained,
    interaction,
    provider,
    rewriting,
    with_body,
    with_header,
    with_status,
    without,
    without_header,
)
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....seams import Fault
from ....tokens import TokenCheck
from ...building_blocks import Resource, lets_in, open_to_strangers, status_instead


@breaks("PRV-GET-13", ProviderRecords.version)
def history_is_rewritten(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """Earlier versions show what the current one holds.

    Every version shows what the current one holds, under its own number.
    """
    records = original.__self__
    asked, current = original(tx, appointment_id, version), records.current(tx, appointment_id)
    if asked is None or current is None:
        return asked
    meta = {**current.body["meta"], "versionId": str(version)}
    return replace(asked, status=current.status, body={**current.body, "meta": meta})


@breaks("PRV-GET-02", ProviderRecords.version)
def vread_gives_current(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    """A versioned read gives the current version."""
    return original.__self__.current(tx, appointment_id)


def _scope(wanted: str, scope: str) -> Callable[..., Any]:
    def scopes(original: Any, interaction: str) -> frozenset[str]:
        return frozenset({scope}) if interaction == wanted else original(interaction)

    return scopes


def _lacks(name: str, requirement: str, element: str) -> Fault:
    summary = f"An appointment that is read has no {element}."
    return rewriting(name, requirement, summary, with_body(without(element), done("read", "vread")))


def _unknown_read(request: Request, response: Response) -> bool:
    return response.status_code == 404 and interaction(request) == "read"


def _another_document(document: Resource) -> None:
    for identifier in document.get("identifier", []):
        identifier["value"] = str(uuid.uuid4())


def _information_is_the_patient(resource: Resource) -> None:
    """supportingInformation leads to the Patient; the document is still referred to, by an extension."""
    for one in resource.get("supportingInformation", []):
        told = {"url": "https://provider.example/StructureDefinition/document", "valueReference": dict(one)}
        resource.setdefault("extension", []).append(told)
        one["reference"] = next(f"#{c['id']}" for c in resource["contained"] if c["resourceType"] == "Patient")


def _with_document(resource: Resource) -> Resource:
    kept = copy.deepcopy(resource)
    in_contained("DocumentReference", _another_document)(kept)
    return kept


ANSWERS: tuple[Fault, ...] = (
    _lacks("read-without-slot", "PRV-GET-05", "slot"),
    _lacks("read-without-description", "PRV-GET-05", "description"),
    _lacks("read-without-end", "PRV-GET-05", "end"),
    _lacks("read-without-created", "PRV-GET-05", "created"),
    rewriting(
        "read-without-birth-date",
        "PRV-GET-14",
        "The patient of an appointment that is read has no birthDate.",
        with_body(in_contained("Patient", without("birthDate")), done("read", "vread")),
    ),
    provider(
        "read-needs-write-scope",
        "PRV-GET-10",
        "Reads need the writing scope.",
        ProviderRules.scopes,
        _scope("read", SCOPE_APPOINTMENT_WRITE),
    ),
    rewriting(
        "no-etag-on-read", "PRV-GET-07", "A read is answered without ETag.", without_header("ETag", done("read"))
    ),
    rewriting(
        "etag-of-another-version",
        "PRV-GET-07",
        "The ETag of a read names another version than the body.",
        with_header("ETag", lambda value: 'W/"77"', done("read")),
    ),
    rewriting(
        "unknown-read-fails", "PRV-GET-03", "An unknown id is answered with 500.", with_status(500, _unknown_read)
    ),
    provider(
        "versions-need-no-token", "PRV-GET-09", "Any token reads a version.", TokenCheck.caller, lets_in("", "vread")
    ),
    rewriting(
        "document-of-another-identifier",
        "PRV-GET-06",
        "A read shows the document under another identifier than it was sent.",
        with_body(in_contained("DocumentReference", _another_document), done("read", "vread")),
    ),
    provider(
        "keeps-document-under-another-identifier",
        "PRV-GET-06",
        "The document is kept under an identifier of the provider's.",
        ProviderRules.booked,
        lambda original, body, new_id, now: _with_document(original(body, new_id, now)),
    ),
    rewriting(
        "information-leads-to-the-patient",
        "PRV-GET-05",
        "supportingInformation leads to the Patient instead of the document.",
        with_body(_information_is_the_patient, done("read", "vread")),
    ),
    provider(
        "read-needs-no-token", "PRV-GET-09", "Any token reads.", TokenCheck.caller, open_to_strangers("read", "vread")
    ),
    status_instead(
        "bad-read-parameter-is-500",
        "PRV-GET-11",
        "A wrong parameter of a read is answered with 500.",
        500,
        "invalid-query-value",
        "read",
    ),
)
