"""The reference to the clinical document that goes with a booking (RES-DOC-*, RES-APT-11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uec_booking.standard import editions, names

from ....fhir import references
from ....judging.observations import Observation
from ....text import in_words
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {"RES-DOC-01", "RES-DOC-02", "RES-DOC-03", "RES-DOC-04", "RES-DOC-05", "RES-APT-11"}
)

# RFC 4122 has both forms, and the standard names that RFC as the system, for slots as well.
_UUID = re.compile(r"(urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def document(
    see: Observer, body: Mapping[str, Any], documents: Sequence[Mapping[str, Any]], edition: str
) -> Iterator[Observation]:
    """What the DocumentReference of a booking shows. Before 1.0.0-RC1 a booking without document has none (CF-33)."""
    referred = list(references(body.get("supportingInformation")))
    if not documents and not referred and not editions.in_range(edition, "1.0.0-RC1+"):
        return
    yield see.met(
        "RES-DOC-01", len(documents) == 1, "one DocumentReference", f"{len(documents)}", "Appointment.contained"
    )
    if len(documents) != 1:
        return
    found = documents[0]
    yield see.met(
        "RES-APT-11",
        referred == [f"#{found.get('id')}"],
        "one reference, to the contained DocumentReference",
        in_words(referred),
        "Appointment.supportingInformation",
    )
    identifiers = found.get("identifier") or []
    uuids = [one for one in identifiers if one.get("system") == names.UUID_SYSTEM and _is_uuid(one.get("value"))]
    yield see.met("RES-DOC-02", bool(uuids), "a UUID", in_words(identifiers), "DocumentReference.identifier")
    status = found.get("status")
    yield see.met("RES-DOC-03", status == "current", "current", in_words(status), "DocumentReference.status")
    yield from _kind(see, found)


def _kind(see: Observer, found: Mapping[str, Any]) -> Iterator[Observation]:
    codings = (found.get("type") or {}).get("coding") or []
    codes = [one for one in codings if one.get("system") == names.DOCUMENT_TYPE_SYSTEM and one.get("code")]
    of_111 = [one for one in codes if one.get("code") == names.DOCUMENT_TYPE_111]
    right = bool(codes) and all(one.get("display") == names.DOCUMENT_TYPE_111_DISPLAY for one in of_111)
    expected = f"a code of {names.DOCUMENT_TYPE_SYSTEM}, with its display"
    yield see.met("RES-DOC-04", right, expected, in_words(codings), "DocumentReference.type")
    attachments = [one.get("attachment") or {} for one in found.get("content") or []]
    attachment = attachments[0] if attachments else {}
    kind = attachment.get("contentType")
    wrong = [] if _INSTANT.fullmatch(str(found.get("indexed"))) else ["indexed"]
    wrong += [] if kind and (not of_111 or kind == names.CDA_MEDIA_TYPE) else ["content.attachment.contentType"]
    wrong += [] if attachment.get("language") in ("en", "en-GB") else ["content.attachment.language"]
    expected = "indexed, and an attachment with content type and language"
    yield see.met("RES-DOC-05", not wrong, expected, f"not so: {', '.join(wrong)}", "DocumentReference")


def _is_uuid(text: object) -> bool:
    return isinstance(text, str) and _UUID.fullmatch(text) is not None
