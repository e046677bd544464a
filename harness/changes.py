"""The single things in which a request of a trial can differ from a good one, by the names the features use."""

from __future__ import annotations

import base64
import copy
import gzip
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from uec_booking.standard import names

from .bookings import instant
from .calls import Call
from .exchange import as_json_bytes
from .resources import contained
from .times import moment
from .tokens import unsecured
from .trials import Change

Resource = dict[str, Any]


# -- tokens ---------------------------------------------------------------------------


def _no_token(_: str) -> Change:
    return lambda call: call.changed(token=None)


def _other_scheme(_: str) -> Change:
    return lambda call: call.changed(token=None, headers={**call.headers, "Authorization": "Basic dXNlcjpwYXNz"})


def _token_text(text: str) -> Callable[[str], Change]:
    return lambda _: lambda call: call.changed(token=lambda claims: text)


def _payload_not_json(_: str) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        head = unsecured(claims).split(".")[0]
        return f"{head}.{base64.urlsafe_b64encode(b'not json').decode().rstrip('=')}."

    return lambda call: call.changed(token=make)


def _without_claim(claim: str) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        return unsecured({key: value for key, value in claims.items() if key != claim})

    return lambda call: call.changed(token=make)


def _claims(change: Callable[[dict[str, Any]], None]) -> Change:
    def make(claims: Mapping[str, Any]) -> str:
        changed = copy.deepcopy(dict(claims))
        change(changed)
        return unsecured(changed)

    return lambda call: call.changed(token=make)


def _issued(offset: int) -> Callable[[str], Change]:
    def change(claims: dict[str, Any]) -> None:
        issued = int(time.time()) + offset
        claims.update(iat=issued, exp=issued + names.TOKEN_LIFETIME_SECONDS)

    return lambda _: _claims(change)


def _other_audience(_: str) -> Change:
    return _claims(lambda claims: claims.update(aud="https://another-provider.example/STU3/1/booking"))


def _scope(scope: str) -> Change:
    return _claims(lambda claims: claims.update(requested_scope=scope))


def _no_practitioner(_: str) -> Change:
    return lambda call: call.changed(practitioner=False)


def _practitioner_identifiers(keep: Callable[[list[Resource]], list[Resource]]) -> Callable[[str], Change]:
    def change(claims: dict[str, Any]) -> None:
        practitioner = claims["requesting_practitioner"]
        practitioner["identifier"] = keep(practitioner["identifier"])

    return lambda _: _claims(change)


def _unknown_ids(identifiers: list[Resource]) -> list[Resource]:
    sds = (names.SDS_USER_SYSTEM, names.SDS_ROLE_PROFILE_SYSTEM)
    return [{**i, "value": names.UNKNOWN_SDS_ID} if i["system"] in sds else i for i in identifiers]


def _signed_elsewhere(_: str) -> Change:
    """A token whose claims are right, signed with a key that nobody has heard of (RS256)."""

    def make(claims: Mapping[str, Any]) -> str:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(dict(claims), key, algorithm="RS256")

    return lambda call: call.changed(token=make)


TOKENS: dict[str, Callable[[str], Change]] = {
    "no Authorization header": _no_token,
    "another scheme than Bearer": _other_scheme,
    "a token of one part": _token_text("notatoken"),
    "a token that is not base64": _token_text("%%%.%%%."),
    "a token whose payload is not JSON": _payload_not_json,
    "a token without": _without_claim,
    "a token that expired an hour ago": _issued(-3900),
    "a token that expired a minute ago": _issued(-360),
    "a token issued an hour from now": _issued(3600),
    "a token issued two seconds from now": _issued(2),
    "a token issued this very second": _issued(0),
    "a token made out to another provider": _other_audience,
    "a token of scope": _scope,
    "a token signed by somebody else": _signed_elsewhere,
    "a token without practitioner": _no_practitioner,
    "a practitioner without role profile": _practitioner_identifiers(
        lambda ids: [i for i in ids if i["system"] != names.SDS_ROLE_PROFILE_SYSTEM]
    ),
    "a practitioner without local identifier": _practitioner_identifiers(
        lambda ids: [i for i in ids if i["system"].startswith("https://fhir.nhs.uk/")]
    ),
    "a practitioner whose SDS identifiers are UNK": _practitioner_identifiers(_unknown_ids),
}


