"""A conformant provider of yet another house, the opposite of the minimal one: all that is optional, and
for the statuses and forms about which the standard's documents differ, the tolerated choice.

JSON and XML, includes, pages, versions kept, appointments searched for, any organisation cancels; the service
found by its identifier, tokens refused with 400 and 401, a stale version with 412, a taken slot with 422,
unversioned Locations, an ISO Last-Modified. Its diary is thin. Nothing here comes from the project that tests it.
"""

from __future__ import annotations

import base64
import copy
import gzip
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import own_xml
from flask import Flask, Response, g, request
from generous_data import EMPTY_SERVICE, PROFILE, SERVICE, UNKNOWN_EXTENSION, Resource, related, statement

_PATIENT = "Appointment.participant.actor:Patient.identifier"
_PARAMETERS = ("schedule.actor:healthcareservice", "start", "status", "_format")
_NHS = "https://fhir.nhs.uk/Id/nhs-number"
_OWN = "https://generous.example/Id/patient"
_TYPES = {"json": "application/fhir+json", "xml": "application/fhir+xml"}


class Refused(Exception):
    def __init__(self, status: int, words: str, place: str = "", challenge: bool = False) -> None:
        super().__init__(words)
        self.status, self.words, self.place, self.challenge = status, words, place, challenge


@dataclass
class Options:
    """``slots``: how many, over 48 hours; ``page``, ``most``: how many in a page, in a result; ``delay``: seconds."""

    slots: int = 45
    page: int = 4
    most: int = 30
    delay: float = 0.0


