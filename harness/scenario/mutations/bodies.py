"""Changes of the body, and of the way in which it is sent."""

from __future__ import annotations

import copy
import gzip
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from uec_booking.standard import names

from ...actors.appointment_body import instant
from ...actors.calls import Call
from ...fhir import contained
from ...http.exchange import as_json_bytes
from ...http.times import SENT_ZONE, moment
from ..variations import Change
from .named import Maker, Named, Resource


def _content(text: bytes) -> Maker:
    return lambda _: lambda call: call.changed(content=text)


def _cut(_: str) -> Change:
    def change(call: Call) -> Call:
        whole = as_json_bytes(call.resource or {})
        return call.changed(content=whole[: len(whole) // 2])

    return change


def _body(change: Callable[[Resource], None]) -> Change:
    def make(call: Call) -> Call:
        resource = copy.deepcopy(dict(call.resource or {}))
        change(resource)
        return call.changed(resource=resource)

    return make


def _without_element(name: str) -> Change:
    return _body(lambda resource: resource.pop(name, None))


def _element(text: str) -> Change:
    """``name=value``, the value as JSON."""
    name, _, value = text.partition("=")
    return _body(lambda resource: resource.update({name.strip(): json.loads(value)}))


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

    return _body(change)


def _patient(change: Callable[[Resource], None]) -> Maker:
    def apply(resource: Resource) -> None:
        patient = contained(resource, "Patient")
        if isinstance(patient, dict):
            change(patient)

    return lambda _: _body(apply)


def _nhs_number(number: str) -> Change:
    def change(resource: Resource) -> None:
        patient = contained(resource, "Patient") or {}
        for identifier in patient.get("identifier", []):
            identifier["value"] = number
        resource["participant"][0]["actor"].get("identifier", {})["value"] = number

    return _body(change)


def _no_nhs_number(_: str) -> Change:
    def change(resource: Resource) -> None:
        patient = contained(resource, "Patient")
        if isinstance(patient, dict):
            patient.pop("identifier", None)
        resource["participant"][0]["actor"].pop("identifier", None)

    return _body(change)


def _somebody_else(_: str) -> Change:
    """Another patient, by name, birth date and gender, who has no NHS number either."""
    without = _no_nhs_number("")

    def change(resource: Resource) -> None:
        patient = contained(resource, "Patient")
        if isinstance(patient, dict):
            patient["name"] = [{"use": "official", "family": "Somebody-Else", "given": ["Alex"]}]
            patient.update(birthDate="1951-02-03", gender="male" if patient.get("gender") != "male" else "female")
        resource["participant"][0]["actor"]["display"] = "Alex Somebody-Else"

    return lambda call: without(_body(change)(call) or call)


def _other_slot(_: str) -> Change:
    """A slot of the same time that the provider does not have: its identifier and schedule are made up."""

    def change(resource: Resource) -> None:
        slot = contained(resource, "Slot")
        if isinstance(slot, dict):
            slot["identifier"] = [{"system": names.UUID_SYSTEM, "value": str(uuid.uuid4())}]
            slot["schedule"] = {"reference": f"Schedule/{uuid.uuid4()}"}
        else:
            resource["slot"] = [{"reference": f"Slot/{uuid.uuid4()}"}]

    return _body(change)


def _other_identifier(_: str) -> Change:
    """The slot's schedule and times, under an identifier that the provider never gave out."""

    def make(call: Call) -> Call | None:
        if not (contained(dict(call.resource or {}), "Slot") or {}).get("identifier"):
            return None
        return _body(change)(call)

    def change(resource: Resource) -> None:
        slot = contained(resource, "Slot")
        if isinstance(slot, dict):
            slot["identifier"] = [{"system": names.UUID_SYSTEM, "value": str(uuid.uuid4())}]

    return make


def _ranks(*ranks: int) -> Maker:
    def change(patient: Resource) -> None:
        patient["telecom"] = [
            {"system": "phone", "value": f"020 7946 01{index:02d}", "use": "home", "rank": rank}
            for index, rank in enumerate(ranks)
        ]
        patient.pop("contact", None)

    return _patient(change)


def _third_party(own: bool) -> Maker:
    """Details of a third party, who has rank 1; with own details of a lower rank, or without."""

    def change(patient: Resource) -> None:
        patient["contact"] = [
            {
                "relationship": [{"coding": [{"system": names.CONTACT_RELATIONSHIP_SYSTEM, "code": "N"}]}],
                "name": {"use": "official", "family": "Testcontact", "given": ["Kim"]},
                "telecom": [{"system": "phone", "value": "020 7946 0999", "use": "home", "rank": 1}],
            }
        ]
        if own:
            for number, point in enumerate(patient["telecom"]):
                point["rank"] = number + 2
        else:
            patient.pop("telecom", None)

    return _patient(change)


def _least(patient: Resource) -> None:
    """One given name, one number, one line of address, and nobody else."""
    patient["name"][0]["given"] = patient["name"][0]["given"][:1]
    patient["telecom"] = patient["telecom"][:1]
    patient["address"][0]["line"] = patient["address"][0]["line"][:1]
    patient.pop("contact", None)


def _name(patient: Resource) -> None:
    patient["name"] = [{"use": "official", "family": "Tëst-Ðoe O'Øster & Gård", "given": ["Zoë", "Łucja 𠮷"]}]


def _texts(resource: Resource) -> None:
    """A patient's name and a description of which much is beyond ASCII."""
    patient = contained(resource, "Patient")
    if isinstance(patient, dict):
        _name(patient)
    resource["description"] = "Fièvre à 39 °C – façade œdème, 𠮷 ≥ 2 jours"


def _unknown_element(resource: Resource) -> None:
    resource["unknownElementOfLater"] = "to be ignored"


def _unknown_extension(resource: Resource) -> None:
    resource["extension"] = [{"url": "https://consumer.example/StructureDefinition/unknown", "valueString": "ignored"}]


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

    return _body(change)


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


def _email(patient: Resource) -> None:
    """A way of contact that is no telephone, and not the first one."""
    points = [*patient.get("telecom", [])]
    rank = 1 + max([1, *(point["rank"] for point in points)])
    patient["telecom"] = [*points, {"system": "email", "value": "test@consumer.example", "rank": rank}]


def _great_age(patient: Resource) -> None:
    """Older than two digits of a year can tell, born in summer time, and of a gender that many lists do without."""
    patient.update(birthDate=f"{date.today().year - 104}-06-30", gender="other")


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


_ELSEWHERE = {"use": "home", "line": ["99 Another Street"], "city": "Bradford", "postalCode": "BD1 1AA"}


def _gzip(_: str) -> Change:
    def change(call: Call) -> Call:
        body = gzip.compress(as_json_bytes(call.resource or {}))
        headers = {**call.headers, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
        return call.changed(content=body, headers=headers)

    return change


def _called_gzip(_: str) -> Change:
    return lambda call: call.changed(headers={**call.headers, "Content-Encoding": "gzip"})


def _broken_xml(_: str) -> Change:
    text = b'<Appointment xmlns="http://hl7.org/fhir"><status value="booked"/><desc'
    return lambda call: call.changed(content=text, headers={**call.headers, "Content-Type": "application/fhir+xml"})


def _chunked(_: str) -> Change:
    return lambda call: replace(call.changed(), chunked=True)


BODIES: Named = {
    "a body cut in half": _cut,
    "a body that is not JSON": _content(b"this is not JSON"),
    "a body of XML that breaks off": _broken_xml,
    "a body that is another resource": _content(b'{"resourceType": "Patient", "gender": "unknown"}'),
    "no body": _content(b""),
    "a body that is a JSON list": _content(b'[{"resourceType": "Appointment"}]'),
    "a body that is not UTF-8": _content(b'{"resourceType": "Appointment", "description": "\xff\xfe"}'),
    "a body that is called gzip and is none": _called_gzip,
    "a patient without a gender": _patient(lambda patient: patient.pop("gender", None)),
    "without the element": _without_element,
    "with the element": _element,
    "with an element more": _another_element,
    "without the contained": _without_contained,
    "a slot that does not exist": _other_slot,
    "a slot identifier that does not exist": _other_identifier,
    "a patient without a name": _patient(lambda patient: patient.pop("name", None)),
    "a patient without a birth date": _patient(lambda patient: patient.pop("birthDate", None)),
    "a patient without an address": _patient(lambda patient: patient.pop("address", None)),
    "another status of the participant": lambda _: _body(_declined),
    "another birth date of the patient": _patient(lambda patient: patient.update(birthDate="1931-05-06")),
    "another address of the patient": _patient(lambda patient: patient.update(address=[_ELSEWHERE])),
    "nothing but its id and status": _id_and_status,
    "with another time than its slot's": lambda _: _body(_other_time),
    "made out an hour ago": lambda _: _body(_made_out_before),
    "contained resources in another order": lambda _: _body(_other_order),
    "contained resources under other ids": lambda _: _body(_other_ids),
    "the NHS number": _nhs_number,
    "a patient of the gender": lambda code: _patient(lambda patient: patient.update(gender=code))(code),
    "a patient without NHS number": _no_nhs_number,
    "somebody else without NHS number": _somebody_else,
    "two contact points of rank 1": _ranks(1, 1),
    "no contact point of rank 1": _ranks(2, 3),
    "details of a third party only": _third_party(own=False),
    "own details and those of a third party": _third_party(own=True),
    "an e-mail address beside the telephone": _patient(_email),
    "a patient of great age": _patient(_great_age),
    "times with milliseconds": lambda _: _body(_milliseconds),
    "texts beyond ASCII": lambda _: _body(_texts),
    "nothing of the patient but what is needed": _patient(_least),
    "an unknown element": lambda _: _body(_unknown_element),
    "an unknown extension": lambda _: _body(_unknown_extension),
    "a reference outside the server": lambda _: _body(_external_reference),
    "an incoming referral": lambda _: _body(_referral),
    "times with another offset": _offset,
    "a gzip body": _gzip,
    "a chunked body": _chunked,
}
