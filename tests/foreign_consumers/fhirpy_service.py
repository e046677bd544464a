"""A 111 service over libraries: fhirpy for FHIR, zeep for DoS, ldap3 for SDS; a webhook that answers 202.

It knows the standard and the contract, and nothing of the harness. ``--fault`` gives it a habit of such services.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import jwt
import ldap3
import requests
import zeep
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import BaseFHIRError
from zeep.exceptions import Fault

FAULTS = ("library-content-type", "headers-once", "no-version", "patches")
REST = "urn:nhs:names:services:careconnect:fhir:rest:"
NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
PROFILES = "https://fhir.hl7.org.uk/STU3/StructureDefinition/"
CODES = "https://fhir.hl7.org.uk/STU3/CodeSystem/"
USER = {"username": "fhirpy", "password": "none"}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("port", "dos", "sds-port", "ssp", "ca", "asid", "ods"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS)
    return parser.parse_args()


class Stopped(Exception):
    """It cannot go on as it was meant; the user is told why."""


class Halted(Stopped):
    """Not even the referral can be sent."""


class Service:
    """The 111 service: its settings, and what it booked, by NHS number."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.booked: dict[str, list[dict[str, str]]] = {}
        self.headers: dict[str, dict[str, str]] = {}

    # -- directories

    def directory(self) -> Any:
        session = requests.Session()
        session.verify, session.trust_env = self.given.ca, False
        return zeep.Client(f"{self.given.dos}?wsdl", transport=zeep.Transport(session=session, timeout=20)).service

    def services(self, task: dict[str, Any]) -> dict[str, Any]:
        case = {
            "caseRef": task["task"],
            "caseId": task["task"],
            "postcode": task["caller"]["address"]["postcode"],
            "surgery": "UNK",
            "age": 40,
            "ageFormat": "Years",
            "disposition": "Dx05",
            "symptomGroup": "",
            "symptomDiscriminatorList": "",
            "searchDistance": 60,
            "gender": "F",
        }
        found = self.directory().CheckCapacitySummary(userInfo=USER, serviceVersion="1.5", c=case)
        return {str(one.id): one for one in found}

    def place(self, service: str) -> dict[str, str] | None:
        """The provider of a service; None where it has no booking endpoint."""
        details = self.directory().ServiceDetailsById(userInfo=USER, serviceVersion="1.5", serviceId=service)[0]
        listed = details.endpoints.endpoint if details.endpoints else []
        wanted = [one for one in listed if str(one.interaction).lower() == "scheduling"]
        if len(wanted) > 1:
            raise Halted(f"{service} has {len(wanted)} booking endpoints.")
        if not wanted:
            return None
        asid = wanted[0].address.split(":")[1].strip()
        server = ldap3.Server("localhost", int(self.given.sds_port), get_info=ldap3.NONE)
        with ldap3.Connection(server, auto_bind=True, check_names=False, raise_exceptions=False) as sds:
            systems = self.found(sds, f"(&(objectClass=nhsAS)(uniqueIdentifier={asid}))")
            offered = systems[0].get("nhsAsSvcIA", []) if len(systems) == 1 else []
            if f"{REST}create:appointment" not in offered or any(":gpconnect:" in one for one in offered):
                raise Stopped(f"The Spine Directory does not tell how to book at {asid}.")
            key = systems[0]["nhsMHSPartyKey"][0]
            ends = self.found(sds, f"(&(nhsMHSPartyKey={key})(nhsMhsSvcIA={REST}create:appointment))")
        roots = [one.get("nhsMHSEndPoint", [""])[0] for one in ends]
        if len(roots) != 1 or not roots[0].startswith("https://"):
            raise Stopped(f"The Spine Directory has no endpoint of {asid}.")
        return {"root": quote(roots[0], safe=":/%"), "asid": asid}

    @staticmethod
    def found(sds: ldap3.Connection, query: str) -> list[dict[str, list[str]]]:
        sds.search("ou=services,o=nhs", query, attributes=ldap3.ALL_ATTRIBUTES)
        entries = [one["raw_attributes"] for one in sds.response or [] if one["type"] == "searchResEntry"]
        return [{name: [value.decode() for value in values] for name, values in one.items()} for one in entries]

    # -- FHIR

    def client(self, place: dict[str, str], what: str, scope: str, **more: str) -> SyncFHIRClient:
        headers = {
            "Ssp-TraceID": str(uuid.uuid4()),
            "Ssp-From": self.given.asid,
            "Ssp-To": place["asid"],
            "X-Request-ID": str(uuid.uuid4()),
            "Accept-Encoding": "gzip, deflate",
        }
        if "headers-once" in self.given.fault:
            # As where the client is made once, with the headers that it is to send.
            headers["X-Request-ID"] = self.headers.setdefault(place["root"], headers)["X-Request-ID"]
        headers |= {"Ssp-InteractionID": REST + what}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        if what in ("create:appointment", "update:appointment") and "library-content-type" not in self.given.fault:
            headers["Content-Type"] = "application/fhir+json;charset=utf-8"
        return SyncFHIRClient(
            f"{self.given.ssp}/{place['root']}",
            authorization=f"Bearer {self.token(place['root'], scope)}",
            extra_headers=headers,
            requests_config={"verify": self.given.ca, "timeout": 20, "proxies": {"https": ""}},
        )

    def token(self, root: str, scope: str) -> str:
        now, user = int(time.time()), "adviser@fhirpy.example"
        practitioner = {
            "resourceType": "Practitioner",
            "id": user,
            "identifier": [
                {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "UNK"},
                {"system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": "UNK"},
                {"system": "https://fhirpy.example/users", "value": "7"},
            ],
            "name": [{"family": "Adviser", "given": ["Ada"]}],
        }
        device = {"system": "https://fhirpy.example/devices", "value": "8"}
        organisation = {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": self.given.ods}
        claims = {
            "iss": "https://fhirpy.example/",
            "sub": user,
            "aud": root,
            "iat": now,
            "exp": now + 300,
            "reason_for_request": "directcare",
            "requested_scope": scope,
            "requesting_device": {
                "resourceType": "Device",
                "identifier": [device],
                "model": "fhirpy",
                "version": "2",
            },
            "requesting_organization": {
                "resourceType": "Organization",
                "identifier": [organisation],
                "name": "Service over fhirpy",
            },
            "requesting_practitioner": practitioner,
        }
        return jwt.encode(claims, "", algorithm="none")

    def slots(self, place: dict[str, str], service: str, hours: float) -> list[Any]:
        now = datetime.now(UTC)
        wanted = {"schedule.actor:healthcareservice": service, "status": "free"}
        search = self.client(place, "search:slot", "organization/slot.read").resources("Slot").search(**wanted)
        window = search.search(start__ge=now, start__le=now + timedelta(hours=hours))
        found = window.include("Slot", "schedule").include("Schedule", "actor", "HealthcareService", iterate=True)
        return sorted((one.serialize() for one in found.fetch()), key=lambda slot: str(slot["start"]))

    def book(self, place: dict[str, str], service: str, slot: Any, caller: dict[str, Any]) -> dict[str, str]:
        """Book, and try once more where no answer came; raises BaseFHIRError."""
        client = self.client(place, "create:appointment", "patient/appointment.write")
        for last in (False, True):
            try:
                made, status = client._do_request(
                    "post", "Appointment", appointment(slot, caller), returning_status=True
                )
                break
            except (requests.RequestException, BaseFHIRError) as problem:
                unclear = isinstance(problem, requests.RequestException) or not str(problem).strip()
                if last or not unclear:
                    raise
        if status != 201:
            raise Stopped(f"The provider answered {status}, which is no booking.")
        url = f"{place['root']}/Appointment/{made['id']}"
        about = {"url": url, "start": str(made["start"]), "service": service}
        self.booked.setdefault(caller["nhs_number"], []).append({**about, **place})
        return about

    def cancel(self, one: dict[str, str]) -> None:
        """Cancel an appointment; raises BaseFHIRError or Stopped."""
        identity = one["url"].rpartition("/")[2]
        read = self.client(one, "read:appointment", "patient/appointment.read").get("Appointment", identity)
        if read["status"] != "booked":
            raise Stopped(f"The appointment is {read['status']} already.")
        version = {} if "no-version" in self.given.fault else {"If_Match": f'W/"{read["meta"]["versionId"]}"'}
        client = self.client(one, "update:appointment", "patient/appointment.write", **version)
        if "patches" in self.given.fault:
            client.patch("Appointment", identity, status="cancelled")
            return
        body = {**read, "status": "cancelled"}
        done = client._do_request("put", f"Appointment/{identity}", body)
        if done["status"] != "cancelled":
            raise Stopped("The provider did not cancel it.")


def appointment(slot: Any, caller: dict[str, Any]) -> dict[str, Any]:
    number = {"use": "official", "system": NUMBER, "value": caller["nhs_number"]}
    code = {"system": f"{CODES}CareConnect-NHSNumberVerificationStatus-1", "code": "01"}
    extension = {
        "url": f"{PROFILES}Extension-CareConnect-NHSNumberVerificationStatus-1",
        "valueCodeableConcept": {"coding": [code]},
    }
    address = caller["address"]
    patient = {
        "resourceType": "Patient",
        "id": "pat",
        "meta": {"profile": [f"{PROFILES}CareConnect-Patient-1"]},
        "name": [{"use": "official", "family": caller["family"], "given": caller["given"]}],
        "gender": caller["gender"],
        "birthDate": caller["birth_date"],
        "telecom": [{"system": "phone", "use": "mobile", "value": caller["phone"], "rank": 1}],
        "address": [{"use": "home", "line": address["line"], "postalCode": address["postcode"]}],
    }
    actor = {"reference": "#pat", "display": " ".join([*caller["given"], caller["family"]])}
    if caller["nhs_number"]:
        patient["identifier"] = [{**number, "extension": [extension]}]
        actor["identifier"] = number
    document = {
        "resourceType": "DocumentReference",
        "id": "doc",
        "meta": {"profile": [f"{PROFILES}CareConnect-DocumentReference-1"]},
        "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": f"urn:uuid:{uuid.uuid4()}"}],
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
        "indexed": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "content": [{"attachment": {"contentType": "application/hl7-v3+xml", "language": "en"}}],
    }
    kept = {name: slot[name] for name in ("identifier", "schedule", "start", "end") if name in slot}
    profile = {"meta": {"profile": [f"{PROFILES}CareConnect-Slot-1"]}}
    return {
        "resourceType": "Appointment",
        "meta": {"profile": [f"{PROFILES}CareConnect-Appointment-1"]},
        "language": "en-GB",
        "contained": [document, {"resourceType": "Slot", "id": "slo", "status": "busy", **profile, **kept}, patient],
        "status": "booked",
        "description": "111 referral",
        "supportingInformation": [{"reference": "#doc"}],
        "start": slot["start"],
        "end": slot["end"],
        "slot": [{"reference": "#slo"}],
        "participant": [{"actor": actor, "status": "accepted"}],
    }


