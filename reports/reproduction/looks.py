"""What a provider tells a registry is not ours to send: a script looks into the registry, for the pointer."""

from __future__ import annotations

from uec_booking.standard import names

from .texts import FromAnswer, Reference, Setting, Text, encoded, joined

REGISTRY = "registry"
_IDENTIFIER = f"/Appointment?identifier={names.URL_SYSTEM.replace(':', '%3A')}%7C"


def pointer(root: Reference, id: FromAnswer) -> Text:
    """The search of the registry for the pointer to an appointment."""
    return joined([Setting("REGISTRY"), _IDENTIFIER, *encoded((root,)), "%2FAppointment%2F", *encoded((id,))])


def headers(request_id: Reference) -> tuple[tuple[str, Text], ...]:
    return ("Accept", (names.FHIR_JSON,)), (names.REQUEST_ID, (request_id,))
