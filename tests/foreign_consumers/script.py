"""A 111 system as somebody's script: requests, f-strings, regular expressions and a file of what was booked.

One task on standard input, the answer on standard output. It knows the standard and the contract, and nothing of the
harness. ``--fault`` gives it a habit that scripts have.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ldap3
import requests

FAULTS = ("content-type-json", "float-times", "any-accept", "one-token", "plus-as-it-is", "new-id-on-resend")
INTERACTION = "urn:nhs:names:services:careconnect:fhir:rest:"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
CARE_CONNECT = "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-"
DOS = "https://nww.pathwaysdos.nhs.uk/app/api/webservices"
ODS_SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"

arguments = argparse.ArgumentParser()
arguments.add_argument("--memory", type=Path, required=True)
arguments.add_argument("--fault", action="append", default=[], choices=FAULTS)
options = arguments.parse_args()
env = os.environ
web = requests.Session()
web.verify = env["UEC_BOOKING_CA"]
web.trust_env = False
task = json.load(sys.stdin)
events: list[dict[str, Any]] = []
trace = str(uuid.uuid4())  # one for the whole encounter
kept_tokens: list[str] = []


def saw(what: str, text: str = "", about: Any = ()) -> None:
    events.append({"at": datetime.now(UTC).isoformat(), "what": what, "about": list(about), "text": text})


def token(root: str, scope: str) -> str:
    now: float = time.time() if "float-times" in options.fault else int(time.time())
    user = "clinician-7"
    claims = {
        "iss": "https://script.example/spine",
        "sub": user,
        "aud": root,
        "exp": now + 300,
        "iat": now,
        "reason_for_request": "directcare",
        "requested_scope": scope,
        "requesting_device": {
            "resourceType": "Device",
            "identifier": [{"system": "https://script.example/device", "value": "1"}],
            "model": "script",
            "version": "3",
        },
        "requesting_organization": {
            "resourceType": "Organization",
            "identifier": [{"system": ODS_SYSTEM, "value": env["UEC_BOOKING_ODS"]}],
            "name": "Script 111",
        },
    }
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (HEAD, claims)]
    made = ".".join(parts) + "."
    kept_tokens.append(made)
    return kept_tokens[0] if "one-token" in options.fault else made


HEAD = {"alg": "none", "typ": "JWT"}


def provider(method: str, url: str, what: str, scope: str, place: dict[str, str], body: Any = None, **more: str) -> Any:
    """One request through the proxy; None where no answer came."""
    headers = {
        "Authorization": "Bearer " + token(place["root"], scope),
        "Ssp-TraceID": trace,
        "Ssp-From": env["UEC_BOOKING_ASID"],
        "Ssp-To": place["asid"],
        "Ssp-InteractionID": INTERACTION + what,
        "X-Request-ID": str(uuid.uuid4()),
        "Accept": "application/fhir+json",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    if "any-accept" in options.fault:
        del headers["Accept"]  # the library's own: */*
    if body is not None:
        plain = "content-type-json" in options.fault
        headers["Content-Type"] = "application/json" if plain else "application/fhir+json;charset=utf-8"
    try:
        return web.request(
            method,
            f"{env['UEC_BOOKING_SSP_URL'].rstrip('/')}/{url}",
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            timeout=20,
        )
    except requests.RequestException:
        return None


def dos(operation: str, inner: str) -> str:
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<{operation} xmlns="{DOS}"><userInfo><username>u</username><password>p</password></userInfo>{inner}'
        f"</{operation}></s:Body></s:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{DOS}/{operation}"'}
    return web.post(env["UEC_BOOKING_DOS_URL"], data=envelope.encode(), headers=headers, timeout=20).text


def inside(text: str, name: str) -> list[str]:
    return re.findall(rf"<(?:\w+:)?{name}(?:\s[^>]*)?>(.*?)</(?:\w+:)?{name}>", text, re.DOTALL)


def first(values: list[str]) -> str:
    return values[0].strip() if values else ""


def place_of(service: str) -> dict[str, str] | None:
    """Service root and ASID; None where the service cannot be booked, of which the user was told."""
    found = []
    for one in inside(
        dos("ServiceDetailsById", f"<serviceVersion>1.0</serviceVersion><serviceId>{service}</serviceId>"), "endpoint"
    ):
        if [first(inside(one, n)).lower() for n in ("transport", "format", "interaction")] == [
            "http",
            "fhir",
            "scheduling",
        ]:
            found.append(first(inside(one, "address")))
    if len(found) != 1:
        saw("user-told", f"{service} has {len(found)} booking endpoints")
        return None if found else {}
    asid = found[0].partition(":")[2].strip()
    host, _, port = env["UEC_BOOKING_SDS_URL"].removeprefix("ldap://").partition(":")
    server = ldap3.Server(host, int(port), get_info=ldap3.NONE)
    with ldap3.Connection(server, auto_bind=True, check_names=False) as sds:
        base = "ou=services, o=nhs"
        sds.search(base, f"(uniqueIdentifier={asid})", attributes=["*"])
        systems = [one["attributes"] for one in sds.response or []]
        offered = systems[0].get("nhsAsSvcIA", []) if len(systems) == 1 else []
        care_connect = INTERACTION + "create:appointment" in offered
        if not care_connect or any("gpconnect" in one for one in offered):
            saw("user-told", "the Spine Directory does not say how to book there")
            return {}
        key = systems[0]["nhsMHSPartyKey"]
        key = key[0] if isinstance(key, list) else key
        sds.search(
            base, f"(&(nhsMhsPartyKey={key})(nhsMhsSvcIA={INTERACTION}read:slot))", attributes=["nhsMHSEndPoint"]
        )
        ends = [one["attributes"].get("nhsMHSEndPoint") for one in sds.response or []]
    end = ends[0] if len(ends) == 1 else None
    end = end[0] if isinstance(end, list) and end else end
    if not end or not str(end).startswith("http"):
        saw("user-told", "the Spine Directory has no endpoint")
        return {}
    return {"root": quote(str(end), safe=":/%"), "asid": asid, "service": service}


def slots_of(place: dict[str, str]) -> list[dict[str, Any]]:
    now, until = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=task["encounter"]["within_hours"])
    stamp = "%Y-%m-%dT%H:%M:%S+00:00" if "plus-as-it-is" in options.fault else "%Y-%m-%dT%H:%M:%S%%2B00:00"
    query = (
        f"schedule.actor:healthcareservice={place['service']}&start=ge{now.strftime(stamp)}"
        f"&start=le{until.strftime(stamp)}&status=free&_include=Slot:schedule"
    )
    answer = provider("GET", f"{place['root']}/Slot?{query}", "search:slot", "organization/slot.read", place)
    if answer is None or answer.status_code != 200:
        saw(
            "user-told",
            "no slots could be had: " + (f"error {answer.status_code}" if answer is not None else "no answer"),
        )
        return []
    resources = [one["resource"] for one in answer.json().get("entry", [])]
    return sorted(
        (r for r in resources if r["resourceType"] == "Slot" and r["status"] == "free"), key=lambda r: r["start"]
    )


def booking_of(slot: dict[str, Any]) -> dict[str, Any]:
    caller = task["caller"]
    number = {"use": "official", "system": NHS, "value": caller["nhs_number"]}
    verified = {
        "url": "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-NHSNumberVerificationStatus-1",
        "valueCodeableConcept": {
            "coding": [
                {
                    "system": "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1",
                    "code": "01",
                }
            ]
        },
    }
    home = {"use": "home", "line": caller["address"]["line"], "city": caller["address"]["city"]}
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"profile": [CARE_CONNECT + "Patient-1"]},
        "name": [{"use": "official", "family": caller["family"], "given": caller["given"]}],
        "telecom": [{"system": "phone", "value": caller["phone"], "rank": 1}],
        "gender": caller["gender"],
        "birthDate": caller["birth_date"],
        "address": [{**home, "postalCode": caller["address"]["postcode"]}],
    }
    actor = {"reference": "#p1", "display": f"{caller['given'][0]} {caller['family']}"}
    if caller["nhs_number"]:
        patient["identifier"] = [{"extension": [verified], **number}]
        actor["identifier"] = number
    document = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": str(uuid.uuid4())}],
        "status": "current",
        "type": {
            "coding": [
                {
                    "system": "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.17",
                    "code": "POCD_MT200001GB02",
                    "display": "Integrated Urgent Care Report",
                }
            ]
        },
        "indexed": datetime.now(UTC).isoformat(),
        "content": [{"attachment": {"contentType": "application/hl7-v3+xml", "language": "en-GB"}}],
    }
    contained = {"resourceType": "Slot", "id": "s1", "meta": {"profile": [CARE_CONNECT + "Slot-1"]}, "status": "busy"}
    contained |= {name: slot[name] for name in ("identifier", "schedule", "start", "end") if name in slot}
    return {
        "resourceType": "Appointment",
        "meta": {"profile": [CARE_CONNECT + "Appointment-1"]},
        "contained": [patient, contained, document],
        "status": "booked",
        "description": "Referral from 111",
        "supportingInformation": [{"reference": "#d1"}],
        "start": slot["start"],
        "end": slot["end"],
        "slot": [{"reference": "#s1"}],
        "participant": [{"actor": actor, "status": "accepted"}],
    }


def book(place: dict[str, str], slots: list[dict[str, Any]]) -> dict[str, str] | None:
    """Book the first slot, or the next ones where it is taken meanwhile."""
    for slot in slots[:3]:
        identity, body, sent = str(uuid.uuid4()), booking_of(slot), 0
        answer = None
        while sent < 3:
            url, scope = f"{place['root']}/Appointment", "patient/appointment.write"
            answer = provider("POST", url, "create:appointment", scope, place, body, X_Request_ID=identity)
            sent += 1
            if answer is not None and answer.status_code < 500:
                break
            if "new-id-on-resend" in options.fault:
                identity = str(uuid.uuid4())
            time.sleep(0.2)
        if answer is not None and answer.status_code == 201:
            url = answer.headers["Location"].partition("/_history/")[0]
            made = {"url": url, "start": slot["start"], "service": place["service"]}
            remember(made, place)
            saw("booked-shown", f"Booked for {slot['start']}", [made])
            return made
        reason = f"{answer.status_code} {answer.text[:200]}" if answer is not None else "no answer"
        saw("user-told", f"not booked, or it is not known whether it is: {reason}")
        if answer is None or answer.status_code != 409 or sent > 1:
            # A conflict after a lost answer may be with what the first try booked.
            break
    return None


def memory() -> list[dict[str, Any]]:
    return json.loads(options.memory.read_text()) if options.memory.exists() else []


def remember(made: dict[str, str], place: dict[str, str]) -> None:
    options.memory.write_text(
        json.dumps([*memory(), {"nhs": task["caller"]["nhs_number"], "about": made, "place": place}])
    )


def cancel(one: dict[str, Any]) -> None:
    about, place = one["about"], one["place"]
    for _ in range(3):
        read = provider("GET", about["url"], "read:appointment", "patient/appointment.read", place)
        if read is None or read.status_code != 200:
            break
        appointment = read.json()
        if appointment["status"] != "booked":
            saw("user-told", f"the appointment is {appointment['status']} already", [about])
            return
        appointment["status"] = "cancelled"
        put = provider(
            "PUT",
            about["url"],
            "update:appointment",
            "patient/appointment.write",
            place,
            appointment,
            If_Match=read.headers["ETag"],
        )
        if put is not None and put.status_code == 200:
            saw("cancelled-shown", "It is cancelled.", [about])
            return
        if put is None or put.status_code not in (409, 412):
            break
    saw("not-cancelled-shown", "The appointment could not be cancelled: it stands.", [about])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def lets_go(one: dict[str, Any], names: dict[str, str]) -> bool:
    wishes = task["patient_says"]["cancel"]
    if "all" in wishes:
        return True
    called = (one["about"]["service"], names.get(one["about"]["service"], ""))
    parts = [wish.partition(" at ") for wish in wishes if " at " in wish]
    return any(moment(when) == moment(one["about"]["start"]) and where in called for when, _, where in parts)


def call() -> None:
    existing = [one for one in memory() if one["nhs"] == task["caller"]["nhs_number"] != ""]
    saw("reassessment-finished", task["encounter"]["disposition"])
    wanted, made = task["choose"]["service"], []
    case = (
        f"<serviceVersion>1.5</serviceVersion><c><caseRef>{task['task']}</caseRef><caseId>1</caseId>"
        f"<postcode>{task['caller']['address']['postcode']}</postcode><surgery>UNK</surgery><age>40</age>"
        "<ageFormat>Years</ageFormat><disposition>Dx05</disposition><symptomGroup/><symptomDiscriminatorList/>"
        "<searchDistance>60</searchDistance><gender>F</gender></c>"
    )
    listed = inside(dos("CheckCapacitySummary", case), "ServiceCareSummaryDestination")
    names = {first(inside(one, "id")): first(inside(one, "name")) for one in listed}
    if wanted:
        saw("services-shown", ", ".join(names.values()))
        place = place_of(wanted)
        if place is None:
            return
        for turn in range(2 if task["choose"]["slot"] == "change" else 1):
            if place:
                slots = slots_of(place)
                saw(
                    "slots-shown" if slots else "user-told", ", ".join(s["start"] for s in slots) or "no slots are free"
                )
                slots = slots[::-1] if task["choose"]["slot"] == "last" else slots[turn:]
                made += [one for one in [book(place, slots)] if one]
        own = next((one for one in listed if first(inside(one, "id")) == wanted), "")
        required = re.search(
            r"(?:requirebooking|REQUIRESAPPOINTMENT)</(?:\w+:)?name>.*?value>\s*true", own, re.I | re.S
        )
        if required and not made:
            saw("referral-blocked", "This service takes no referral without a booking.")
        else:
            saw("referral-sent", "", made[-1:])
        if not made:
            return
    if task["choose"]["slot"] == "change" and len(made) == 2:
        existing += [one for one in memory() if one["about"] == made[0]]
        gone = [existing[-1]]
    else:
        gone = [one for one in existing if lets_go(one, names) and not task["patient_says"]["declines"]]
    if existing:
        saw("existing-appointments-shown", "", [one["about"] for one in existing])
        saw("cancel-offered", "Is one of them not needed any more?", [one["about"] for one in existing])
        saw("patient-confirmed" if gone else "patient-declined", "", [one["about"] for one in gone or existing])
    for one in gone:
        cancel(one)


answer: dict[str, Any] = {"contract": 1, "task": task["task"], "outcome": "finished", "why": "", "events": events}
if task["kind"] == "hello":
    answer |= {"name": "A script", "version": "3", "supports": ["dos", "sds", "ssp", "cancel-later"]}
else:
    call()
print(json.dumps(answer))
