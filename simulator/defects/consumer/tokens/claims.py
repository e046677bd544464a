"""Defects in what the token says of the system, the user and their organisation."""

from __future__ import annotations

from typing import Any

from uec_booking.standard import names

from ....consumer.wire.tokens import Tokens
from ....fault_making import Change, breaks, consumer, with_values, without
from ....seams import Fault


def _claims(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return consumer(name, requirement, summary, Tokens.claims, change)


def _lacks(claim: str) -> Fault:
    return _claims(f"token-without-{claim.replace('_', '-')}", "SEC-04", f"The token has no {claim}.", without(claim))


CLAIMS: tuple[Fault, ...] = (
    _lacks("iss"),
    _lacks("sub"),
    _lacks("aud"),
    _lacks("exp"),
    _lacks("iat"),
    _lacks("reason_for_request"),
    _lacks("requested_scope"),
    _lacks("requesting_device"),
    _lacks("requesting_organization"),
    _claims("token-with-an-empty-sub", "SEC-04", "The sub of the token is empty.", with_values(sub="")),
    _claims("issuer-is-a-name", "SEC-05", "The iss is the name of the product.", with_values(iss="111 desk")),
    _claims(
        "issuer-without-scheme",
        "SEC-05",
        "The iss is a host and a path, and no absolute URL.",
        with_values(iss="desk.example/spine"),
    ),
    _claims(
        "subject-is-another-id",
        "SEC-06",
        "The sub is the account of the user, and not the id of the practitioner.",
        with_values(sub="DESK\\adviser"),
    ),
    _claims(
        "reason-in-two-words",
        "SEC-10",
        "The reason for the request is written in two words.",
        with_values(reason_for_request="direct care"),
    ),
    _claims(
        "reason-of-the-user",
        "SEC-10",
        "The reason for the request is the user's own text.",
        with_values(reason_for_request="Booking for a patient of NHS 111"),
    ),
)

DEVICE: tuple[Fault, ...] = (
    consumer("device-without-model", "SEC-12", "The device has no model.", Tokens.device, without("model")),
    consumer("device-without-version", "SEC-12", "The device has no version.", Tokens.device, without("version")),
    consumer(
        "device-without-identifier", "SEC-12", "The device has no identifier.", Tokens.device, without("identifier")
    ),
    consumer(
        "device-identifier-is-no-list",
        "SEC-12",
        "The identifier of the device is one object and no list.",
        Tokens.device,
        lambda device: device.update(identifier=device["identifier"][0]),
    ),
    consumer(
        "device-is-a-system",
        "SEC-12",
        "The device is a resource of another type.",
        Tokens.device,
        with_values(resourceType="System"),
    ),
)

ORGANISATION: tuple[Fault, ...] = (
    consumer(
        "organisation-without-name", "SEC-13", "The organisation has no name.", Tokens.organisation, without("name")
    ),
    consumer(
        "organisation-without-ods-code",
        "SEC-13",
        "The organisation has no identifier.",
        Tokens.organisation,
        without("identifier"),
    ),
    consumer(
        "organisation-by-site-code",
        "SEC-13",
        "The ODS code of the organisation stands under the system of site codes.",
        Tokens.organisation,
        lambda one: one["identifier"][0].update(system=names.ODS_SITE_SYSTEM),
    ),
    consumer(
        "organisation-in-british-spelling",
        "SEC-13",
        "The organisation is a resource called Organisation.",
        Tokens.organisation,
        with_values(resourceType="Organisation"),
    ),
    consumer(
        "names-the-hosting-organisation",
        "SEC-14",
        "The organisation is that which hosts the system, and not the 111 service that calls.",
        Tokens.organisation,
        with_values(identifier=[{"system": names.ODS_ORGANISATION_SYSTEM, "value": "X9H01"}], name="Desk Hosting Ltd"),
    ),
)

PRACTITIONER: tuple[Fault, ...] = (
    consumer(
        "practitioner-without-given-name",
        "SEC-16",
        "The practitioner has a family name alone.",
        Tokens.practitioner,
        lambda one: one["name"][0].pop("given"),
    ),
    consumer(
        "practitioner-name-is-a-text",
        "SEC-16",
        "The name of the practitioner is one text, in no parts.",
        Tokens.practitioner,
        with_values(name=[{"text": "Desk Adviser"}]),
    ),
    consumer("practitioner-without-id", "SEC-16", "The practitioner has no id.", Tokens.practitioner, without("id")),
    consumer(
        "practitioner-without-local-identifier",
        "SEC-17",
        "The practitioner has no identifier of the consumer's own.",
        Tokens.practitioner,
        lambda one: one["identifier"].pop(),
    ),
    consumer(
        "practitioner-without-role-profile",
        "SEC-17",
        "The practitioner has no sds-role-profile-id: a user without smartcard has none, and UNK is not sent.",
        Tokens.practitioner,
        lambda one: one["identifier"].pop(1),
    ),
    consumer(
        "practitioner-with-an-empty-sds-id",
        "SEC-17",
        "The sds-user-id of a user without smartcard is empty in place of UNK.",
        Tokens.practitioner,
        lambda one: one["identifier"][0].update(value=""),
    ),
)


@breaks("SEC-11", Tokens.claims)
def asks_for_one_scope_always(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """Every token asks for the scope of slots."""
    return original(identity, audience, names.SCOPE_SLOT_READ)


@breaks("SEC-11", Tokens.claims)
def asks_for_every_scope(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """Every token asks for all three scopes, with blanks between them."""
    all_ = (names.SCOPE_SLOT_READ, names.SCOPE_APPOINTMENT_READ, names.SCOPE_APPOINTMENT_WRITE)
    return original(identity, audience, " ".join(all_))


@breaks("SEC-11", Tokens.claims)
def reads_with_the_scope_of_writing(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """A read by id asks for the scope of writing, as before 0.2.0."""
    read = scope == names.SCOPE_APPOINTMENT_READ
    return original(identity, audience, names.SCOPE_APPOINTMENT_WRITE if read else scope)


@breaks("SEC-11", Tokens.claims)
def asks_for_scopes_of_smart(original: Any, identity: Any, audience: str, scope: str) -> Any:
    """Scopes are written as SMART on FHIR has them: patient/Appointment.write."""
    kind, _, what = scope.partition("/")
    return original(identity, audience, f"{kind}/{what.capitalize()}")
