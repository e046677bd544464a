"""Near misses made by rule: from the elements of a booking and their types, the claims of a token, and the headers.

Of each there is one that is absent, empty, doubled, of another type, with a wrong code, of another system, at a
boundary, and near to the right one. What the standard makes of it follows from what it asks of the element: a fault of
an element that it requires is rejected, and what it leaves to the provider's rules may be accepted or rejected, and
nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from uec_booking.standard.codec.layout import Element, layout_of

from .near_misses import NearMiss

#: The elements that no booking may lack (wire profile of Appointment and Patient); a fault of them breaks the profile.
_REQUIRED = frozenset(
    (
        *("Appointment.status", "Appointment.description", "Appointment.start", "Appointment.end"),
        *("Appointment.slot", "Appointment.participant"),
        *("Patient.name", "Patient.gender", "Patient.birthDate", "Patient.address"),
    )
)
#: The further elements that our bookings have. Those of the slot are left out: who changes them asks for another one.
_FURTHER = (
    *("Appointment.language", "Appointment.created", "Appointment.supportingInformation"),
    *("Appointment.supportingInformation.reference", "Appointment.meta.profile", "Appointment.participant.status"),
    *("Appointment.participant.actor.display", "Appointment.participant.actor.identifier.system"),
    *("Patient.meta.profile", "Patient.identifier.use", "Patient.identifier.system"),
    *("Patient.name.use", "Patient.name.family", "Patient.name.given"),
    *("Patient.address.use", "Patient.address.line", "Patient.address.city", "Patient.address.postalCode"),
    *("Patient.telecom", "Patient.telecom.system", "Patient.telecom.value", "Patient.telecom.use"),
    *("Patient.telecom.rank", "Patient.contact", "Patient.contact.relationship", "Patient.contact.name"),
    *("Patient.contact.name.family", "Patient.contact.telecom", "Patient.contact.telecom.rank"),
    *("DocumentReference.meta.profile", "DocumentReference.identifier", "DocumentReference.identifier.system"),
    *("DocumentReference.identifier.value", "DocumentReference.status", "DocumentReference.type"),
    *("DocumentReference.type.coding.system", "DocumentReference.type.coding.code", "DocumentReference.indexed"),
    *("DocumentReference.content", "DocumentReference.content.attachment.contentType"),
    "DocumentReference.content.attachment.language",
)
#: Elements whose right value is another one for each booking: a valid value near to it is a change of what was booked.
_TOLD_APART = (
    *("Appointment.description", "Patient.name.family", "Patient.name.given", "Patient.address.postalCode"),
    *("Patient.telecom.value", "Patient.address.line"),
)
#: What a type can be given at its boundaries, by the beginning of its name: dates that no calendar has, and numbers.
_BOUNDARIES = {
    "date": ("2026-02-30", "0000-00-00", "9999-12-31"),
    "instant": ("2026-02-30T10:00:00Z", "2026-06-01T24:00:00Z", "2026-06-01T10:00:00"),
    "positiveInt": (0, -1, 2147483648),
    "string": (" ", "x" * 2000),
}
#: Kinds of faults that are no value of the type.
_NO_VALUE = ("null", "empty", "of another type")

_CLAIMS = (
    *("iss", "sub", "aud", "exp", "iat", "reason_for_request", "requested_scope"),
    *("requesting_device", "requesting_organization"),
)
#: What is within the claims: that the claims are there is required, and what they say binds the consumer.
_WITHIN_CLAIMS = (
    *(f"requesting_device.{name}" for name in ("resourceType", "identifier", "model", "version")),
    *(f"requesting_device.identifier.{name}" for name in ("system", "value")),
    *(f"requesting_organization.{name}" for name in ("resourceType", "identifier", "name")),
    *(f"requesting_organization.identifier.{name}" for name in ("system", "value")),
    *(f"requesting_practitioner.{name}" for name in ("resourceType", "id", "name", "identifier")),
    *(f"requesting_practitioner.{name}" for name in ("name.family", "identifier.system", "identifier.value")),
)
#: Faults of claims after which a token is no good, whoever looks at it, with the requirement of the claim.
_NO_GOOD = {
    "aud": ("SEC-26", ("empty", "of another type", "with more behind", "cut short")),
    "exp": ("SEC-23", ("empty", "as 0", "as -1")),
    "iat": ("SEC-24", ("as 99999999999",)),
    "requested_scope": ("SEC-27", ("empty", "of another type", "with more behind", "cut short")),
}
_TOKEN_KINDS = ("empty", "doubled", "of another type")
#: Kinds of faults of texts; numbers, lists and objects have none such.
_OF_TEXTS = ("with more behind", "cut short")
_NO_TEXTS = frozenset({"exp", "iat", "requesting_device", "requesting_organization", "requesting_practitioner.name"})

_HEADERS = ("Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID", "Accept", "Accept-Encoding")
_HEADER_KINDS = ("absent", "empty", "doubled", "with more behind", "cut short", "very long")


def _element(path: str) -> Element | None:
    """The element of a path that begins with a resource type, from the tables of STU3."""
    kind, *names = path.split(".")
    element = None
    for name in names:
        layout = layout_of(kind)
        element = layout.elements.get(name) if layout is not None else None
        if element is None:
            return None
        kind = element.type
    return element


def _kinds(element: Element) -> Iterator[str]:
    """The faults that an element of such a type can have."""
    yield from ("absent", *_NO_VALUE, "doubled")
    if element.codes:
        yield from ('as "no-such-code"', "in the other case", "with more behind")
    elif element.name == "system":
        yield 'as "urn:example:another-system"'
    elif element.primitive and element.type != "positiveInt":
        yield from ("with a blank behind", "cut short")
    yield from (f"as {json.dumps(value)}" for value in _BOUNDARIES.get(element.type, ()))


def _breaks(path: str, kind: str, element: Element) -> bool:
    """Whether a fault breaks a profile, whatever the provider's rules are."""
    if path not in _REQUIRED:
        return False
    wrong_code = bool(element.codes) and kind != "absent" and kind != "doubled"
    twice = kind == "doubled" and not element.repeats
    no_date = kind.startswith('as "') and ("-30" in kind or "00-00" in kind)
    return kind in ("absent", *_NO_VALUE) or wrong_code or twice or no_date


