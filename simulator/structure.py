"""Whether what came in is FHIR STU3: the structural check by fhir.resources and the table of elements."""

from __future__ import annotations

from typing import Any

from uec_booking.standard.codec import CodecError, parse_xml, to_xml
from uec_booking.standard.validation import check_structure

from .refusals import Rejected


def known_structure(resource: dict[str, Any], resource_type: str) -> dict[str, Any]:
    """The resource without elements that STU3 does not know: they are ignored, not rejected (FMT-13).

    Raises Rejected: malformed-body for another type of resource, profile-breach for a faulty one (CF-39).
    """
    found = resource.get("resourceType")
    if found != resource_type:
        raise Rejected(
            "malformed-body", f"A resource of type {resource_type} is expected, not {found}.", "resourceType"
        )
    if not check_structure(resource):
        return resource
    problems = check_structure(resource, allow_unknown=True)
    if problems:
        first = problems[0]
        reason = f"Not valid FHIR STU3: {first.expected} is expected, there is {first.actual}."
        raise Rejected("profile-breach", reason, first.where)
    try:
        # FHIR XML has no place for what STU3 does not know: it is left behind on the way there and back.
        return parse_xml(to_xml(resource, lenient_unknown=True))
    except CodecError as error:
        raise Rejected("malformed-body", f"Not valid FHIR STU3: {error.message}.", error.where) from None


def load_models() -> None:
    """Load what the first check would have to load, so that the first booking need not wait for it."""
    participant = [{"actor": {"display": "nobody"}, "status": "accepted"}]
    check_structure({"resourceType": "Appointment", "status": "booked", "participant": participant})
