"""A 111 desk that is a web page: Flask, requests, and a cache of what the Spine Directory said.

A person works it in a browser, screen by screen. It knows the standard, and neither the harness nor its contract.
``--fault`` gives it a habit of such desks.
"""

from __future__ import annotations

import argparse
import base64
import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import ldap3
import requests
from flask import Flask, redirect, render_template_string, request
from lxml import etree

FAULTS = ("remembers-slots", "one-trace", "hopes", "cached-version")
REST = "urn:nhs:names:services:careconnect:fhir:rest:"
DOS = "https://nww.pathwaysdos.nhs.uk/app/api/webservices"
STU3 = "https://fhir.hl7.org.uk/STU3"
NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
SLOT_READ, READ, WRITE = "organization/slot.read", "patient/appointment.read", "patient/appointment.write"

parser = argparse.ArgumentParser()
for name in ("port", "dos", "sds", "ssp", "ca", "asid", "ods"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--fault", action="append", default=[], choices=FAULTS)
given = parser.parse_args()
web = requests.Session()
web.verify, web.trust_env = given.ca, False
trace_of_the_program = str(uuid.uuid4())
places: dict[str, dict[str, str]] = {}  # what SDS said, by ASID: it changes seldom
remembered: dict[str, list[Any]] = {}  # slots by service
booked: list[dict[str, Any]] = []
calls: dict[str, dict[str, Any]] = {}


class Rejected(Exception):
    """What the user is to read."""


# -- the directories


def dos(operation: str, parts: dict[str, Any]) -> Any:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    envelope = etree.Element(f"{{{soap}}}Envelope")
    asked = etree.SubElement(etree.SubElement(envelope, f"{{{soap}}}Body"), f"{{{DOS}}}{operation}")

    def fill(element: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            child = etree.SubElement(element, f"{{{DOS}}}{name}")
            if isinstance(value, dict):
                fill(child, value)
            else:
                child.text = str(value)

    fill(asked, {"userInfo": {"username": "desk", "password": "desk"}, **parts})
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{DOS}/{operation}"'}
    answer = web.post(given.dos, data=etree.tostring(envelope), headers=headers, timeout=20)
    return etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))


def text(element: Any, name: str) -> str:
    return element.findtext(f"{{*}}{name}", "").strip()


def services(call: dict[str, Any]) -> list[dict[str, Any]]:
    case = {
        "caseRef": call["id"],
        "caseId": call["id"],
        "postcode": call["patient"]["postcode"],
        "surgery": "UNK",
        "age": 50,
        "ageFormat": "Years",
        "disposition": "Dx05",
        "symptomGroup": "",
        "symptomDiscriminatorList": "",
        "searchDistance": 60,
        "gender": "F",
    }
    found = []
    for one in dos("CheckCapacitySummary", {"serviceVersion": "1.5", "c": case}).iter(
        "{*}ServiceCareSummaryDestination"
    ):
        attributes = {text(a, "name").lower(): text(a, "value").lower() for a in one.iter("{*}attribute")}
        needs = "true" in (attributes.get("requirebooking"), attributes.get("requiresappointment"))
        found.append({"id": text(one, "id"), "name": text(one, "name"), "needs_booking": needs})
    return found


def place_of(service: str) -> dict[str, str] | None:
    details = dos("ServiceDetailsById", {"serviceVersion": "1.5", "serviceId": service})
    pointers = [
        text(one, "address") for one in details.iter("{*}endpoint") if text(one, "interaction").lower() == "scheduling"
    ]
    if len(pointers) > 1:
        raise Rejected(f"There are {len(pointers)} ways to book this service. Please choose another one.")
    if not pointers:
        return None
    asid = pointers[0].partition(":")[2].strip()
    if asid not in places:
        places[asid] = looked_up(asid)
    return places[asid]


def looked_up(asid: str) -> dict[str, str]:
    with ldap3.Connection(ldap3.Server(given.sds, get_info=ldap3.NONE), auto_bind=True, check_names=False) as sds:

        def found(query: str) -> list[dict[str, list[str]]]:
            sds.search("ou=services, o=nhs", query, attributes=["*"])
            entries = [one["raw_attributes"] for one in sds.response or []]
            return [{n.lower(): [v.decode() for v in values] for n, values in one.items()} for one in entries]

        systems = found(f"(uniqueIdentifier={asid})")
        offered = systems[0].get("nhsassvcia", []) if len(systems) == 1 else []
        if f"{REST}create:appointment" not in offered or any("gpconnect" in one for one in offered):
            raise Rejected("The directory does not say how this service is booked.")
        key = systems[0]["nhsmhspartykey"][0]
        ends = [
            one.get("nhsmhsendpoint", [""])[0]
            for one in found(f"(&(nhsMhsPartyKey={key})(nhsMhsSvcIA={REST}read:slot))")
        ]
    if len(ends) != 1 or not ends[0].startswith("https://"):
        raise Rejected("The directory has no address for this service.")
    return {"root": quote(ends[0], safe=":/%"), "asid": asid}


