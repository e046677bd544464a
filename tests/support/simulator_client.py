"""A small consumer of its own for the simulator's tests: launches the program and speaks HTTP to it."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
import time
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

START_SECONDS = 120
SOON_SECONDS = 20
SERVICE = "schedule.actor%3Ahealthcareservice"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
UUID = "https://tools.ietf.org/html/rfc4122"
LOCAL_PATIENT_MARK = "local-patient"
VERIFICATION = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-NHSNumberVerificationStatus-1"


class Simulator:
    """A simulator in a process of its own; `config` is the settings file that it wrote, parsed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.file = folder / f"sim-{uuid.uuid4().hex[:8]}.toml"
        command = [sys.executable, "-m", "uec_booking.simulator", "--port", "0", "--until-stdin-closes"]
        self.process = subprocess.Popen(
            [*command, "--write-config", str(self.file), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"the simulator did not start: {self.process.communicate(timeout=30)[1]!r}")
            time.sleep(0.02)
        #: What it wrote on its standard error, once it has ended.
        self.said = ""
        self.config: dict[str, Any] = tomllib.loads(self.file.read_text())
        self.session = requests.Session()
        self.session.trust_env = False
        tls = self.config.get("tls", {})
        self.session.verify = str(folder / tls["ca"]) if tls else True
        if "client_key" in tls:
            self.session.cert = (str(folder / tls["client_certificate"]), str(folder / tls["client_key"]))
        self.session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=64))
        self.session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=64))

    def consumer(self, section: str = "provider", organisation: str = "first_111") -> Consumer:
        """A consumer of one provider."""
        return Consumer(self, self.config[section], self.config["organisations"][organisation])

    def registry(self, organisation: str = "first_111") -> Consumer:
        """A consumer of the registry."""
        url = self.config["registry"]["base_url"]
        settings = {"base_url": url, "audience": url, "services": {}}
        return Consumer(self, settings, self.config["organisations"][organisation])

    def control(self, method: str, path: str, body: object = None) -> requests.Response:
        """A call of the control interface."""
        control = self.config["control"]
        headers = {"Authorization": f"Bearer {control['token']}"}
        return self.session.request(method, control["url"] + path, json=body, headers=headers, timeout=10)

    def close(self, kill: bool = False) -> int:
        """End the program, politely by closing its input, and return its exit status."""
        if kill:
            self.process.kill()
        self.said = self.process.communicate(timeout=30)[1].decode()
        self.session.close()
        return self.process.returncode


