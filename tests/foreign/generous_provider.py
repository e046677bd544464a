"""A conformant provider of yet another house, the opposite of the minimal one: all that is optional, and
for the statuses and forms about which the standard's documents differ, the tolerated choice.

JSON and XML, includes, pages, versions kept, appointments searched for, any organisation cancels; the service
found by its identifier, tokens rejected with 400 and 401, a stale version with 412, a taken slot with 422,
unversioned Locations, an ISO Last-Modified. Its diary is thin. Nothing here comes from the project that tests it.
"""

from __future__ import annotations

import copy
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

from .generous_bookings import NHS, OWN, as_time, check, enriched, fits, patient_values, slot_asked_for
from .generous_data import EMPTY_SERVICE, PROFILE, SERVICE, Resource, new_slots, related, statement
from .generous_messages import Rejected, answer, body_sent, let_in, refuse

_PATIENT = "Appointment.participant.actor:Patient.identifier"
_PARAMETERS = ("schedule.actor:healthcareservice", "start", "status", "_format")


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
    diary = Diary(slots=new_slots(options.slots))
    app = Flask("generous")
    app.register_error_handler(Rejected, refuse)
    path = "/" + root.split("/", 3)[3] if root.count("/") > 2 else ""

    @app.before_request
    def dawdle() -> None:
        time.sleep(options.delay)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(problem: Any) -> Response:
        made = refuse(Rejected(problem.code, "This server has no such thing."))
        made.headers.extend({"Allow": ", ".join(sorted(problem.valid_methods))} if problem.code == 405 else {})
        return made

    # -- slots --------------------------------------------------------------------------

    @app.get(f"{path}/Slot")
    def search() -> Response:
        let_in(root, "organization/slot.read")
        if page := request.args.get("page"):
            slots, url, total = diary.pages.pop(page, ([], request.url, 0))
            return answer(200, bundle(slots, [], url, total))
        service = request.args.get("schedule.actor:healthcareservice")
        if service not in (SERVICE, EMPTY_SERVICE):
            raise Rejected(400, f"Service {service} is not one of ours.", "Schedule.actor")
        times = []
        for value in request.args.getlist("start"):
            try:
                moment = datetime.fromisoformat(value[2:])
                if value[:2] not in ("ge", "le", "gt", "lt") or moment.tzinfo is None:
                    raise ValueError
            except ValueError:
                raise Rejected(400, f"start={value} is no time.", "Slot.start") from None
            times.append((value[:2], moment))
        if any(prefix in ("le", "lt") and moment < datetime.now(UTC) for prefix, moment in times):
            raise Rejected(400, "That time is over.", "Slot.start")
        statuses = request.args.get("status", "free,busy").split(",")
        with diary.lock:
            found = [
                copy.deepcopy(slot)
                for slot in diary.slots.values()
                if service == SERVICE and slot["status"] in statuses and all(fits(slot, *t) for t in times)
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
            raise Rejected(400, "X-Request-ID is missing.")
        if key in diary.used:
            raise Rejected(409, f"The request {key} was carried out before.")

    @app.post(f"{path}/Appointment")
    def book() -> Response:
        let_in(root, "patient/appointment.write")
        body = body_sent()
        with diary.lock:
            once()
            check(body)
            if body["status"] != "booked":
                raise Rejected(400, "A booking has the status booked.", "Appointment.status")
            slot = diary.slots.get(slot_asked_for(body))
            if slot is None:
                raise Rejected(404, "That slot is not one of ours.", "Appointment.slot")
            if slot["status"] != "free":
                raise Rejected(422, "That slot has just gone.", "Appointment.slot")
            if as_time(body["start"]) != as_time(slot["start"]) or as_time(body["end"]) != as_time(slot["end"]):
                raise Rejected(422, "The slot is at another time.", "Appointment.start")
            slot["status"] = "busy"
            diary.used.add(request.headers["X-Request-ID"])
            return shown(201, keep(enriched(body), 1), changed=True)

    def versions_of(name: str) -> list[Resource]:
        if name not in diary.versions:
            raise Rejected(404, f"Appointment {name} is not known here.")
        return diary.versions[name]

    @app.get(f"{path}/Appointment/<name>")
    def read(name: str) -> Response:
        let_in(root, "patient/appointment.read")
        return shown(200, versions_of(name)[-1])

    @app.get(f"{path}/Appointment/<name>/_history/<version>")
    def version_read(name: str, version: str) -> Response:
        let_in(root, "patient/appointment.read")
        for kept in versions_of(name):
            if kept["meta"]["versionId"] == version:
                return shown(200, kept)
        raise Rejected(404, f"There is no version {version}.")

    @app.get(f"{path}/Appointment")
    def of_patient() -> Response:
        let_in(root, "patient/appointment.read")
        system, bar, value = request.args.get(_PATIENT, "").partition("|")
        if not bar or system not in (NHS, OWN):
            raise Rejected(400, "Which patient?", "Appointment.participant.actor")
        with diary.lock:
            newest = [kept[-1] for kept in diary.versions.values()]
        found = [a for a in newest if as_time(a["start"]) > datetime.now(UTC) and value in patient_values(a)]
        return answer(
            200, bundle(found, [], f"{root}/Appointment?{urlencode({_PATIENT: f'{system}|{value}'})}", len(found))
        )

    @app.put(f"{path}/Appointment/<name>")
    def cancel(name: str) -> Response:
        let_in(root, "patient/appointment.write")
        body = body_sent()
        with diary.lock:
            kept = versions_of(name)
            once()
            match = request.headers.get("If-Match")
            if match is None:
                raise Rejected(412, "If-Match is missing.")
            if match.removeprefix("W/").strip('"') != kept[-1]["meta"]["versionId"]:
                raise Rejected(412, "That is not the version we have.")
            check(body)
            before = {k: v for k, v in kept[-1].items() if k not in ("meta", "status", "text")}
            after = {k: v for k, v in body.items() if k not in ("meta", "status", "text")}
            if before != after or body["status"] != "cancelled" or kept[-1]["status"] != "booked":
                raise Rejected(422, "A cancellation changes the status, once, and nothing else.", "Appointment.status")
            slot = diary.slots.get(slot_asked_for(body))
            if slot is not None:
                slot["status"] = "free"
            diary.used.add(request.headers["X-Request-ID"])
            return shown(200, keep({**kept[-1], "status": "cancelled"}, len(kept) + 1), changed=True)

    @app.get(f"{path}/metadata")
    def describe() -> Response:
        let_in(root, "organization/slot.read")
        return answer(200, statement())

    return app
