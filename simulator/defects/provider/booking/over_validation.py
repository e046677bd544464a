"""Defects of a provider that demands more of a booking than the standard does, or less."""

from __future__ import annotations

from typing import Any

from flask import request

from ....fault_making import breaks, provider
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ....tokens import TokenCheck
from ...building_blocks import bodies_refused, open_to_strangers, refuse_body, sent_as, status_instead


@breaks("PRV-BOOK-01", ProviderRules.check_body, near="PRV-BOOK-22")
def wants_the_document_first(original: Any, body: Any) -> Any:
    """The contained resources must come in one order."""
    first: dict[str, Any] = next(iter(body.get("contained") or []), {})
    if request.method == "POST" and first.get("resourceType") != "DocumentReference":
        raise Rejected("profile-breach", "The document comes first.", "Appointment.contained[0]")
    return original(body)


@breaks("PRV-BOOK-01", ProviderRules.check_body, near="PRV-BOOK-22")
def wants_a_patient_of_that_id(original: Any, body: Any) -> Any:
    """The contained Patient must have the id patient."""
    ids = [one.get("id") for one in body.get("contained") or []]
    if request.method == "POST" and "patient" not in ids:
        raise Rejected("profile-breach", "There is no #patient.", "Appointment.contained")
    return original(body)


@breaks("PRV-BOOK-01", ProviderRules.check_body, near="PRV-BOOK-22")
def needs_a_language(original: Any, body: Any) -> Any:
    """A booking without language is rejected."""
    if request.method == "POST" and "language" not in body:
        raise Rejected("profile-breach", "There is no language.", "Appointment.language")
    return original(body)


@breaks("PRV-BOOK-27", ProviderRules.check_body, near="PRV-BOOK-22")
def needs_created(original: Any, body: Any) -> Any:
    """A booking without created, which the provider sets, is rejected."""
    if request.method == "POST" and "created" not in body:
        raise Rejected("profile-breach", "There is no created.", "Appointment.created")
    return original(body)


@breaks("PRV-BOOK-12", ProviderRules.booking)
def needs_no_address(original: Any, body: Any) -> Any:
    """A patient without an address is booked.

    A patient without an address is taken as if there were one.
    """
    somewhere = [{"use": "home", "line": ["1 Nowhere"], "city": "Leeds", "postalCode": "LS1 1AA"}]
    inside = [
        {"address": somewhere, **one} if one.get("resourceType") == "Patient" else one for one in body["contained"]
    ]
    return original({**body, "contained": inside})


@breaks("PRV-BOOK-16", ProviderRules.booking)
def patients_must_be_registered(original: Any, body: Any) -> Any:
    """Bookings for patients never seen are rejected."""
    raise Rejected("business-rule", "Register the patient first.", "Appointment.participant")


OVER_VALIDATION: tuple[Fault, ...] = (
    provider("booking-needs-no-token", "PRV-BOOK-24", "Any token books.", TokenCheck.caller, open_to_strangers("book")),
    bodies_refused(
        "refuses-gzip",
        "PRV-BOOK-34",
        "Compressed bodies are rejected.",
        refuse_body(sent_as("Content-Encoding", "gzip"), "unsupported-request-type", "Send it uncompressed."),
    ),
    status_instead(
        "unread-type-is-400",
        "PRV-BOOK-23",
        "A body of another type is answered with 400.",
        400,
        "unsupported-request-type",
    ),
    status_instead("taken-slot-is-200", "PRV-BOOK-26", "A taken slot is answered with 200.", 200, "slot-taken"),
)