# -- the provider


def bearer(root: str, scope: str) -> str:
    issued = int(time.time()) - 1
    claims = {
        "iss": "https://desk.browser.example/spine",
        "sub": "b.7",
        "aud": root,
        "iat": issued,
        "exp": issued + 300,
        "reason_for_request": "directcare",
        "requested_scope": scope,
        "requesting_device": {
            "resourceType": "Device",
            "identifier": [{"system": "https://desk.browser.example/id", "value": "1"}],
            "model": "Browser desk",
            "version": "1",
        },
        "requesting_organization": {
            "resourceType": "Organization",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": given.ods}],
            "name": "Browser 111",
        },
    }
    parts = (json.dumps(one, separators=(",", ":")).encode() for one in ({"alg": "none", "typ": "JWT"}, claims))
    return "Bearer " + ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts) + "."


def ask(
    method: str, place: dict[str, str], url: str, what: str, scope: str, body: Any = None, version: str = ""
) -> Any:
    headers = {
        "Authorization": bearer(place["root"], scope),
        "Ssp-TraceID": trace_of_the_program if "one-trace" in given.fault else str(uuid.uuid4()),
        "Ssp-From": given.asid,
        "Ssp-To": place["asid"],
        "Ssp-InteractionID": REST + what,
        "X-Request-ID": str(uuid.uuid4()),
        "Accept": "application/fhir+json;charset=utf-8",
    }
    if body is not None:
        headers["Content-Type"] = "application/fhir+json;charset=utf-8"
    if version:
        headers["If-Match"] = version
    content = None if body is None else json.dumps(body, indent=1).encode()
    try:
        return web.request(method, f"{given.ssp}/{url}", data=content, headers=headers, timeout=20)
    except requests.RequestException:
        raise Rejected("The other side gave no answer. It is not known whether this was done.") from None


def why(answer: Any) -> str:
    try:
        issues = answer.json()["issue"]
        return str(issues[0].get("diagnostics") or issues[0]["details"]["coding"][0]["display"])
    except (ValueError, KeyError, IndexError, TypeError):
        return "the connection to the service failed" if answer.status_code in (502, 504) else "no reason was given"


def slots(place: dict[str, str], service: str, hours: float) -> list[Any]:
    if "remembers-slots" in given.fault and service in remembered:
        return remembered[service]
    now = datetime.now(UTC)
    bounds = [
        ("start", f"{sign}{at.isoformat(timespec='seconds')}")
        for sign, at in (("ge", now), ("le", now + timedelta(hours=hours)))
    ]
    query = urlencode(
        [("schedule.actor:healthcareservice", service), *bounds, ("status", "free"), ("_include", "Slot:schedule")]
    )
    answer = ask("GET", place, f"{place['root']}/Slot?{query}", "search:slot", SLOT_READ)
    if answer.status_code != 200:
        raise Rejected(f"The appointment times could not be had: {why(answer)}.")
    found = [one["resource"] for one in answer.json().get("entry", []) if one["resource"]["resourceType"] == "Slot"]
    remembered[service] = sorted((one for one in found if one["status"] == "free"), key=lambda one: str(one["start"]))
    return remembered[service]


