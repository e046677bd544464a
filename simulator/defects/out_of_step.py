"""Defects in which two things that tell of one do not agree: headers and body, JSON and XML, reference and resource."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from flask import Request, Response, g

from ..fault_making import (
    breaks,
    done,
    in_contained,
    interaction,
    near,
    provider,
    rewriting,
    with_body,
    with_header,
)
from ..formats import XML
from ..provider.rules import ProviderRules
from ..seams import Fault

Resource = dict[str, Any]


def _an_hour_early(http_date: str) -> str:
    return format_datetime(parsedate_to_datetime(http_date) - timedelta(hours=1), usegmt=True)


def _another_document(document: Resource) -> None:
    for identifier in document.get("identifier", []):
        identifier["value"] = str(uuid.uuid4())


def _information_is_the_patient(resource: Resource) -> None:
    """supportingInformation leads to the Patient; the document is still referred to, by an extension."""
    for one in resource.get("supportingInformation", []):
        told = {"url": "https://provider.example/StructureDefinition/document", "valueReference": dict(one)}
        resource.setdefault("extension", []).append(told)
        one["reference"] = next(f"#{c['id']}" for c in resource["contained"] if c["resourceType"] == "Patient")


@breaks("RES-APT-14", ProviderRules.booked)
def patient_takes_part_twice(original: Any, body: Any, new_id: str, now: Any) -> Any:
    """The patient is a participant twice, once as optional."""
    resource = copy.deepcopy(original(body, new_id, now))
    resource["participant"].append({**resource["participant"][0], "required": "optional"})
    return resource


def _stale_in_xml() -> Callable[[Request, Response], None]:
    """A read in XML is remembered, and given again whatever has happened since."""
    known: dict[str, bytes] = {}

    def rewrite(request: Request, response: Response) -> None:
        if interaction(request) == "read" and response.status_code == 200 and g.get("format") == XML:
            response.set_data(known.setdefault(request.path, response.get_data()))

    return rewrite


def _stale_with_old_tag() -> Callable[[Request, Response], None]:
    """The ETag of an appointment is that of its first read."""
    known: dict[str, str] = {}

    def rewrite(request: Request, response: Response) -> None:
        if interaction(request) in ("read", "cancel") and response.status_code == 200:
            response.headers["ETag"] = known.setdefault(request.path, response.headers.get("ETag", ""))

    return rewrite


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


def _relative(bundle: Resource) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] = "/".join(entry["fullUrl"].split("/")[-2:])


OUT_OF_STEP: tuple[Fault, ...] = (
    rewriting(
        "location-of-another-version",
        "PRV-BOOK-04",
        "The Location of a booking names another version than the body.",
        with_header("Location", lambda url: f"{url}0", done("book")),
    ),
    rewriting(
        "etag-of-another-version-on-book",
        "PRV-BOOK-05",
        "The ETag of a booking names another version than the body.",
        with_header("ETag", lambda _: 'W/"0"', done("book")),
    ),
    rewriting(
        "last-modified-an-hour-early",
        "PRV-BOOK-06",
        "Last-Modified of a booking is an hour earlier than lastUpdated.",
        with_header("Last-Modified", _an_hour_early, done("book")),
    ),
    rewriting(
        "location-of-another-version-on-cancel",
        "PRV-CAN-05",
        "The Location of a cancellation names the version before.",
        with_header("Location", lambda url: url.replace("/_history/2", "/_history/1"), done("cancel")),
    ),
    rewriting(
        "etag-stays-as-it-was",
        "PRV-CAN-03",
        "The ETag of an appointment stays that of its first read when it is cancelled.",
        _stale_with_old_tag(),
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
    rewriting("reads-in-xml-are-stale", "FMT-02", "A read in XML shows what the first one did.", _stale_in_xml()),
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
    rewriting(
        "relative-full-urls",
        "RES-ANY-01",
        "The fullUrl of entries is relative.",
        with_body(_relative, done("slots")),
    ),
)


def _with_document(resource: Resource) -> Resource:
    kept = copy.deepcopy(resource)
    in_contained("DocumentReference", _another_document)(kept)
    return kept
