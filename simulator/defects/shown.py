"""Defects in what answers show: content, order of events, formats, ids and times."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from flask import Request, Response, g
from uec_booking.simulator.fault_making import (
    Change,
    done,
    in_entries,
    interaction,
    met,
    provider,
    refused,
    refused_instead,
    rewriting,
    with_body,
    with_header,
    without,
    without_header,
)
from uec_booking.simulator.formats import CONTENT_TYPES, JSON, XML, dump, parse_body
from uec_booking.simulator.seams import Fault

_SUMMER = timezone(timedelta(hours=1))
#: Seconds within which a second claim counts as simultaneous.
_AT_ONCE = 0.1


def _nothing(original: Any, *arguments: Any) -> None:
    """No effect."""


def _claims_at_once() -> Callable[..., bool]:
    """A second claim that comes in the same moment succeeds too: the check and the claim are not one."""
    claimed: dict[str, float] = {}

    def claim_slot(original: Any, tx: Any, slot_id: str) -> bool:
        now = time.monotonic()
        if original(tx, slot_id):
            claimed[slot_id] = now
            return True
        return now - claimed.get(slot_id, 0.0) < _AT_ONCE

    return claim_slot


def _underscored(original: Any) -> str:
    return f"apt_{secrets.token_hex(8)}"


def _too_long(original: Any) -> str:
    return secrets.token_hex(33)


def _offset_lost(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    """What the clock said is kept, and its offset forgotten."""
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = f"{body[name][:19]}+00:00"
    return resource


def _local_times(original: Any, body: Any, new_id: str, now: Any) -> dict[str, Any]:
    resource = original(body, new_id, now)
    for name in ("start", "end"):
        resource[name] = datetime.fromisoformat(resource[name]).astimezone(_SUMMER).isoformat()
    return resource


def _no_seconds(original: Any, row: Any) -> dict[str, Any]:
    slot = original(row)
    return slot | {name: f"{slot[name][:16]}Z" for name in ("start", "end")}


def _service_always(original: Any, slots: Any, includes: Any, service: str) -> list[Any]:
    found = original(slots, includes, service)
    return found if slots else [original.__self__.organization()]


def _another_service(original: Any, diary: Any, searched: str) -> Any:
    """The last service that the diary serves, or any other of the provider."""
    services = original.__self__.provider.services
    return next((each for each in reversed(services) if each.id != searched), services[0])


def _old_ones_fade(original: Any, tx: Any, appointment_id: str, version: int) -> Any:
    stored = original(tx, appointment_id, version)
    current = original.__self__.current(tx, appointment_id)
    if stored is not None and current is not None and stored.version != current.version:
        stored.body.pop("description", None)
    return stored


def _once() -> Callable[[Request, Response], bool]:
    """Whether an appointment is read a second time."""
    seen: set[str] = set()

    def again(request: Request, response: Response) -> bool:
        if interaction(request) != "read" or response.status_code != 200:
            return False
        known = request.path in seen
        seen.add(request.path)
        return known

    return again


def _slots_gone(bundle: dict[str, Any]) -> None:
    kept = [entry for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] != "Slot"]
    bundle["entry"], bundle["total"] = kept, 0
    if not kept:
        del bundle["entry"]


def _with_includes(request: Request, response: Response) -> bool:
    return done("slots")(request, response) and any(name.startswith("_include") for name in request.args)


def _without_contained(kind: str) -> Change:
    def change(resource: dict[str, Any]) -> None:
        resource["contained"] = [r for r in resource["contained"] if r["resourceType"] != kind]

    return change


def _echo_all(request: Request, response: Response) -> None:
    with_body(lambda bundle: bundle["link"][0].update(url=request.url), done("slots"))(request, response)


def _paged(request: Request, response: Response) -> None:
    def first(bundle: dict[str, Any]) -> None:
        if len(bundle.get("entry", [])) > 1:
            bundle["entry"] = bundle["entry"][:1]
            bundle["link"].append({"relation": "next", "url": f"{request.url}&page=2"})

    with_body(first, done("search"))(request, response)


def _one_url(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", []):
        entry["fullUrl"] = f"urn:uuid:{uuid.UUID(int=0)}"


def _as_xml(request: Request) -> bool:
    return "xml" in request.headers.get("Content-Type", "")


def _preferred(request: Request) -> bool:
    accept = request.headers.get("Accept", "")
    return bool(request.args.get("_format")) or accept not in ("", "*/*")


def _turned(form: str, other: str, when: Callable[[Request], bool]) -> Callable[[Request, Response], None]:
    """Answers of one format are given in the other."""

    def rewrite(request: Request, response: Response) -> None:
        if response.headers.get("Content-Type") == CONTENT_TYPES[form] and response.get_data() and when(request):
            response.set_data(dump(parse_body(response.get_data(), form), other))
            response.headers["Content-Type"] = CONTENT_TYPES[other]

    return rewrite


def _xml_says_less(request: Request, response: Response) -> None:
    if response.headers.get("Content-Type") == CONTENT_TYPES[XML]:
        with_body(without("description"), done("book", "read", "cancel"))(request, response)


def _ascii_only(request: Request, response: Response) -> None:
    text = response.get_data().decode("utf-8", "replace")
    response.set_data("".join(letter if ord(letter) < 128 else "?" for letter in text).encode("ascii"))


def _in_html(request: Request, response: Response) -> None:
    if refused(request, response) and interaction(request) == "cancel":
        response.set_data(b"<html><body>Refused</body></html>")
        response.headers["Content-Type"] = "text/html;charset=utf-8"


def _unchallenged(request: Request, response: Response) -> None:
    if str(g.get("situation", "")).startswith("token-"):
        response.status_code = 401
        response.headers.pop("WWW-Authenticate", None)


def _another_version(resource: dict[str, Any]) -> None:
    resource["meta"]["versionId"] = secrets.token_hex(3)


def _no_reason(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue.pop("diagnostics", None)


def _severity(outcome: dict[str, Any]) -> None:
    for issue in outcome["issue"]:
        issue["severity"] = "warning"


def _when(situation: str) -> Callable[[Request, Response], bool]:
    return lambda request, response: met(situation)


def _say_nothing_of_editions(statement: dict[str, Any]) -> None:
    for name in ("version", "description"):
        statement.pop(name, None)
    statement["rest"][0].pop("documentation", None)


def _in_slots(kind: str, name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(in_entries(kind, change), done("slots")))


def _read(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(change, done("read")))


_WRONG_SYSTEM = "https://fhir.nhs.uk/Id/sds-somebody"

SHOWN: tuple[Fault, ...] = (
    provider(
        "another-service-is-named",
        "DOS-07",
        "Schedules name another service than was searched for.",
        "resources.service_of",
        _another_service,
    ),
    provider(
        "double-booking-at-once",
        "PRV-BOOK-02",
        "Of bookings that come at the same moment several succeed.",
        "records.claim_slot",
        _claims_at_once(),
    ),
    provider(
        "ids-with-underscores", "FMT-15", "Ids have characters that FHIR forbids.", "records.new_id", _underscored
    ),
    provider("ids-too-long", "FMT-15", "Ids have 66 characters.", "records.new_id", _too_long),
    provider("loses-offsets", "FMT-20", "The offset of a time is forgotten.", "rules.booked", _offset_lost),
    provider(
        "keeps-local-times", "FMT-19", "Appointments have the offset of summer time.", "rules.booked", _local_times
    ),
    provider("times-without-seconds", "FMT-18", "The times of slots have no seconds.", "resources.slot", _no_seconds),
    provider(
        "something-with-nothing",
        "PRV-SRCH-15",
        "An empty result holds the Organization.",
        "resources.included",
        _service_always,
    ),
    provider(
        "old-versions-fade", "PRV-CAN-06", "Earlier versions lose their description.", "records.version", _old_ones_fade
    ),
    provider(
        "hides-released-slots", "PRV-SRCH-41", "A time that is released stays hidden.", "records.release_slot", _nothing
    ),
    rewriting(
        "reads-once", "PRV-GET-01", "An appointment can be read once only.", refused_instead(404, "not-found", _once())
    ),
    rewriting(
        "cannot-be-read",
        "PRV-BOOK-09",
        "Appointments cannot be read.",
        refused_instead(405, "not-supported", done("read")),
    ),
    rewriting(
        "includes-push-out-slots",
        "PRV-SRCH-23",
        "With includes there are no slots.",
        with_body(_slots_gone, _with_includes),
    ),
    _read(
        "reads-another-reason",
        "PRV-GET-01",
        "A read shows another description.",
        lambda a: a.update(description="Other"),
    ),
    _read("read-without-contained-slot", "PRV-GET-06", "A read contains no Slot.", _without_contained("Slot")),
    _read(
        "read-without-contained-document",
        "PRV-GET-01",
        "A read contains no DocumentReference.",
        _without_contained("DocumentReference"),
    ),
    _read("version-changes-by-itself", "FMT-24", "Each read shows another version id.", _another_version),
    rewriting("echoes-what-it-ignored", "PRV-SRCH-38", "The self link echoes what was ignored.", _echo_all),
    rewriting("pages-appointments", "PRV-SAPT-02", "A search for appointments is paged.", _paged),
    rewriting(
        "found-without-created",
        "PRV-SAPT-06",
        "An appointment found has no created.",
        with_body(in_entries("Appointment", without("created")), done("search")),
    ),
    rewriting("one-full-url", "PRV-SAPT-07", "All entries have one fullUrl.", with_body(_one_url, done("search"))),
    rewriting(
        "ignores-the-format-sent",
        "FMT-04",
        "Who sends XML, and asks for nothing, gets JSON.",
        _turned(XML, JSON, lambda r: _as_xml(r) and not _preferred(r)),
    ),
    rewriting(
        "xml-by-default", "FMT-05", "Who asks for nothing gets XML.", _turned(JSON, XML, lambda r: not _preferred(r))
    ),
    rewriting("xml-says-less", "FMT-02", "XML lacks the description that JSON has.", _xml_says_less),
    rewriting("ascii-only", "FMT-08", "Letters beyond ASCII become question marks.", _ascii_only),
    rewriting("cancel-refused-in-html", "PRV-CAN-21", "A cancellation is refused in HTML.", _in_html),
    rewriting("unchallenged", "SEC-31", "Wrong tokens are answered with 401 and no challenge.", _unchallenged),
    rewriting(
        "refused-organisation-not-told-why",
        "SEC-35",
        "An organisation is refused without the reason.",
        with_body(_no_reason, _when("organisation-refused")),
    ),
    rewriting(
        "taken-is-a-warning",
        "PRV-BOOK-11",
        "That a slot is taken is a warning.",
        with_body(_severity, _when("slot-taken")),
    ),
    rewriting(
        "booked-without-last-modified",
        "PRV-BOOK-06",
        "A booking is answered without Last-Modified.",
        without_header("Last-Modified", done("book")),
    ),
    rewriting(
        "cancel-without-location",
        "PRV-CAN-05",
        "A cancellation is answered with a relative Location.",
        with_header("Location", lambda value: value.rpartition("/booking/")[2], done("cancel")),
    ),
    rewriting(
        "tells-no-edition",
        "PRV-CAP-13",
        "The statement tells no version of the standard.",
        with_body(_say_nothing_of_editions, done("metadata")),
    ),
    rewriting(
        "appointment-of-no-profile",
        "RES-APT-14",
        "Appointments claim no profile.",
        with_body(
            lambda a: a["meta"].update(
                profile=["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Encounter-1"]
            ),
            done("book", "read", "cancel"),
        ),
    ),
    _in_slots("Location", "place-without-address", "PRV-SRCH-31", "Locations have no address.", without("address")),
    _in_slots(
        "Slot",
        "channel-of-no-list",
        "PRV-SRCH-33",
        "The delivery channel is Pigeon.",
        lambda s: [e.update(valueCode="Pigeon") for e in s.get("extension", [])],
    ),
    _in_slots("Schedule", "schedule-without-id", "RES-SCH-01", "Schedules have no id.", without("id")),
    _in_slots(
        "HealthcareService",
        "service-of-two-places",
        "RES-HCS-02",
        "A service has two locations.",
        lambda s: s["location"].append({"reference": "Location/other"}),
    ),
    _in_slots(
        "Practitioner",
        "practitioner-of-odd-system",
        "RES-PRAC-01",
        "SDS identifiers have another system.",
        lambda p: [i.update(system=_WRONG_SYSTEM) for i in p["identifier"]],
    ),
    _in_slots(
        "PractitionerRole",
        "role-of-odd-system",
        "RES-PRAC-02",
        "Roles are coded in another system.",
        lambda r: r["code"][0]["coding"][0].update(system=_WRONG_SYSTEM),
    ),
    _in_slots(
        "Practitioner",
        "practitioner-of-odd-gender",
        "RES-ANY-01",
        "The gender of practitioners is no code of FHIR.",
        lambda p: p.update(gender="f"),
    ),
)
