"""Defects in the reference to the clinical document."""

from __future__ import annotations

from typing import Any

from ....consumer.body import Bodies
from ....fault_making import Change, below, consumer, with_values, without
from ....seams import Fault


def _document(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return consumer(name, requirement, summary, Bodies.document, change)


def _without_documents(body: dict[str, Any]) -> None:
    body["contained"] = [one for one in body["contained"] if one["resourceType"] != "DocumentReference"]


def _without_any_word(body: dict[str, Any]) -> None:
    _without_documents(body)
    del body["supportingInformation"]


_TYPE = ("type", "coding", 0)
_ATTACHMENT = ("content", 0, "attachment")

DOCUMENTS: tuple[Fault, ...] = (
    consumer(
        "no-document-reference",
        "RES-DOC-01",
        "A booking refers to a document reference that is not contained.",
        Bodies.booking,
        _without_documents,
    ),
    consumer(
        "says-nothing-of-a-document",
        "RES-DOC-01",
        "A booking says nothing of a document.",
        Bodies.booking,
        _without_any_word,
    ),
    consumer(
        "does-not-refer-to-the-document",
        "RES-APT-11",
        "A booking has a document reference that it does not refer to.",
        Bodies.booking,
        without("supportingInformation"),
    ),
    consumer(
        "refers-to-the-document-by-another-id",
        "RES-APT-11",
        "A booking refers to its document by another id.",
        Bodies.booking,
        with_values(supportingInformation=[{"reference": "#DocumentReference"}]),
    ),
    _document("document-without-identifier", "RES-DOC-02", "The document has no identifier.", without("identifier")),
    _document(
        "document-by-number",
        "RES-DOC-02",
        "The document has a number in place of a UUID.",
        below("identifier", 0, change=with_values(value="20345")),
    ),
    _document(
        "document-under-another-system",
        "RES-DOC-02",
        "The UUID of the document stands under urn:ietf:rfc:4122.",
        below("identifier", 0, change=with_values(system="urn:ietf:rfc:4122")),
    ),
    _document(
        "document-is-superseded",
        "RES-DOC-03",
        "The document has the status superseded.",
        with_values(status="superseded"),
    ),
    _document("document-without-status", "RES-DOC-03", "The document has no status.", without("status")),
    _document("document-without-type", "RES-DOC-04", "The document has no type.", without("type")),
    _document(
        "document-type-in-other-words",
        "RES-DOC-04",
        "The type of the document has a display of its own.",
        below(*_TYPE, change=with_values(display="111 Report")),
    ),
    _document(
        "document-type-without-urn",
        "RES-DOC-04",
        "The system of the document's type is the bare OID.",
        below(*_TYPE, change=with_values(system="2.16.840.1.113883.2.1.3.2.4.18.17")),
    ),
    _document("document-without-time", "RES-DOC-05", "The document is not said to be indexed.", without("indexed")),
    _document(
        "document-time-is-a-date",
        "RES-DOC-05",
        "The document is indexed on a day, without a time.",
        lambda document: document.update(indexed=document["indexed"][:10]),
    ),
    _document(
        "document-in-plain-xml",
        "RES-DOC-05",
        "The content type of a CDA is text/xml.",
        below(*_ATTACHMENT, change=with_values(contentType="text/xml")),
    ),
    _document(
        "document-in-no-language",
        "RES-DOC-05",
        "The attachment has no language.",
        below(*_ATTACHMENT, change=without("language")),
    ),
)
