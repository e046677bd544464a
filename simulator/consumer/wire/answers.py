"""Reading what a provider or the proxy answered: by its media type, and never further than it can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from uec_booking.standard import names
from uec_booking.standard.codec import CodecError, parse_json, parse_xml

from .http import Reply

#: Statuses of the proxy's own errors.
PROXY_STATUSES = frozenset({403, 405, 415, 502, 504})
_FHIR_HEADERS = (names.REQUEST_ID, names.CORRELATION_ID)


@dataclass(frozen=True)
class Answer:
    """An answer. A `status` of 0: none came, and `lost` says why. `resource` is None where none can be read."""

    status: int
    resource: dict[str, Any] | None = None
    etag: str = ""
    location: str = ""
    signed: bool = False
    lost: str = ""

    @property
    def kind(self) -> str:
        """The type of the resource, or empty."""
        return str((self.resource or {}).get("resourceType", ""))

    def issues(self) -> list[dict[str, Any]]:
        """The issues of an OperationOutcome."""
        return list(dicts(self.resource, "issue")) if self.kind == "OperationOutcome" else []

    def reason(self) -> str:
        """What the other side says of its rejection, for the user."""
        for issue in self.issues():
            details = issue.get("details") if isinstance(issue.get("details"), dict) else {}
            coded = next((c["display"] for c in dicts(details, "coding") if c.get("display")), "")
            said = issue.get("diagnostics") or (details or {}).get("text") or coded
            if said:
                return str(said)[:300]
        return ""


def read_answer(reply: Reply) -> Answer:
    """What a reply says. A body that cannot be read, or is no FHIR, leaves `resource` None."""
    headers = reply.headers
    return Answer(
        reply.status,
        _resource(headers.get("Content-Type", ""), reply.body),
        headers.get("ETag", ""),
        headers.get("Location", ""),
        # The provider's mark: the proxy passes it on, and sets none on errors of its own.
        any(name in headers for name in _FHIR_HEADERS),
    )


def _resource(content_type: str, body: bytes) -> dict[str, Any] | None:
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        if media_type in (names.FHIR_JSON, names.DSTU2_JSON, "application/json", "text/json"):
            return parse_json(body)
        if media_type in (names.FHIR_XML, names.DSTU2_XML, "application/xml", "text/xml"):
            return parse_xml(body)
    except CodecError:
        return None
    return None


def dicts(resource: object, name: str) -> Iterator[dict[str, Any]]:
    """The objects in a list of a resource; whatever else stands there is passed over."""
    found = resource.get(name) if isinstance(resource, dict) else None
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict):
            yield one


def of_type(bundle: object, kind: str) -> list[dict[str, Any]]:
    """The resources of a type in a Bundle, whatever else it holds."""
    found = (entry.get("resource") for entry in dicts(bundle, "entry"))
    return [one for one in found if isinstance(one, dict) and one.get("resourceType") == kind]


def contained(resource: object, kind: str) -> dict[str, Any]:
    """The first contained resource of a type, or an empty one."""
    return next((one for one in dicts(resource, "contained") if one.get("resourceType") == kind), {})
