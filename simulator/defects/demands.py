"""Defects of what a provider demands of a booking's content: more than the standard does, or less."""

from __future__ import annotations

from typing import Any

from flask import request

from ..fault_making import near, provider
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault


def _document_first(original: Any, body: Any) -> Any:
    first = next(iter(body.get("contained") or []), {})
    if request.method == "POST" and first.get("resourceType") != "DocumentReference":
        raise Refused("profile-breach", "The document comes first.", "Appointment.contained[0]")
    return original(body)


def _called_patient(original: Any, body: Any) -> Any:
    ids = [one.get("id") for one in body.get("contained") or []]
    if request.method == "POST" and "patient" not in ids:
        raise Refused("profile-breach", "There is no #patient.", "Appointment.contained")
    return original(body)


def _in_a_language(original: Any, body: Any) -> Any:
    if request.method == "POST" and "language" not in body:
        raise Refused("profile-breach", "There is no language.", "Appointment.language")
    return original(body)


def _with_created(original: Any, body: Any) -> Any:
    if request.method == "POST" and "created" not in body:
        raise Refused("profile-breach", "There is no created.", "Appointment.created")
    return original(body)


def _wherever_they_live(original: Any, body: Any) -> Any:
    """A patient without an address is taken as if there were one."""
    somewhere = [{"use": "home", "line": ["1 Nowhere"], "city": "Leeds", "postalCode": "LS1 1AA"}]
    inside = [
        {"address": somewhere, **one} if one.get("resourceType") == "Patient" else one for one in body["contained"]
    ]
    return original({**body, "contained": inside})


DEMANDS: tuple[Fault, ...] = (
    near(
        provider(
            "wants-the-document-first",
            "PRV-BOOK-01",
            "The contained resources must come in one order.",
            ProviderRules.check_body,
            _document_first,
        ),
        "PRV-BOOK-22",
    ),
    near(
        provider(
            "wants-a-patient-of-that-id",
            "PRV-BOOK-01",
            "The contained Patient must have the id patient.",
            ProviderRules.check_body,
            _called_patient,
        ),
        "PRV-BOOK-22",
    ),
    near(
        provider(
            "needs-a-language",
            "PRV-BOOK-01",
            "A booking without language is refused.",
            ProviderRules.check_body,
            _in_a_language,
        ),
        "PRV-BOOK-22",
    ),
    near(
        provider(
            "needs-created",
            "PRV-BOOK-27",
            "A booking without created, which the provider sets, is refused.",
            ProviderRules.check_body,
            _with_created,
        ),
        "PRV-BOOK-22",
    ),
    provider(
        "needs-no-address",
        "PRV-BOOK-12",
        "A patient without an address is booked.",
        ProviderRules.booking,
        _wherever_they_live,
    ),
)