def _of_bookings() -> Iterator[NearMiss]:
    for path in (*sorted(_REQUIRED), *_FURTHER):
        element = _element(path)
        assert element is not None, path
        for kind in _kinds(element):
            situation = "profile-breach" if _breaks(path, kind, element) else "odd-body"
            yield NearMiss(f"at {path}: {kind}", situation, "PRV-BOOK-12")


def _of_cancellations() -> Iterator[NearMiss]:
    """What is required and no value, and what is a value and another one."""
    for path in sorted(_REQUIRED):
        yield from (NearMiss(f"at {path}: {kind}", "profile-breach", "PRV-CAN-10") for kind in ("absent", *_NO_VALUE))
    yield from (NearMiss(f"at {path}: cut short", "cancel-differs", "PRV-CAN-07") for path in _TOLD_APART)


def _kinds_of_claim(claim: str) -> Iterator[str]:
    yield from _TOKEN_KINDS
    if claim not in _NO_TEXTS and not claim.endswith(".identifier"):
        yield from _OF_TEXTS
    if claim in ("iss", "sub", "reason_for_request"):
        yield "in the other case"


def _of_tokens() -> Iterator[NearMiss]:
    for claim in _CLAIMS:
        yield from (NearMiss(f"a token at {claim}: {kind}", "token-malformed", "SEC-22") for kind in ("absent", "null"))
        requirement, no_good = _NO_GOOD.get(claim, ("SEC-22", ()))
        for kind in dict.fromkeys((*no_good, *_kinds_of_claim(claim))):
            if kind in no_good:
                yield NearMiss(f"a token at {claim}: {kind}", "token-badly-told", requirement)
            else:
                yield NearMiss(f"a token at {claim}: {kind}", "token-odd-claim", "SEC-22")
    for claim in _WITHIN_CLAIMS:
        kinds = ("absent", "null", *_kinds_of_claim(claim))
        yield from (NearMiss(f"a token at {claim}: {kind}", "token-odd-claim", "SEC-22") for kind in kinds)


BOOKINGS = tuple(_of_bookings())
CANCELLATIONS = tuple(_of_cancellations())
TOKENS = tuple(_of_tokens())
#: For requests that change nothing.
HEADERS = tuple(
    NearMiss(f"the header {name}, {kind}", "odd-header", "FMT-22") for name in _HEADERS for kind in _HEADER_KINDS
)
