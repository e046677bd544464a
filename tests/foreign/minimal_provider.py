"""A conformant provider of another house: small, JSON only, and unlike the simulator wherever it may be.

Its ids are short numbers, its times have the offset +01:00 and fractions of seconds, its references are
absolute, its texts are its own. It keeps no history, cannot be searched for appointments, and lets only
the organisation that booked cancel. It answers as the edition that it was built for asks.
Nothing here comes from the project that tests it.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import urlencode

from flask import Flask, Response, request

from .minimal_bookings import Book, Gap, check_booking, wanted_gap
from .minimal_messages import Door, No, Resource

EDITIONS = ("0.1.15", "0.1.16", "0.1.17", "0.2.0", "1.0.0-RC1", "1.0.0")
SERVICE, EMPTY_SERVICE = "700100", "700200"

_LOCAL = timezone(timedelta(hours=1))
_PROFILE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-{}-1"
_PARAMETERS = ("schedule.actor:healthcareservice", "start", "status", "_format")
_UUID = "https://tools.ietf.org/html/rfc4122"


def make_app(root: str, edition: str = EDITIONS[-1], audience: str = "", hours: int = 48) -> Flask:
    """The provider at ``root``. ``audience``: the service root that tokens name, where it is another."""
    at = EDITIONS.index(edition)
    newer, latest = at >= EDITIONS.index("0.2.0"), at >= EDITIONS.index("1.0.0-RC1")
    literal = at == 0
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=9)
    book = Book([Gap(n + 1, str(uuid.uuid4()), begin + timedelta(minutes=15 * n)) for n in range(4 * hours)])
    app = Flask("minimal")
    door = Door(audience or root, newer, latest)
    answer, caller, sent = door.answer, door.caller, door.sent
    app.register_error_handler(No, door.refuse)
    app.register_error_handler(404, door.lost)
    app.register_error_handler(405, door.lost)
    app.register_error_handler(500, door.broken)
    path = "/" + root.split("/", 3)[3] if root.count("/") > 2 else ""

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

    @app.post(f"{path}/Appointment")
    def take() -> Response:
        owner, body = caller("patient/appointment.write"), sent("Appointment")
        ours = json.loads(json.dumps(body))
        with book.lock:
            patient = check_booking(ours, newer)
            sequel = request.headers.get("X-Request-Id", "") if newer else ""
            if sequel in book.requests:
                if latest:
                    raise No(409, "duplicate", "You have asked us that before.")
                return appointment(201, book.requests[sequel], True)
            gap = wanted_gap(book, ours, literal)
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
            wanted_gap(book, kept, literal).taken = False
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
