"""A conformant provider of another house: small, JSON only, and unlike the simulator wherever it may be.

Its ids are short numbers, its times have the offset +01:00 and fractions of seconds, its references are
absolute, its texts are its own. It keeps no history, cannot be searched for appointments, and lets only
the organisation that booked cancel. It answers as the edition that it was built for asks.
Nothing here comes from the project that tests it.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

Resource = dict[str, Any]

EDITIONS = ("0.1.15", "0.1.16", "0.1.17", "0.2.0", "1.0.0-RC1", "1.0.0")
SERVICE, EMPTY_SERVICE = "700100", "700200"

_LOCAL = timezone(timedelta(hours=1))
_PROFILE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-{}-1"
_PARAMETERS = ("schedule.actor:healthcareservice", "start", "status", "_format")
_UUID = "https://tools.ietf.org/html/rfc4122"
_CLAIMS = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "reason_for_request",
    "requested_scope",
    "requesting_device",
    "requesting_organization",
]


class No(Exception):
    """A refusal, with the status and the words for it."""

    def __init__(self, status: int, code: str, words: str, where: str = "") -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.where = status, code, words, where


@dataclass
class Gap:
    """A stretch of time that can be booked."""

    number: int
    key: str
    start: datetime
    taken: bool = False

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=12)


@dataclass
class Book:
    """All that the provider knows; every use is under the lock."""

    gaps: list[Gap]
    kept: dict[str, Resource] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(40017, 3))
    versions: Any = field(default_factory=lambda: itertools.count(501, 7))
    lock: threading.RLock = field(default_factory=threading.RLock)


def make_app(root: str, edition: str = EDITIONS[-1], audience: str = "", hours: int = 48) -> Flask:
    """The provider at ``root``. ``audience``: the service root that tokens name, where it is another."""
    at = EDITIONS.index(edition)
    newer, latest = at >= EDITIONS.index("0.2.0"), at >= EDITIONS.index("1.0.0-RC1")
    literal = at == 0
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=9)
    book = Book([Gap(n + 1, str(uuid.uuid4()), begin + timedelta(minutes=15 * n)) for n in range(4 * hours)])
    app = Flask("minimal")
    path = "/" + root.split("/", 3)[3] if root.count("/") > 2 else ""

    # -- answering ----------------------------------------------------------------------

    def answer(status: int, body: Resource, **headers: str) -> Response:
        made = Response(json.dumps(body), status, content_type="application/fhir+json;charset=UTF-8")
        made.headers["Cache-Control"] = "private, no-store"
        if newer:
            made.headers["Strict-Transport-Security"] = "max-age=86400"
            made.headers["X-Request-Id"] = f"minimal-{time.monotonic_ns()}"
            if "X-Request-Id" in request.headers:
                made.headers["X-Correlation-Id"] = request.headers["X-Request-Id"]
        for name, value in headers.items():
            made.headers[name.replace("_", "-")] = value
        return made

    @app.errorhandler(No)
    def refuse(no: No) -> Response:
        issue = {"severity": "error", "code": no.code, "diagnostics": no.words}
        if no.where:
            issue["expression"] = [no.where]  # type: ignore[assignment]
        return answer(no.status, {"resourceType": "OperationOutcome", "id": "o1", "issue": [issue]})

    @app.errorhandler(404)
    @app.errorhandler(405)
    def lost(problem: Any) -> Response:
        made = refuse(No(problem.code, "not-supported", "We do nothing of that kind here."))
        made.headers.extend({"Allow": ", ".join(sorted(problem.valid_methods))} if problem.code == 405 else {})
        return made

    @app.errorhandler(500)
    def broken(_: Any) -> Response:
        return refuse(No(500, "exception", "Our fault."))

    # -- who asks -----------------------------------------------------------------------

    def caller(scope: str, instead: str = "") -> str:
        """The ODS code of the organisation that asks; ``No`` for any token that is not good."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            first, second, third = token.split(".")
            head, claims = (json.loads(_decoded(p)) for p in (first, second))
            good = scheme.lower() == "bearer" and not third and head["alg"] == "none"
            good = good and all(claims.get(c) for c in _CLAIMS)
            begins, ends, now = claims["iat"], claims["exp"], time.time()
            organisation = next(i["value"] for i in claims["requesting_organization"]["identifier"])
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
            raise No(403, "security", "That is not a token we can read.") from None
        if not good:
            raise No(403, "security", "The token lacks something.")
        if begins > now + 10 or ends < now or ends - begins > 310:
            raise No(403, "expired", "The token is not of this time.")
        if claims["aud"] != (audience or root):
            raise No(403, "security", "The token is for somebody else.")
        if claims["reason_for_request"] != "directcare" or claims["requested_scope"] not in (scope, instead):
            raise No(403, "forbidden", "The token is for something else.")
        for name in ("Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"):
            if name not in request.headers:
                raise No(400, "required", f"{name} is not there: come through the proxy.")
        wanted = request.args.get("_format") or request.headers.get("Accept") or "json"
        if "json" not in wanted and "*/*" not in wanted:
            raise No(501 if latest else 415 if newer else 400, "not-supported", "We speak JSON only.")
        return str(organisation)

    def sent(kind: str) -> Resource:
        if request.mimetype not in ("application/fhir+json", "application/json"):
            raise No(415, "not-supported", "We read JSON only.")
        raw = request.get_data()
        try:
            body = json.loads(gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw)
        except (ValueError, OSError):
            raise No(400, "structure", "We could not make sense of what you sent.") from None
        if not isinstance(body, dict) or body.get("resourceType") != kind:
            raise No(400, "structure", f"Send us an {kind}.", "resourceType")
        return body

    # -- slots --------------------------------------------------------------------------

    def local(moment: datetime) -> str:
        return moment.astimezone(_LOCAL).isoformat(timespec="milliseconds")

    def slot(gap: Gap) -> Resource:
        found = {
            "resourceType": "Slot",
            "id": str(gap.number),
            "meta": {"profile": [_PROFILE.format("Slot")]},
            "schedule": {"reference": f"{root}/Schedule/8"},
            "status": "busy" if gap.taken else "free",
            "start": local(gap.start),
            "end": local(gap.end),
        }
        return found if literal else {**found, "identifier": [{"system": _UUID, "value": gap.key}]}

    schedule = {
        "resourceType": "Schedule",
        "id": "8",
        "meta": {"profile": [_PROFILE.format("Schedule")]},
        "identifier": [{"system": f"{root}/diaries", "value": "8"}],
        "actor": [{"reference": f"HealthcareService/{SERVICE}"}],
    }
    service = {
        "resourceType": "HealthcareService",
        "id": SERVICE,
        "meta": {"profile": [_PROFILE.format("HealthcareService")]},
        "identifier": [{"system": f"{root}/services", "value": SERVICE}],
    }

    def bounds() -> list[tuple[str, datetime]]:
        found = []
        for text in request.args.getlist("start"):
            try:
                moment = datetime.fromisoformat(text[2:])
                found.append((text[:2], moment))
                if text[:2] not in ("ge", "gt", "le", "lt") or not moment.tzinfo:
                    raise ValueError
            except ValueError:
                raise No(400, "value", f"We cannot read {text!r} as a time.", "start") from None
        return found

    @app.get(f"{path}/Slot")
    def search() -> Response:
        caller("organization/slot.read")
        asked = request.args.get("schedule.actor:healthcareservice", SERVICE)
        if asked not in (SERVICE, EMPTY_SERVICE):
            raise No(404, "not-found", f"There is no service {asked} with us.")
        times, now = bounds(), datetime.now(UTC)
        past = [prefix for prefix, moment in times if moment < now - timedelta(minutes=1)]
        if any(prefix[0] == "l" for prefix in past) or (past and not newer):
            raise No(400, "business-rule", "What is over is over.")
        statuses = set((request.args.get("status") or "free,busy").split(","))
        if not statuses <= {"free", "busy"}:
            raise No(400, "value", "A slot is free or busy.", "status")
        keep = {
            "ge": lambda a, b: a >= b, "gt": lambda a, b: a > b, "le": lambda a, b: a <= b, "lt": lambda a, b: a < b
        }  # fmt: skip
        with book.lock:
            slots = [
                slot(gap)
                for gap in reversed(book.gaps)
                if asked == SERVICE
                and all(keep[prefix](gap.start, moment) for prefix, moment in times)
                and ("busy" if gap.taken else "free") in statuses
            ]
        heeded = [(k, v) for k, v in request.args.items(multi=True) if k in _PARAMETERS or k.startswith("_include")]
        wants = [v.lower() for k, v in request.args.items(multi=True) if k.startswith("_include")]
        others = [
            resource
            for resource, word in ((service, "actor:healthcareservice"), (schedule, "slot:schedule"))
            if slots and any(word in want for want in wants)
        ]
        entries = [(r, "include") for r in others] + [(r, "match") for r in slots]
        body = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(slots),
            "link": [{"relation": "self", "url": f"{root}/Slot?{urlencode(heeded)}"}],
        }
        if entries:
            body["entry"] = [
                {"fullUrl": f"{root}/{r['resourceType']}/{r['id']}", "resource": r, "search": {"mode": mode}}
                for r, mode in entries
            ]
        return answer(200, body)

    # -- appointments -------------------------------------------------------------------

    def appointment(status: int, number: str, where: bool) -> Response:
        kept = book.kept[number]
        version = kept["meta"]["versionId"]
        headers = {"ETag": f'W/"{version}"'}
        if where:
            headers["Location"] = f"{root}/Appointment/{number}/_history/{version}"
            headers["Last_Modified"] = format_datetime(datetime.now(UTC), usegmt=True)
        return answer(status, kept, **headers)

    def wanted_gap(body: Resource) -> Gap:
        named = {c.get("id"): c for c in body.get("contained", []) if c.get("resourceType") == "Slot"}
        reference = (body.get("slot") or [{}])[0].get("reference", "")
        inner = named.get(reference.removeprefix("#"), {})
        keys = {i.get("value") for i in inner.get("identifier", [])}
        for gap in book.gaps:
            if gap.key in keys or (literal and reference.rsplit("/", 1)[-1] == str(gap.number)):
                return gap
        raise No(422, "not-found", "We have no such slot.", "Appointment.slot")

    def check_patient(patient: Resource) -> None:
        for name in ("name", "gender", "birthDate", "address"):
            if not patient.get(name):
                raise No(422, "required", f"The patient has no {name}.", f"Appointment.contained.{name}")
        for identifier in patient.get("identifier", []):
            number = str(identifier.get("value", ""))
            total = sum(int(d) * (10 - i) for i, d in enumerate(number[:9])) if number.isdigit() else 0
            if len(number) != 10 or not number.isdigit() or (-total % 11) != int(number[9]):
                raise No(422, "value", "That is no NHS number.", "Appointment.contained.identifier")
        points = [p for one in [patient, *patient.get("contact", [])] for p in one.get("telecom", [])]
        if newer and [p.get("rank") for p in points].count(1) != 1:
            raise No(422, "business-rule", "Exactly one contact must come first.", "Appointment.contained.telecom")

    def check_booking(body: Resource) -> Resource:
        for name in ("status", "participant", "start", "end", "slot", "description"):
            if not body.get(name):
                raise No(422, "required", f"There is no {name}.", f"Appointment.{name}")
        patients = [c for c in body.get("contained", []) if c.get("resourceType") == "Patient"]
        if body["status"] != "booked" or len(patients) != 1 or len(body["participant"]) != 1:
            raise No(422, "invariant", "One patient, one booking, please.", "Appointment.status")
        check_patient(patients[0])
        return patients[0]

    @app.post(f"{path}/Appointment")
    def take() -> Response:
        owner, body = caller("patient/appointment.write"), sent("Appointment")
        ours = json.loads(json.dumps(body))
        with book.lock:
            patient = check_booking(ours)
            sequel = request.headers.get("X-Request-Id", "") if newer else ""
            if sequel in book.requests:
                if latest:
                    raise No(409, "duplicate", "You have asked us that before.")
                return appointment(201, book.requests[sequel], True)
            gap = wanted_gap(ours)
            if datetime.fromisoformat(ours["start"]) != gap.start or datetime.fromisoformat(ours["end"]) != gap.end:
                raise No(422, "business-rule", "That is not when the slot is.", "Appointment.start")
            if gap.taken:
                raise No(409 if latest else 422, "conflict", "Somebody was faster.")
            gap.taken = True
            number = str(next(book.numbers))
            if not patient.get("identifier"):
                patient["identifier"] = [{"system": f"{root}/patients", "value": f"P{number}"}]
            for name in ("unknownElementOfLater", "incomingReferral", "extension"):
                ours.pop(name, None)
            ours["id"] = number
            ours["meta"] = {"versionId": str(next(book.versions)), "profile": [_PROFILE.format("Appointment")]}
            ours["created"] = datetime.now(_LOCAL).isoformat(timespec="milliseconds")
            book.kept[number], book.owners[number] = ours, owner
            if sequel:
                book.requests[sequel] = number
            return appointment(201, number, True)

    def known(number: str) -> Resource:
        if number not in book.kept:
            raise No(404, "not-found", f"There is no appointment {number} with us.")
        return book.kept[number]

    @app.get(f"{path}/Appointment/<number>")
    def show(number: str) -> Response:
        # Before 0.2.0 there was no scope for reading.
        caller(
            "patient/appointment.read" if newer else "patient/appointment.write",
            "" if newer else "patient/appointment.read",
        )
        if set(request.args) - {"_format"}:
            raise No(400, "not-supported", "A read takes no parameters.")
        with book.lock:
            known(number)
            return appointment(200, number, False)

    @app.put(f"{path}/Appointment/<number>")
    def give_back(number: str) -> Response:
        owner, body = caller("patient/appointment.write"), sent("Appointment")
        with book.lock:
            kept = known(number)
            match = request.headers.get("If-Match")
            if not match:
                raise No(412, "required", "Say which version you saw.")
            if latest and request.headers.get("X-Request-Id") in book.requests:
                raise No(409, "duplicate", "You have asked us that before.")
            if match != f'W/"{kept["meta"]["versionId"]}"' or kept["status"] != "booked":
                raise No(409, "conflict", "It is no longer as you saw it.")
            free = {"meta", "text", "status"} | ({"created"} if literal else set())
            differing = [n for n in sorted({*kept, *body} - free) if kept.get(n) != body.get(n)]
            if differing or body.get("status") != "cancelled":
                raise No(
                    422, "business-rule", "Only the status may change.", f"Appointment.{[*differing, 'status'][0]}"
                )
            if book.owners[number] != owner:
                raise No(403, "forbidden", "Only those who booked may cancel here.")
            wanted_gap(kept).taken = False
            kept["status"] = "cancelled"
            kept["meta"]["versionId"] = str(next(book.versions))
            if sequel := request.headers.get("X-Request-Id"):
                book.requests[sequel] = number
            return appointment(200, number, True)

    @app.get(f"{path}/metadata")
    def about() -> Response:
        if not newer:
            raise No(404, "not-supported", "We do nothing of that kind here.")
        caller("organization/slot.read")
        return answer(200, _statement())

    return app


def _decoded(segment: str) -> bytes:
    return base64.b64decode(segment + "=" * (-len(segment) % 4), "-_", validate=True)


def _statement() -> Resource:
    def of(kind: str, *codes: str) -> Resource:
        return {"type": kind, "interaction": [{"code": code} for code in codes]}

    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2021-07-01",
        "kind": "capability",
        "software": {"name": "Minimal"},
        "fhirVersion": "3.0.2",
        "acceptUnknown": "both",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [of("Slot", "search-type"), of("Appointment", "create", "read", "update")],
            }
        ],
    }