class Call:
    """One call of a patient. What the user sees is posted as it happens."""

    def __init__(self, service: Service, task: dict[str, Any]) -> None:
        self.service, self.task = service, task

    def saw(self, what: str, text: str = "", about: Any = ()) -> None:
        seen = [{name: one[name] for name in ("url", "start", "service")} for one in about]
        event = {"at": datetime.now(UTC).isoformat(), "what": what, "about": seen, "text": text}
        self.post({"contract": 1, "task": self.task["task"], "events": [event]})

    def post(self, message: dict[str, Any]) -> None:
        requests.post(self.task["answer_to"], json=message, timeout=20).raise_for_status()

    def carry_out(self) -> None:
        answer: dict[str, Any] = {"contract": 1, "task": self.task["task"], "outcome": "finished", "why": ""}
        if self.task["kind"] == "hello":
            answer |= {"name": "fhirpy service", "version": "2", "supports": ["dos", "sds", "ssp", "cancel-later"]}
        else:
            self.take()
        self.post({**answer, "events": []})

    def take(self) -> None:
        known = list(self.service.booked.get(self.task["caller"]["nhs_number"], []))
        self.saw("reassessment-finished", self.task["encounter"]["reason"])
        services = self.service.services(self.task)
        if wanted := self.task["choose"]["service"]:
            made = self.book_at(wanted, services[wanted])
            if made and self.task["choose"]["slot"] == "change":
                self.saw("user-told", "The patient cannot come then: another time is looked for.")
                known.append(self.service.booked[self.task["caller"]["nhs_number"]][-1])
                made = self.book_at(wanted, services[wanted], after=made["start"])
            if not made:
                return
        if known:
            self.cancel_of(known, {one: str(found.name) for one, found in services.items()})

    def book_at(self, service: str, listed: Any, after: str = "") -> dict[str, str] | None:
        made = None
        self.saw("services-shown", str(listed.name))
        try:
            place = self.service.place(service)
            slots = self.service.slots(place, service, self.task["encounter"]["within_hours"]) if place else []
            self.saw("slots-shown" if slots else "user-told", f"{len(slots)} slots are free.")
            slots = [slot for slot in slots if str(slot["start"]) > after]
            if slots and place:
                slot = slots[-1 if self.task["choose"]["slot"] == "last" else 0]
                made = self.service.book(place, service, slot, self.task["caller"])
                self.saw("booked-shown", f"Booked: {made['start']}", [made])
        except Halted as problem:
            self.saw("user-told", f"No booking is possible: {problem}")
            return None
        except (Stopped, Fault, BaseFHIRError, requests.RequestException) as problem:
            self.saw("user-told", f"It was not booked: {str(problem)[:300] or 'the proxy gave no reason'}")
        attributes = listed.attributes.attribute if listed.attributes else []
        required = any(
            one.name.lower() in ("requirebooking", "requiresappointment") and one.value.lower() == "true"
            for one in attributes
        )
        if required and not made:
            self.saw("referral-blocked", "This service wants a booking.")
        else:
            self.saw("referral-sent")
        return made

    def cancel_of(self, known: list[dict[str, str]], names: dict[str, str]) -> None:
        says = self.task["patient_says"]
        self.saw("existing-appointments-shown", "", known)
        self.saw("cancel-offered", "Which of them is not needed?", known)
        wishes = says["cancel"] or (["last"] if self.task["choose"]["slot"] == "change" else [])
        gone = [] if says["declines"] else [one for one in known if goes(one, wishes, names)]
        gone = known[-1:] if wishes == ["last"] else gone
        self.saw("patient-confirmed" if gone else "patient-declined", "", gone or known)
        for one in gone:
            try:
                self.service.cancel(one)
                self.saw("cancelled-shown", "It is cancelled.", [one])
            except (Stopped, BaseFHIRError, requests.RequestException) as problem:
                self.saw("not-cancelled-shown", f"It stands: {str(problem)[:300]}", [one])


def goes(one: dict[str, str], wishes: list[str], names: dict[str, str]) -> bool:
    for wish in wishes:
        when, _, where = wish.partition(" at ")
        if wish == "all":
            return True
        if where in (one["service"], names.get(one["service"])):
            return datetime.fromisoformat(when) == datetime.fromisoformat(one["start"])
    return False


def main() -> None:
    service = Service(options())

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            task = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            threading.Thread(target=Call(service, task).carry_out, daemon=True).start()

        def log_message(self, format: str, *args: object) -> None: ...

    ThreadingHTTPServer(("127.0.0.1", int(service.given.port)), Hook).serve_forever()


if __name__ == "__main__":
    main()