def appointment(slot: dict[str, Any], patient: dict[str, str]) -> dict[str, Any]:
    verified = {
        "url": f"{STU3}/StructureDefinition/Extension-CareConnect-NHSNumberVerificationStatus-1",
        "valueCodeableConcept": {
            "coding": [{"system": f"{STU3}/CodeSystem/CareConnect-NHSNumberVerificationStatus-1", "code": "01"}]
        },
    }
    number = {"use": "official", "system": NUMBER, "value": patient["nhs_number"]}
    identified = {"identifier": [{"extension": [verified], **number}]} if patient["nhs_number"] else {}
    code = {
        "system": "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.17",
        "code": "POCD_MT200001GB02",
        "display": "Integrated Urgent Care Report",
    }
    copied = {name: slot[name] for name in ("identifier", "schedule", "start", "end") if name in slot}
    contained = [
        {
            "resourceType": "Patient",
            "id": "patient-1",
            "meta": {"profile": [f"{STU3}/StructureDefinition/CareConnect-Patient-1"]},
            **identified,
            "name": [{"use": "official", "family": patient["family"], "given": patient["given"].split()}],
            "telecom": [{"system": "phone", "value": patient["phone"], "rank": 1}],
            "gender": patient["gender"],
            "birthDate": patient["birth_date"],
            "address": [{"use": "home", "line": [patient["line"]], "postalCode": patient["postcode"]}],
        },
        {
            "resourceType": "Slot",
            "id": "slot-1",
            "meta": {"profile": [f"{STU3}/StructureDefinition/CareConnect-Slot-1"]},
            "status": "busy",
            **copied,
        },
        {
            "resourceType": "DocumentReference",
            "id": "document-1",
            "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": str(uuid.uuid4())}],
            "status": "current",
            "type": {"coding": [code]},
            "indexed": datetime.now(UTC).isoformat(timespec="seconds"),
            "content": [{"attachment": {"contentType": "application/hl7-v3+xml", "language": "en"}}],
        },
    ]
    actor = {"reference": "#patient-1", "display": f"{patient['given']} {patient['family']}"}
    return {
        "resourceType": "Appointment",
        "meta": {"profile": [f"{STU3}/StructureDefinition/CareConnect-Appointment-1"]},
        "language": "en",
        "contained": contained,
        "status": "booked",
        "description": "111 Referral",
        "supportingInformation": [{"reference": "#document-1"}],
        "start": slot["start"],
        "end": slot["end"],
        "slot": [{"reference": "#slot-1"}],
        "participant": [
            {"actor": {**actor, **({"identifier": number} if patient["nhs_number"] else {})}, "status": "accepted"}
        ],
    }


def book(call: dict[str, Any], place: dict[str, str], slot: dict[str, Any]) -> dict[str, Any]:
    answer = ask(
        "POST", place, f"{place['root']}/Appointment", "create:appointment", WRITE, appointment(slot, call["patient"])
    )
    made = {
        "service": call["service"]["id"],
        "name": call["service"]["name"],
        "start": slot["start"],
        "place": place,
        "url": "",
    }
    if answer.status_code != 201:
        if "hopes" in given.fault:
            return made
        raise Rejected(f"It is not booked: {why(answer)}.")
    made |= {
        "url": answer.headers["Location"].partition("/_history/")[0],
        "body": answer.json(),
        "version": answer.headers["ETag"],
    }
    booked.append({**made, "nhs": call["patient"]["nhs_number"]})
    return booked[-1]


def cancel(one: dict[str, Any]) -> None:
    version, body = one["version"], one["body"]
    if "cached-version" not in given.fault:
        read = ask("GET", one["place"], one["url"], "read:appointment", READ)
        if read.status_code != 200:
            raise Rejected(f"It could not be read: {why(read)}.")
        version, body = read.headers["ETag"], read.json()
    if body["status"] != "booked":
        raise Rejected(f"It is {body['status']} already.")
    answer = ask("PUT", one["place"], one["url"], "update:appointment", WRITE, {**body, "status": "cancelled"}, version)
    if answer.status_code != 200:
        raise Rejected(f"It still stands: {why(answer)}.")


# -- the screens