@dataclass
class Consumer:
    """Requests to one system in the name of one organisation."""

    simulator: Simulator
    settings: dict[str, Any]
    organisation: dict[str, Any]
    patient: str = field(default_factory=lambda: nhs_number())

    def claims(self, scope: str, **changes: Any) -> dict[str, Any]:
        """The claims of a right token."""
        now = int(time.time())
        organisation = {
            "resourceType": "Organization",
            "identifier": [
                {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": self.organisation["ods"]}
            ],
            "name": self.organisation["name"],
        }
        device = {
            "resourceType": "Device",
            "identifier": [{"system": "https://consumer.example/Id/device", "value": "D1"}],
            "model": "Consumer",
            "version": "1",
        }
        return {
            "iss": "https://consumer.example/endpoint",
            "sub": "user-1",
            "aud": self.settings["audience"],
            "iat": now,
            "exp": now + 300,
            "reason_for_request": "directcare",
            "requested_scope": scope,
            "requesting_device": device,
            "requesting_organization": organisation,
        } | changes

    def send(
        self,
        method: str,
        path: str,
        scope: str,
        body: Any = None,
        token: str | None = None,
        params: dict[str, Any] | None = None,
        **headers: str | None,
    ) -> requests.Response:
        """A request with a right token or the one given; header names have _ for -, None leaves out."""
        sent = {
            "Authorization": f"Bearer {token or unsigned(self.claims(scope))}",
            "X-Request-ID": str(uuid.uuid4()),
            "Ssp-TraceID": str(uuid.uuid4()),
            "Ssp-From": self.organisation["asid"],
            "Ssp-To": "918999198999",
            "Ssp-InteractionID": "urn:nhs:names:services:careconnect:fhir:rest:read:metadata",
            "Accept": "application/fhir+json",
            "Accept-Encoding": "identity",
        }
        if body is not None:
            sent["Content-Type"] = "application/fhir+json;charset=utf-8"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        url = path if path.startswith("http") else self.settings["base_url"] + path
        return self.simulator.session.request(method, url, params=params, data=data, headers=sent, timeout=30)

    def slots(self, hours: float = 24, query: str = "", service: str = "") -> list[dict[str, Any]]:
        """The free slots of the coming hours."""
        answer = self.search(hours, query, service)
        assert answer.status_code == 200, answer.text
        entries = answer.json().get("entry", [])
        return [e["resource"] for e in entries if e["resource"]["resourceType"] == "Slot"]

    def bookable(self, hours: float = 24) -> list[dict[str, Any]]:
        """Of the free slots of the coming hours those that do not begin while a test is about to book them."""
        soon = datetime.now(UTC) + timedelta(minutes=5)
        return [slot for slot in self.slots(hours) if datetime.fromisoformat(slot["start"]) > soon]

    def search(self, hours: float = 24, query: str = "", service: str = "") -> requests.Response:
        """A slot search from now on."""
        now = datetime.now(UTC)
        until = quote(instant(now + timedelta(hours=hours)), safe="")
        service = service or self.settings["services"]["later"]
        since = quote(instant(now), safe="")
        path = f"/Slot?{SERVICE}={service}&start=ge{since}&start=le{until}&status=free{query}"
        return self.send("GET", path, "organization/slot.read")

    def book(self, body: dict[str, Any] | bytes, **headers: str | None) -> requests.Response:
        """A booking."""
        return self.send("POST", "/Appointment", "patient/appointment.write", body, **headers)

    def book_any(self, slot: dict[str, Any] | None = None) -> requests.Response:
        """A booking of this slot, or of one picked at random."""
        slot = slot or random.choice(self.bookable())
        answer = self.book(booking(slot, self.patient))
        assert answer.status_code == 201, f"{answer.text} at {answer.headers['Date']}, for {slot}"
        return answer

    def read(self, url: str) -> requests.Response:
        """A read, by path or absolute URL."""
        return self.send("GET", url, "patient/appointment.read")

    def cancel(self, url: str, **headers: str) -> requests.Response:
        """Read, set cancelled, PUT with the version read."""
        current = self.read(url).json()
        headers = {"If_Match": f'W/"{current["meta"]["versionId"]}"', **headers}
        return self.put(url, {**current, "status": "cancelled"}, **headers)

    def put(self, url: str, body: Any, **headers: str) -> requests.Response:
        """An update."""
        return self.send("PUT", url, "patient/appointment.write", body, **headers)

    def search_pointers(self, nhs: str) -> requests.Response:
        """A search of the registry for the entries of a patient; at a provider, for the patient's appointments."""
        return self.read(
            f"/Appointment?Appointment.participant.actor:Patient.identifier={quote(f'{NHS}|{nhs}', safe='')}"
        )

    def pointers(self, nhs: str) -> list[dict[str, Any]]:
        """The registry's entries of a patient."""
        answer = self.search_pointers(nhs)
        assert answer.status_code == 200, answer.text
        return [entry["resource"] for entry in answer.json().get("entry", [])]


def unsigned(claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """An unsigned JWT."""
    parts = (header or {"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."


def instant(moment: datetime) -> str:
    """A FHIR instant."""
    return moment.replace(microsecond=0).isoformat()


def nhs_number() -> str:
    """A valid NHS number of the range kept for tests."""
    while True:
        digits = f"999{random.randrange(10**6):06d}"
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return digits + str(check % 11)


def booking(slot: dict[str, Any], nhs: str) -> dict[str, Any]:
    """A booking that keeps the rules of every edition."""
    status = {"system": VERIFICATION.replace("StructureDefinition/Extension-", "CodeSystem/"), "code": "01"}
    patient = {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [
            {
                "extension": [{"url": VERIFICATION, "valueCodeableConcept": {"coding": [status]}}],
                "use": "official",
                "system": NHS,
                "value": nhs,
            }
        ],
        "name": [{"use": "official", "family": "Testcase", "given": ["Tamsin"]}],
        "telecom": [{"system": "phone", "value": "01632 960001", "use": "mobile", "rank": 1}],
        "gender": "female",
        "birthDate": "1980-02-29",
        "address": [{"use": "home", "line": ["1 Test Street"], "postalCode": "ZZ99 3CZ"}],
    }
    document = {
        "resourceType": "DocumentReference",
        "id": "document",
        "identifier": [{"system": UUID, "value": str(uuid.uuid4())}],
        "status": "current",
        "type": {"coding": [{"system": "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.17", "code": "POCD_MT200001GB02"}]},
        "indexed": instant(datetime.now(UTC)),
        "content": [{"attachment": {"contentType": "application/hl7-v3+xml", "language": "en"}}],
    }
    contained_slot = {
        "resourceType": "Slot",
        "id": "slot",
        "identifier": slot["identifier"],
        "schedule": slot["schedule"],
        "status": "busy",
        "start": slot["start"],
        "end": slot["end"],
    }
    identifier = {"use": "official", "system": NHS, "value": nhs}
    actor = {"reference": "#patient", "identifier": identifier, "display": "Tamsin Testcase"}
    return {
        "resourceType": "Appointment",
        "meta": {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Appointment-1"]},
        "language": "en-GB",
        "contained": [document, patient, contained_slot],
        "status": "booked",
        "description": "111 Referral",
        "supportingInformation": [{"reference": "#document"}],
        "start": slot["start"],
        "end": slot["end"],
        "slot": [{"reference": "#slot"}],
        "created": instant(datetime.now(UTC)),
        "participant": [{"actor": actor, "status": "accepted"}],
    }


def soon(what: Callable[[], Any], seconds: float = SOON_SECONDS) -> Any:
    """What `what` gives once that is true; AssertionError if it does not come to be in time."""
    deadline = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, "it did not come to be in time"
        time.sleep(0.02)
    return value
