"""Changes of the appointment in a body: its elements, its times, its slot, and what it contains."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

from uec_booking.standard import names

from ...actors.appointment_body import instant
from ...actors.calls import Call
from ...fhir import contained
from ...http.times import SENT_ZONE, moment
from ..variations import Change
from .named import Named, Resource, body
from .patients import beyond_ascii


def _without_element(name: str) -> Change:
    return body(lambda resource: resource.pop(name, None))


def _element(text: str) -> Change:
    """``name=value``, the value as JSON."""
    name, _, value = text.partition("=")
    return body(lambda resource: resource.update({name.strip(): json.loads(value)}))


def _another_element(_: str) -> Change:
    """An element that the appointment does not have yet; not sent where it has all of these."""

    def make(call: Call) -> Call | None:
        resource = dict(call.resource or {})
        name = next((name for name in _MORE if name not in resource), None)
        return call.changed(resource={**resource, name: _MORE[name]}) if name else None

    return make


_MORE = {"comment": "Added", "minutesDuration": 10, "priority": 5}


def _without_contained(kind: str) -> Change:
    def change(resource: Resource) -> None:
        resource["contained"] = [r for r in resource.get("contained", []) if r.get("resourceType") != kind]

    return body(change)


def _other_slot(_: str) -> Change:
    """A slot of the same time that the provider does not have: its identifier and schedule are made up."""

    def change(resource: Resource) -> None:
        slot = contained(resource, "Slot")
        if isinstance(slot, dict):
            slot["identifier"] = [{"system": names.UUID_SYSTEM, "value": str(uuid.uuid4())}]
            slot["schedule"] = {"reference": f"Schedule/{uuid.uuid4()}"}
        else:
            resource["slot"] = [{"reference": f"Slot/{uuid.uuid4()}"}]

    return body(change)


def _other_identifier(_: str) -> Change:
    """The slot's schedule and times, under an identifier that the provider never gave out."""

    def make(call: Call) -> Call | None:
        if not (contained(dict(call.resource or {}), "Slot") or {}).get("identifier"):
            return None
        return body(change)(call)

    def change(resource: Resource) -> None:
        slot = contained(resource, "Slot")
        if isinstance(slot, dict):
            slot["identifier"] = [{"system": names.UUID_SYSTEM, "value": str(uuid.uuid4())}]

    return make


def _texts(resource: Resource) -> None:
    """A patient's name and a description of which much is beyond ASCII."""
    patient = contained(resource, "Patient")
    if isinstance(patient, dict):
        beyond_ascii(patient)
    resource["description"] = "Fièvre à 39 °C – façade œdème, 𠮷 ≥ 2 jours"


def _unknown_element(resource: Resource) -> None:
    resource["unknownElementOfLater"] = "to be ignored"


def _unknown_extension(resource: Resource) -> None:
    resource["extension"] = [{"url": "https://consumer.example/StructureDefinition/unknown", "valueString": "ignored"}]


def _unknown_extension_within(resource: Resource) -> None:
    """In the patient, in its name, and in the slot, where extensions are at home."""
    unknown = {"url": "https://consumer.example/StructureDefinition/unknown", "valueString": "ignored"}
    patient, slot = contained(resource, "Patient"), contained(resource, "Slot")
    for place in (patient, slot, *((patient or {}).get("name") or [])):
        if isinstance(place, dict):
            place["extension"] = [*(place.get("extension") or []), unknown]


def _external_reference(resource: Resource) -> None:
    resource["participant"][0]["actor"]["display"] = resource["participant"][0]["actor"].get("display", "Patient")
    document = contained(resource, "DocumentReference")
    if isinstance(document, dict):
        document["author"] = [{"reference": f"{names.DIRECTORY_ORGANISATION_BASE}X26"}]


def _referral(resource: Resource) -> None:
    resource["incomingReferral"] = [{"reference": "https://consumer.example/ReferralRequest/1"}]


def _offset(_: str) -> Change:
    """The same moments, written with an offset of two hours."""

    def change(resource: Resource) -> None:
        for place in (resource, contained(resource, "Slot")):
            if isinstance(place, dict):
                for name in ("start", "end"):
                    found = moment(place.get(name))
                    if found:
                        place[name] = found.astimezone(SENT_ZONE).isoformat()

    return body(change)


def _declined(resource: Resource) -> None:
    resource["participant"] = [{**one, "status": "declined"} for one in resource["participant"]]


def _milliseconds(resource: Resource) -> None:
    """The same moments with a fraction of a second, which an instant may have."""
    for place in (resource, contained(resource, "Slot")):
        if isinstance(place, dict):
            for name in ("start", "end"):
                found = moment(place.get(name))
                if found:
                    place[name] = found.isoformat(timespec="milliseconds")


def _other_time(resource: Resource) -> None:
    """The appointment is an hour later than the slot that it is for."""
    for name in ("start", "end"):
        found = moment(resource.get(name))
        if found:
            resource[name] = instant(found + timedelta(hours=1))


def _made_out_before(resource: Resource) -> None:
    resource["created"] = instant(datetime.now(UTC) - timedelta(hours=1))


def _other_order(resource: Resource) -> None:
    resource["contained"] = list(resource.get("contained", []))[::-1]


def _other_ids(resource: Resource) -> None:
    """Contained resources under ids of another form, and what refers to them."""
    text = json.dumps(resource)
    for inner in resource.get("contained", []):
        text = text.replace(f'"#{inner["id"]}"', f'"#c.{inner["id"]}-1"')
    resource.update(json.loads(text))
    for inner in resource["contained"]:
        inner["id"] = f"c.{inner['id']}-1"


def _id_and_status(_: str) -> Change:
    def make(call: Call) -> Call:
        kept = {k: v for k, v in dict(call.resource or {}).items() if k in ("resourceType", "id", "meta", "status")}
        return call.changed(resource=kept)

    return make


BODIES: Named = {
    "without the element": _without_element,
    "with the element": _element,
    "with an element more": _another_element,
    "without the contained": _without_contained,
    "a slot that does not exist": _other_slot,
    "a slot identifier that does not exist": _other_identifier,
    "another status of the participant": lambda _: body(_declined),
    "nothing but its id and status": _id_and_status,
    "with another time than its slot's": lambda _: body(_other_time),
    "made out an hour ago": lambda _: body(_made_out_before),
    "contained resources in another order": lambda _: body(_other_order),
    "contained resources under other ids": lambda _: body(_other_ids),
    "times with milliseconds": lambda _: body(_milliseconds),
    "texts beyond ASCII": lambda _: body(_texts),
    "an unknown element": lambda _: body(_unknown_element),
    "an unknown extension": lambda _: body(_unknown_extension),
    "unknown extensions within": lambda _: body(_unknown_extension_within),
    "a reference outside the server": lambda _: body(_external_reference),
    "an incoming referral": lambda _: body(_referral),
    "times with another offset": _offset,
}