@dataclass
class Diary:
    slots: dict[str, Resource] = field(default_factory=dict)
    versions: dict[str, list[Resource]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    pages: dict[str, tuple[list[Resource], str, int]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


def make_app(root: str, options: Options | None = None) -> Flask:
    """The provider at ``root``."""
    options = options or Options()
    others = related()
    diary = Diary(slots=_slots(options.slots))
    app = Flask("generous")
    path = "/" + root.split("/", 3)[3] if root.count("/") > 2 else ""

    # -- in and out ---------------------------------------------------------------------

    def wanted() -> str:
        asked = request.args.get("_format") or request.headers.get("Accept", "*/*")
        if asked.startswith("*/*"):
            return "xml" if "xml" in (request.content_type or "") else "json"
        for word in ("json", "xml"):
            if word in asked:
                return word
        raise Refused(406, f"We have no {asked}.")

    def answer(status: int, body: Resource, **headers: str) -> Response:
        try:
            form = wanted()
        except Refused:
            form = "json"
        data = own_xml.write(body) if form == "xml" else json.dumps(body, indent=1, ensure_ascii=False).encode()
        made = Response(data, status, content_type=f"{_TYPES[form]};charset=utf-8")
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            made.data = gzip.compress(data)
            made.headers["Content-Encoding"] = "gzip"
        made.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
        made.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        made.headers["X-Generous"] = "yes"
        sent = request.headers.get("X-Request-ID", str(uuid.uuid4()))
        made.headers["X-Request-ID"] = made.headers["X-Correlation-ID"] = sent
        for name, value in headers.items():
            made.headers[name.replace("_", "-")] = value
        return made

    @app.before_request
    def dawdle() -> None:
        time.sleep(options.delay)

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        issue: Resource = {
            "severity": "error",
            "code": "processing",
            "details": {
                "coding": [{"system": "http://hl7.org/fhir/operation-outcome", "code": "MSG_BAD_FORMAT"}],
                "text": "It could not be done",
            },
            "diagnostics": refused.words,
        }
        if refused.place:
            issue["location"] = [f"/f:{refused.place.replace('.', '/f:')}"]
        extra = {"severity": "information", "code": "informational", "diagnostics": "See our help pages."}
        body = {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": [issue, extra]}
        more = {"WWW_Authenticate": 'Bearer realm="generous", error="invalid_token"'} if refused.challenge else {}
        return answer(refused.status, body, **more)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(problem: Any) -> Response:
        made = refuse(Refused(problem.code, "This server has no such thing."))
        made.headers.extend({"Allow": ", ".join(sorted(problem.valid_methods))} if problem.code == 405 else {})
        return made

    def body_sent() -> Resource:
        kind, raw = request.mimetype, request.get_data()
        try:
            if "gzip" in request.headers.get("Content-Encoding", ""):
                raw = gzip.decompress(raw)
            if kind in ("application/fhir+xml",):
                body = own_xml.read(raw)
            elif kind in ("application/fhir+json", "application/json"):
                body = json.loads(raw)
            else:
                raise Refused(415, f"We do not read {kind}.")
        except (ValueError, OSError) as problem:
            raise Refused(400, f"This cannot be read: {problem}", "Appointment") from None
        if not isinstance(body, dict) or body.get("resourceType") != "Appointment":
            raise Refused(400, "This is no Appointment.", "Appointment")
        return body

    def let_in(scope: str) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        parts = token.split(".")
        if scheme.lower() != "bearer" or len(parts) != 3 or parts[2]:
            raise Refused(400, "invalid_request: there is no bearer token of three parts.")
        try:
            claims = [json.loads(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4))) for p in parts[:2]][1]
            times = int(claims["iat"]), int(claims["exp"])
            audience, asked = claims["aud"].removesuffix("/"), claims["requested_scope"]
            needed = [claims[c] for c in ("iss", "sub", "reason_for_request", "requesting_device")]
            g.organisation = claims["requesting_organization"]["identifier"][0]["value"]
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise Refused(400, "invalid_request: the token cannot be read, or lacks a claim.") from None
        if not all(needed) or not times[0] - 30 <= time.time() <= times[1]:
            raise Refused(401, "invalid_token: not of this time.", challenge=True)
        if audience != root.removesuffix("/"):
            raise Refused(401, "invalid_token: not for us.", challenge=True)
        if asked != scope:
            raise Refused(401, "insufficient_scope", challenge=True)
        if "Ssp-TraceID" not in request.headers or "Ssp-From" not in request.headers:
            raise Refused(403, "Only through the proxy.")
        wanted()

    # -- slots --------------------------------------------------------------------------

    @app.get(f"{path}/Slot")
    def search() -> Response:
        let_in("organization/slot.read")
        if page := request.args.get("page"):
            slots, url, total = diary.pages.pop(page, ([], request.url, 0))
            return answer(200, bundle(slots, [], url, total))
        service = request.args.get("schedule.actor:healthcareservice")
        if service not in (SERVICE, EMPTY_SERVICE):
            raise Refused(400, f"Service {service} is not one of ours.", "Schedule.actor")
        times = []
        for value in request.args.getlist("start"):
            try:
                moment = datetime.fromisoformat(value[2:])
                if value[:2] not in ("ge", "le", "gt", "lt") or moment.tzinfo is None:
                    raise ValueError
            except ValueError:
                raise Refused(400, f"start={value} is no time.", "Slot.start") from None
            times.append((value[:2], moment))
        if any(prefix in ("le", "lt") and moment < datetime.now(UTC) for prefix, moment in times):
            raise Refused(400, "That time is over.", "Slot.start")
        statuses = request.args.get("status", "free,busy").split(",")
        with diary.lock:
            found = [
                copy.deepcopy(slot)
                for slot in diary.slots.values()
                if service == SERVICE and slot["status"] in statuses and all(_fits(slot, *t) for t in times)
            ]
        found = found[: options.most]
        included = follow(found, [v for k, v in request.args.items(multi=True) if k.split(":")[0] == "_include"])
        # A result of several pages brings what goes along on its first one.
        first, rest = found[: options.page], found[options.page :]
        heeded = [(k, v) for k, v in request.args.items(multi=True) if k in _PARAMETERS or k.startswith("_include")]
        url = f"{root}/Slot?{urlencode(heeded)}"
        made = bundle(first, included if found else [], url, len(found))
        if rest:
            key = str(uuid.uuid4())
            diary.pages[key] = rest, url, len(found)
            made["link"].append({"relation": "next", "url": f"{root}/Slot?page={key}"})
        if not found:
            issue = {"severity": "information", "code": "not-found", "diagnostics": "Nothing is to be had then."}
            outcome = {"resourceType": "OperationOutcome", "id": "none", "issue": [issue]}
            made["entry"] = [{"resource": outcome, "search": {"mode": "outcome"}}]
        return answer(200, made)

    def bundle(matches: list[Resource], included: list[Resource], url: str, total: int) -> Resource:
        made: Resource = {"resourceType": "Bundle", "id": str(uuid.uuid4()), "type": "searchset"}
        if url:
            made |= {"total": total, "link": [{"relation": "self", "url": url}]}
        entries = [(r, "match") for r in matches] + [(r, "include") for r in included]
        if entries:
            made["entry"] = [
                {"fullUrl": f"{root}/{r['resourceType']}/{r['id']}", "resource": r, "search": {"mode": mode}}
                for r, mode in entries
            ]
        return made

    def follow(slots: list[Resource], asked: list[str]) -> list[Resource]:
        words = {word.lower().replace(".", ":") for word in asked}
        names: dict[str, None] = {}

        def add(reference: str, *ways: str) -> None:
            if words & set(ways):
                names[reference] = None

        for slot in slots:
            add(slot["schedule"]["reference"], "slot:schedule")
        for schedule in [others[name] for name in names]:
            for actor in schedule["actor"]:
                reference = actor["reference"]
                add(reference, f"schedule:actor:{reference.split('/')[0].lower()}")
                if reference.startswith("Location/"):
                    add(reference, "healthcareservice:location")
        for service in [others[name] for name in names if name.startswith("HealthcareService/")]:
            add(service["providedBy"]["reference"], "healthcareservice:providedby", "healthcareservice:organization")
            add(service["location"][0]["reference"], "healthcareservice:location")
        return [others[name] for name in names]

    # -- appointments -------------------------------------------------------------------

    def shown(status: int, resource: Resource, changed: bool = False) -> Response:
        headers = {"ETag": f'W/"{resource["meta"]["versionId"]}"', "Last_Modified": resource["meta"]["lastUpdated"]}
        if changed:
            headers["Location"] = f"{root}/Appointment/{resource['id']}"
        return answer(status, resource, **headers)

    def keep(resource: Resource, number: int) -> Resource:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        meta = {"versionId": f"v{number}", "lastUpdated": now, "profile": [PROFILE.format("Appointment")]}
        kept = {**resource, "meta": meta}
        diary.versions.setdefault(resource["id"], []).append(kept)
        return kept

    def once() -> None:
        key = request.headers.get("X-Request-ID")
        if not key:
            raise Refused(400, "X-Request-ID is missing.")
        if key in diary.used:
            raise Refused(409, f"The request {key} was carried out before.")

    @app.post(f"{path}/Appointment")
    def book() -> Response:
        let_in("patient/appointment.write")
        body = body_sent()
        with diary.lock:
            once()
            slot = diary.slots.get(_slot_asked_for(body))
            _check(body)
            if slot is None:
                raise Refused(404, "That slot is not one of ours.", "Appointment.slot")
            if slot["status"] != "free":
                raise Refused(422, "That slot has just gone.", "Appointment.slot")
            if _moment(body["start"]) != _moment(slot["start"]) or _moment(body["end"]) != _moment(slot["end"]):
                raise Refused(422, "The slot is at another time.", "Appointment.start")
            slot["status"] = "busy"
            diary.used.add(request.headers["X-Request-ID"])
            return shown(201, keep(_enriched(body), 1), changed=True)

    def versions_of(name: str) -> list[Resource]:
        if name not in diary.versions:
            raise Refused(404, f"Appointment {name} is not known here.")
        return diary.versions[name]

    @app.get(f"{path}/Appointment/<name>")
    def read(name: str) -> Response:
        let_in("patient/appointment.read")
        return shown(200, versions_of(name)[-1])

    @app.get(f"{path}/Appointment/<name>/_history/<version>")
    def version_read(name: str, version: str) -> Response:
        let_in("patient/appointment.read")
        for kept in versions_of(name):
            if kept["meta"]["versionId"] == version:
                return shown(200, kept)
        raise Refused(404, f"There is no version {version}.")

    @app.get(f"{path}/Appointment")
    def of_patient() -> Response:
        let_in("patient/appointment.read")
        system, bar, value = request.args.get(_PATIENT, "").partition("|")
        if not bar or system not in (_NHS, _OWN):
            raise Refused(400, "Which patient?", "Appointment.participant.actor")
        with diary.lock:
            newest = [kept[-1] for kept in diary.versions.values()]
        found = [a for a in newest if _moment(a["start"]) > datetime.now(UTC) and value in _patient_values(a)]
        return answer(
            200, bundle(found, [], f"{root}/Appointment?{urlencode({_PATIENT: f'{system}|{value}'})}", len(found))
        )

    @app.put(f"{path}/Appointment/<name>")
    def cancel(name: str) -> Response:
        let_in("patient/appointment.write")
        body = body_sent()
        with diary.lock:
            kept = versions_of(name)
            once()
            match = request.headers.get("If-Match")
            if match is None:
                raise Refused(412, "If-Match is missing.")
            if match.removeprefix("W/").strip('"') != kept[-1]["meta"]["versionId"]:
                raise Refused(412, "That is not the version we have.")
            _check(body)
            before = {k: v for k, v in kept[-1].items() if k not in ("meta", "status", "text")}
            after = {k: v for k, v in body.items() if k not in ("meta", "status", "text")}
            if before != after or body["status"] != "cancelled" or kept[-1]["status"] != "booked":
                raise Refused(422, "A cancellation changes the status, once, and nothing else.", "Appointment.status")
            slot = diary.slots.get(_slot_asked_for(body))
            if slot is not None:
                slot["status"] = "free"
            diary.used.add(request.headers["X-Request-ID"])
            return shown(200, keep({**kept[-1], "status": "cancelled"}, len(kept) + 1), changed=True)

    @app.get(f"{path}/metadata")
    def describe() -> Response:
        let_in("organization/slot.read")
        return answer(200, statement())

    return app


def _slots(number: int) -> dict[str, Resource]:
    """Thin: a third of them in the first two hours, the rest spread over two days, in two diaries."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=15)
    soon = number // 4
    later = number - soon
    starts = [begin + timedelta(minutes=7 * n) for n in range(soon)]
    starts += [begin + timedelta(hours=6, minutes=int(42 * 60 / later * n)) for n in range(later)]
    made = {}
    for index, start in enumerate(starts):
        key = str(uuid.uuid4())
        made[key] = {
            "resourceType": "Slot",
            "id": f"Slot-{index:03d}-aZ",
            "meta": {"profile": [PROFILE.format("Slot")]},
            "extension": [
                UNKNOWN_EXTENSION,
                {
                    "url": "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-DeliveryChannel-1",
                    "valueCode": "In-person",
                },
            ],
            "identifier": [{"system": "https://tools.ietf.org/html/rfc4122", "value": key}],
            "schedule": {"reference": f"Schedule/{'Diary-West' if index % 2 else 'Diary-East'}"},
            "status": "free",
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=5)).isoformat(),
            "comment": "Please come in by the side door.",
        }
    return made


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _fits(slot: Resource, prefix: str, moment: datetime) -> bool:
    start = _moment(slot["start"])
    return {"ge": start >= moment, "gt": start > moment, "le": start <= moment, "lt": start < moment}[prefix]


def _inside(body: Resource, kind: str) -> Resource:
    return next((c for c in body.get("contained") or [] if c.get("resourceType") == kind), {})


def _slot_asked_for(body: Resource) -> str:
    return str((_inside(body, "Slot").get("identifier") or [{}])[0].get("value"))


def _patient_values(appointment: Resource) -> list[str]:
    return [str(i.get("value")) for i in _inside(appointment, "Patient").get("identifier", [])]


def _check(body: Resource) -> None:
    for name in ("status", "description", "start", "end", "slot", "participant", "contained"):
        if not body.get(name):
            raise Refused(400, f"{name} is missing.", f"Appointment.{name}")
    if body["status"] not in ("booked", "cancelled"):
        raise Refused(400, "status is neither booked nor cancelled.", "Appointment.status")
    patient = _inside(body, "Patient")
    if not patient.get("name") or not patient.get("birthDate") or not patient.get("address"):
        raise Refused(400, "The patient is incomplete.", "Appointment.contained")
    for identifier in patient.get("identifier", []):
        if identifier.get("system") == _NHS and len(identifier["value"]) != 10:
            raise Refused(400, "An NHS number has ten digits.", "Appointment.contained.identifier.value")
    points = patient.get("telecom", []) + [p for c in patient.get("contact", []) for p in c.get("telecom", [])]
    if sum(point.get("rank") == 1 for point in points) != 1:
        raise Refused(400, "One contact point has rank 1.", "Appointment.contained.telecom.rank")


def _enriched(body: Resource) -> Resource:
    """As it is stored: known elements only, in our order, with what we add."""
    kept: Resource = own_xml.read(own_xml.write(body))
    kept["id"] = f"Apt-{uuid.uuid4().hex[:12]}-Xy"
    kept["created"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    patient = _inside(kept, "Patient")
    patient.setdefault("identifier", []).append({"system": _OWN, "value": f"G-{uuid.uuid4().hex[:8]}"})
    kept["contained"].append({"resourceType": "Practitioner", "id": "our-nurse", "name": [{"family": "Specimen"}]})
    kept["participant"].append(
        {
            "type": [{"coding": [{"system": "http://hl7.org/fhir/v3/ParticipationType", "code": "ATND"}]}],
            "actor": {"reference": "#our-nurse"},
            "status": "tentative",
        }
    )
    kept["extension"] = [*kept.get("extension", []), UNKNOWN_EXTENSION]
    kept["comment"] = "Bring a list of your medicines."
    return kept