app = Flask(__name__)
PAGE = """<!doctype html><html lang="en"><title>Desk</title><main>
{% for note in notes %}<p class="note">{{ note }}</p>{% endfor %}{% block body %}{% endblock %}</main></html>"""
FIELDS = ("nhs_number", "given", "family", "gender", "birth_date", "phone", "line", "postcode")
START = """<form method="post"><h1>Caller</h1>
{% for name in fields %}<label>{{ name }} <input name="{{ name }}"></label>{% endfor %}
<button>Open the record</button></form>"""
RECORD = """<form method="post" action="services"><h1>Assessment</h1>
<label>Hours <input name="hours"></label><button>The assessment is finished</button></form>"""
SERVICES = """<form method="post" action="service"><h1>Services</h1>{% for one in call.services %}
<label><input type="radio" name="service" value="{{ one.id }}">{{ one.name }}</label>{% endfor %}
<button>Choose</button></form><a href="existing">No new appointment</a>"""
SLOTS = """<form method="post" action="book"><h1>Times</h1>{% for one in slots %}
<label><input type="radio" name="slot" value="{{ loop.index0 }}" data-start="{{ one.start }}">{{ one.start }}</label>
{% endfor %}
<button>Book</button></form>"""
RESULT = """<h1>{{ heading }}</h1>{% if made %}<ul id="made"><li data-url="{{ made.url }}" data-start="{{ made.start }}"
data-service="{{ made.service }}">{{ made.start }} at {{ made.name }}</li></ul>
<a href="times">Another time</a>{% endif %}
<a href="existing">Existing appointments</a>"""
EXISTING = """<form method="post" action="cancel"><h1>Existing appointments</h1>{% for one in known %}
<label><input type="checkbox" name="gone" value="{{ one.url }}" data-url="{{ one.url }}" data-start="{{ one.start }}"
data-service="{{ one.service }}" data-name="{{ one.name }}">{{ one.start }} at {{ one.name }}</label>{% endfor %}
{% if known %}<p id="offer">Cancel those that the patient does not need any more.</p>
<button>Cancel them</button>{% endif %}</form>"""


def screen(body: str, *notes: str, **values: Any) -> str:
    return render_template_string(PAGE.replace("{% block body %}{% endblock %}", body), notes=notes, **values)


@app.get("/")
def start() -> str:
    return screen(START, fields=FIELDS)


@app.post("/")
def opened() -> Any:
    identity = str(uuid.uuid4())
    calls[identity] = {"id": identity, "patient": {name: request.form[name] for name in FIELDS}, "made": []}
    return redirect(f"/{identity}/record")


@app.get("/<identity>/record")
def record(identity: str) -> str:
    return screen(RECORD)


@app.post("/<identity>/services")
def listed(identity: str) -> str:
    call = calls[identity]
    call |= {"hours": float(request.form["hours"]), "services": services(call)}
    return screen(SERVICES, call=call)


@app.post("/<identity>/service")
def chosen(identity: str) -> Any:
    call = calls[identity]
    call["service"] = next(one for one in call["services"] if one["id"] == request.form["service"])
    return redirect("times")


@app.get("/<identity>/times")
def times(identity: str) -> str:
    call = calls[identity]
    try:
        place = place_of(call["service"]["id"])
    except Rejected as refused:
        if str(refused).startswith("There are"):
            return screen("<h1>Halted</h1>", str(refused))
        return unbooked(call, str(refused))
    if place is None:
        return unbooked(call, "This service cannot be booked from here.")
    try:
        found = slots(place, call["service"]["id"], call["hours"])
    except Rejected as refused:
        return unbooked(call, str(refused))
    call |= {"place": place, "slots": found}
    return screen(SLOTS, slots=found) if found else unbooked(call, "There are no free times.")


def unbooked(call: dict[str, Any], reason: str) -> str:
    blocked = call["service"]["needs_booking"] and not call["made"]
    return screen(RESULT, reason, heading="The referral is blocked" if blocked else "The referral is sent", made=None)


@app.post("/<identity>/book")
def make(identity: str) -> str:
    call = calls[identity]
    try:
        made = book(call, call["place"], call["slots"][int(request.form["slot"])])
    except Rejected as refused:
        return unbooked(call, str(refused))
    call["made"].append(made)
    return screen(RESULT, "The appointment is booked.", heading="The referral is sent", made=made)


@app.get("/<identity>/existing")
def existing(identity: str) -> str:
    call = calls[identity]
    number = call["patient"]["nhs_number"]
    newest = call["made"][-1]["url"] if call["made"] else None
    known = [one for one in booked if number and one["nhs"] == number and one["url"] != newest]
    return screen(EXISTING, known=known)


@app.post("/<identity>/cancel")
def gone(identity: str) -> str:
    lines = []
    for one in (one for one in booked if one["url"] in request.form.getlist("gone")):
        try:
            cancel(one)
            lines.append({**one, "done": "cancelled", "said": "It is cancelled."})
        except Rejected as refused:
            lines.append({**one, "done": "stands", "said": str(refused)})
    shown = """<h1>Outcome</h1><ul>{% for one in lines %}<li class="{{ one.done }}" data-url="{{ one.url }}"
data-start="{{ one.start }}" data-service="{{ one.service }}">{{ one.said }}</li>{% endfor %}</ul>"""
    return screen(shown, lines=lines)


if __name__ == "__main__":
    from werkzeug.serving import make_server

    make_server("127.0.0.1", int(given.port), app, threaded=True).serve_forever()