# -- queries and headers ------------------------------------------------------------------


def _query(change: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]) -> Change:
    return lambda call: call.changed(query=tuple(change(list(call.query))))


def _without_parameter(text: str) -> Change:
    """``status``, or ``start=ge`` for one of several values."""
    name, _, beginning = text.partition("=")
    return _query(lambda query: [(n, v) for n, v in query if not (n == name and v.startswith(beginning))])


def _parameter(text: str) -> Change:
    """``name=value`` replaces the parameters of that name."""
    name, _, value = text.partition("=")
    return _query(lambda query: [*[(n, v) for n, v in query if n != name], (name, value)])


def _added_parameter(text: str) -> Change:
    name, _, value = text.partition("=")
    return _query(lambda query: [*query, (name, value)])


def _window(since: timedelta, until: timedelta) -> Callable[[str], Change]:
    def change(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
        now = datetime.now(UTC)
        rest = [(n, v) for n, v in query if n != "start"]
        return [*rest, ("start", "ge" + instant(now + since)), ("start", "le" + instant(now + until))]

    return lambda _: _query(change)


def _header(text: str) -> Change:
    """``Name: value``."""
    name, _, value = text.partition(":")
    return lambda call: call.changed(headers={**call.headers, name.strip(): value.strip()})


def _without_header(name: str) -> Change:
    return lambda call: call.changed(headers={**call.headers, name: None})


def _without_ssp(_: str) -> Change:
    ssp = (names.SSP_TRACE_ID, names.SSP_FROM, names.SSP_TO, names.SSP_INTERACTION_ID)
    return lambda call: call.changed(headers={**call.headers, **dict.fromkeys(ssp)})


def _method(method: str) -> Change:
    def change(call: Call) -> Call:
        resource = {"resourceType": "Slot", "status": "free"} if method == "POST" else call.resource
        return call.changed(method=method, resource=resource)

    return change


def _other_id(make: Callable[[str], str]) -> Callable[[str], Change]:
    """Another id at the end of the path; none where it would be the same."""

    def change(call: Call) -> Call | None:
        base, _, identity = call.path.rpartition("/")
        other = make(identity)
        if other == identity:
            return None
        resource = {**call.resource, "id": other} if call.resource else None
        return call.changed(path=f"{base}/{other}", resource=resource)

    return lambda _: change


def _other_version(_: str) -> Change:
    """If-Match names a version, well formed, that is not the current one."""

    def change(call: Call) -> Call:
        current = (call.headers.get("If-Match") or "").removeprefix("W/").strip('"')
        other = str(int(current) + 1000) if current.isdigit() else str(uuid.uuid4())
        return call.changed(headers={**call.headers, "If-Match": f'W/"{other}"'})

    return change


def _patient_parameter(value: str) -> Change:
    return _query(lambda query: [(n, value if n == names.PATIENT_PARAMETER else v) for n, v in query])


REQUESTS: dict[str, Callable[[str], Change]] = {
    "without the parameter": _without_parameter,
    "with the parameter": _parameter,
    "with the further parameter": _added_parameter,
    "with a window in the past": _window(timedelta(hours=-4), timedelta(hours=-2)),
    "with a window that began in the past": _window(timedelta(hours=-2), timedelta(hours=4)),
    "with the header": _header,
    "without the header": _without_header,
    "without the Ssp- headers": _without_ssp,
    "with the method": _method,
    "of an id that never was": _other_id(lambda _: str(uuid.uuid4())),
    "of the id in the other case": _other_id(str.swapcase),
    "quoting another version": _other_version,
    "with the patient": _patient_parameter,
}


# -- bodies ------------------------------------------------------------------------------------


def _content(text: bytes) -> Callable[[str], Change]:
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


def _without_contained(kind: str) -> Change:
    def change(resource: Resource) -> None:
        resource["contained"] = [r for r in resource.get("contained", []) if r.get("resourceType") != kind]

    return _body(change)


def _patient(change: Callable[[Resource], None]) -> Callable[[str], Change]:
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


def _ranks(*ranks: int) -> Callable[[str], Change]:
    def change(patient: Resource) -> None:
        patient["telecom"] = [
            {"system": "phone", "value": f"0113 496 01{index:02d}", "use": "home", "rank": rank}
            for index, rank in enumerate(ranks)
        ]

    return _patient(change)


def _third_party(own: bool) -> Callable[[str], Change]:
    """Details of a third party, who has rank 1; with own details of a lower rank, or without."""

    def change(patient: Resource) -> None:
        patient["contact"] = [
            {
                "relationship": [{"coding": [{"system": names.CONTACT_RELATIONSHIP_SYSTEM, "code": "N"}]}],
                "name": {"use": "official", "family": "Testcontact", "given": ["Kim"]},
                "telecom": [{"system": "phone", "value": "0113 496 0999", "use": "home", "rank": 1}],
            }
        ]
        if own:
            patient["telecom"][0]["rank"] = 2
        else:
            patient.pop("telecom", None)

    return _patient(change)


def _name(patient: Resource) -> None:
    patient["name"] = [{"use": "official", "family": "Tëst-Ðoe Østergård", "given": ["Zoë", "Łucja"]}]


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
    zone = timezone(timedelta(hours=2))

    def change(resource: Resource) -> None:
        for place in (resource, contained(resource, "Slot")):
            if isinstance(place, dict):
                for name in ("start", "end"):
                    found = moment(place.get(name))
                    if found:
                        place[name] = found.astimezone(zone).isoformat(timespec="seconds")

    return _body(change)


def _gzip(_: str) -> Change:
    def change(call: Call) -> Call:
        body = gzip.compress(as_json_bytes(call.resource or {}))
        headers = {**call.headers, "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
        return call.changed(content=body, headers=headers)

    return change


def _chunked(_: str) -> Change:
    return lambda call: replace(call.changed(), chunked=True)


BODIES: dict[str, Callable[[str], Change]] = {
    "a body cut in half": _cut,
    "a body that is not JSON": _content(b"this is not JSON"),
    "a body that is another resource": _content(b'{"resourceType": "Patient", "gender": "unknown"}'),
    "no body": _content(b""),
    "without the element": _without_element,
    "with the element": _element,
    "without the contained": _without_contained,
    "a slot that does not exist": _other_slot,
    "a slot identifier that does not exist": _other_identifier,
    "a patient without a name": _patient(lambda patient: patient.pop("name", None)),
    "a patient without a birth date": _patient(lambda patient: patient.pop("birthDate", None)),
    "a patient without an address": _patient(lambda patient: patient.pop("address", None)),
    "the NHS number": _nhs_number,
    "a patient without NHS number": _no_nhs_number,
    "two contact points of rank 1": _ranks(1, 1),
    "no contact point of rank 1": _ranks(2, 3),
    "details of a third party only": _third_party(own=False),
    "own details and those of a third party": _third_party(own=True),
    "a name beyond ASCII": _patient(_name),
    "an unknown element": lambda _: _body(_unknown_element),
    "an unknown extension": lambda _: _body(_unknown_extension),
    "a reference outside the server": lambda _: _body(_external_reference),
    "an incoming referral": lambda _: _body(_referral),
    "times with another offset": _offset,
    "a gzip body": _gzip,
    "a chunked body": _chunked,
}

ALL: dict[str, Callable[[str], Change]] = {**TOKENS, **REQUESTS, **BODIES}
