"""The outsiders' faults: each a function that stands between the harness and a good provider."""

from __future__ import annotations

import base64
import copy
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from faulty_proxy import Ask, Fault, Forward, Memory, Reply
from lxml import etree

Resource = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A fault, what is run against it, and the requirements of which at least one must not be met."""

    fault: Fault
    only: str
    caught_by: frozenset[str]


CASES: dict[str, Case] = {}


def caught(by: str, only: str = "") -> Callable[[Fault], Fault]:
    """Enter a fault in the list; ``only`` is what to run, where it is not the first requirement that catches it."""

    def enter(fault: Fault) -> Fault:
        requirements = by.split()
        CASES[fault.__name__.replace("_", "-")] = Case(fault, only or requirements[0], frozenset(requirements))
        return fault

    return enter


def _entries(bundle: Resource, kind: str = "") -> list[Resource]:
    return [e for e in bundle.get("entry", []) if not kind or e["resource"]["resourceType"] == kind]


def _patient(appointment: Resource) -> Resource:
    return next((c for c in appointment.get("contained", []) if c["resourceType"] == "Patient"), {})


def _appointment(reply: Reply) -> bool:
    return reply.ok and reply.json.get("resourceType") == "Appointment"


def _times(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            k: change(v) if k in ("start", "end") and isinstance(v, str) else _times(v, change)
            for k, v in value.items()
        }
    return [_times(v, change) for v in value] if isinstance(value, list) else value


# -- headers and statuses -----------------------------------------------------------------


@caught("PRV-BOOK-05")
def no_etag_when_booked(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(ETag=None) if ask.method == "POST" else reply


@caught("PRV-BOOK-04")
def no_location(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask).with_headers(Location=None)


@caught("PRV-XTI-02", "PRV-SRCH-14")
def correlation_of_the_request_before(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply, before = forward(ask), memory.seen.get("id")
    memory.seen["id"] = reply.headers.get("x-correlation-id")
    return reply.with_headers(X_Correlation_ID=before or str(uuid.uuid4()))


@caught("FMT-12", "PRV-SRCH-14")
def answers_may_be_stored(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask).with_headers(Cache_Control="public, max-age=600")


@caught("FMT-01")
def served_as_html(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask).with_headers(Content_Type="text/html;charset=utf-8")


@caught("FMT-07", "PRV-SRCH-14")
def latin_charset(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask).with_headers(Content_Type="application/fhir+json;charset=iso-8859-1")


@caught("FMT-09")
def gzip_in_name_only(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask).with_headers(Content_Encoding="gzip")


@caught("PRV-GET-07", "PRV-GET-02")
def etag_of_another_version(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.with_headers(ETag='W/"v99"') if ask.method == "GET" and "etag" in reply.headers else reply


@caught("PRV-CAN-04")
def last_modified_is_a_word(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask).with_headers(Last_Modified="recently")


@caught("PRV-BOOK-01")
def accepted_instead_of_created(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, status=202) if reply.status == 201 else reply


@caught("PRV-CAN-01")
def cancelled_without_content(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return Reply(204, reply.headers) if ask.method == "PUT" and reply.ok else reply


@caught("ERR-01", "PRV-SRCH-10")
def errors_without_body(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply if reply.ok else replace(reply, body=b"")


@caught("PRV-SRCH-10")
def errors_are_200(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply if reply.ok else replace(reply, status=200)


@caught("PRV-SRCH-01 PRV-SRCH-28")
def redirects_searches(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, status=307).with_headers(Location=f"{ask.path}&again=1") if ask.is_a("GET", "Slot") else reply


# -- bodies -------------------------------------------------------------------------------


@caught("RES-ANY-01 PRV-SRCH-01", "PRV-SRCH-01")
def truncated_json(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, body=reply.body[:-20]) if ask.is_a("GET", "Slot") and reply.ok else reply


@caught("RES-ANY-01 PRV-GET-01", "PRV-GET-01")
def keys_twice(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method == "GET" and _appointment(reply):
        return replace(reply, body=b'{"status": "cancelled", ' + reply.body.lstrip()[1:])
    return reply


@caught("FMT-02 RES-ANY-01", "FMT-02")
def xml_in_another_order(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if "xml" not in reply.headers.get("content-type", "") or not reply.ok:
        return reply
    root = etree.fromstring(reply.body)
    root[:] = list(root)[::-1]
    return replace(reply, body=etree.tostring(root))


@caught("FMT-02", "FMT-02")
def xml_tells_another_time(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if "xml" in reply.headers.get("content-type", ""):
        return replace(reply, body=re.sub(rb'(<end value="[^"]*):(\d)', rb"\1:1", reply.body))
    return reply


@caught("FMT-18 RES-SLOT-03", "PRV-SRCH-38")
def slots_without_zone(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling(_times(reply.json, lambda t: t[:19])) if ask.is_a("GET", "Slot") else reply


@caught("PRV-SRCH-05 PRV-BOOK-01", "PRV-SRCH-38 or PRV-BOOK-09")
def slots_an_hour_late(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)

    def later(text: str) -> str:
        return (datetime.fromisoformat(text) + timedelta(hours=1)).isoformat()

    return reply.telling(_times(reply.json, later)) if ask.is_a("GET", "Slot") else reply


@caught("PRV-BOOK-07 PRV-GET-01", "PRV-BOOK-09")
def appointments_an_hour_early(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)

    def earlier(text: str) -> str:
        return (datetime.fromisoformat(text) - timedelta(hours=1)).isoformat()

    return reply.telling(_times(reply.json, earlier)) if _appointment(reply) else reply


@caught("PRV-GET-01")
def reads_give_another_nhs_number(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method == "GET" and _appointment(reply):
        return replace(reply, body=re.sub(rb'"999\d{7}"', b'"9990000018"', reply.body))
    return reply


@caught("PRV-GET-01 PRV-BOOK-07", "PRV-BOOK-09")
def stored_under_another_name(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not _appointment(reply):
        return reply
    body = reply.json
    for name in _patient(body).get("name", []):
        name["family"] = "Somebody-Else"
    return reply.telling(body)


@caught("PRV-GET-06 PRV-GET-14", "PRV-GET-14")
def reads_without_patient(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method != "GET" or not _appointment(reply):
        return reply
    body = reply.json
    body["contained"] = [c for c in body["contained"] if c["resourceType"] != "Patient"]
    body["participant"] = [p for p in body["participant"] if p["actor"]["reference"] == "#our-nurse"]
    return reply.telling(body)


@caught("PRV-BOOK-27")
def created_long_ago(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling({**reply.json, "created": "2019-05-05T09:00:00+00:00"}) if _appointment(reply) else reply


@caught("PRV-CAN-02")
def cancelling_wipes_the_description(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    cancelled = _appointment(reply) and reply.json["status"] == "cancelled"
    return reply.telling({**reply.json, "description": "-"}) if cancelled else reply


@caught("PRV-CAN-02 PRV-CAN-03", "PRV-CAN-02")
def cancelling_keeps_the_version(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method == "PUT" and _appointment(reply):
        return replace(reply, body=reply.body.replace(b'"v2"', b'"v1"')).with_headers(ETag='W/"v1"')
    return reply


@caught("FMT-24")
def version_moves_by_itself(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.is_a("GET", "Appointment/") and _appointment(reply):
        body, version = reply.json, f"t{time.monotonic_ns()}"
        body["meta"]["versionId"] = version
        return reply.telling(body).with_headers(ETag=f'W/"{version}"')
    return reply


@caught("FMT-08")
def names_lose_their_accents(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    plain = json.dumps(reply.json, ensure_ascii=False).encode("ascii", "replace")
    return replace(reply, body=plain) if ask.method == "GET" and _appointment(reply) else reply


# -- slot searches --------------------------------------------------------------------------


@caught("PRV-SRCH-17")
def schedules_stay_away(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    body["entry"] = [e for e in _entries(body) if e["resource"]["resourceType"] != "Schedule"]
    return reply.telling(body) if ask.is_a("GET", "Slot") and reply.ok and body["entry"] else reply


@caught("PRV-SRCH-02")
def slots_of_another_service_too(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    slots = _entries(body, "Slot")
    if not ask.is_a("GET", "Slot") or not slots or not _entries(body, "HealthcareService"):
        return reply
    others = [
        copy.deepcopy(e) for e in (slots[0], *_entries(body, "Schedule")[:1], *_entries(body, "HealthcareService"))
    ]
    text = json.dumps(others)
    for name in ("Svc-UTC", "Diary-East", "Diary-West", "1400012345"):
        text = text.replace(name, f"Other-{name}")
    text = text.replace(slots[0]["resource"]["id"], "Other-Slot")
    body["entry"] += json.loads(text)
    body["total"] = body.get("total", 0) + 1
    return reply.telling(body)


@caught("PRV-SRCH-24")
def advertisement_in_the_result(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    if not ask.is_a("GET", "Slot") or not _entries(body, "Slot"):
        return reply
    extra = {"resourceType": "Location", "id": "Pharmacy", "name": "Our pharmacy"}
    body["entry"].append(
        {"fullUrl": "https://x.example/Location/Pharmacy", "resource": extra, "search": {"mode": "include"}}
    )
    return reply.telling(body)


def _query(ask: Ask, change: Callable[[str, str], tuple[str, str] | None]) -> Ask:
    """A slot search with its parameters changed or dropped."""
    if not ask.is_a("GET", "Slot") or not ask.query:
        return ask
    return ask.asking([new for name, value in ask.query if (new := change(name, value))])


@caught("PRV-SRCH-06 PRV-BOOK-03", "PRV-BOOK-09")
def status_is_ignored(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: None if n == "status" else (n, v)))


@caught("PRV-SRCH-05 PRV-SRCH-04", "PRV-SRCH-38 or PRV-SRCH-04")
def lower_bound_is_ignored(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: None if n == "start" and v[0] == "g" else (n, v)))


@caught("PRV-SRCH-05 PRV-SRCH-04", "PRV-SRCH-38 or PRV-SRCH-04")
def upper_bound_is_ignored(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: None if n == "start" and v[0] == "l" else (n, v)))


@caught("PRV-SRCH-04")
def bounds_are_exclusive(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: (n, v.replace("ge", "gt").replace("le", "lt"))))


@caught("FMT-20")
def zones_are_ignored(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: (n, re.sub(r"[+-]\d\d:\d\d$", "Z", v) if n == "start" else v)))


@caught("PRV-SRCH-03")
def only_one_status_at_a_time(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: (n, v.split(",")[0])))


@caught("PRV-SRCH-05 PRV-BOOK-03", "PRV-BOOK-09")
def searches_are_cached(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if not ask.is_a("GET", "Slot"):
        return forward(ask)
    with memory.lock:
        if "first" not in memory.seen:
            memory.seen["first"] = forward(ask)
        return memory.seen["first"].with_headers(X_Correlation_ID=ask.headers.get("x-request-id"))  # type: ignore[no-any-return]


@caught("PRV-BOOK-03")
def taken_slots_are_offered(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(_query(ask, lambda n, v: (n, "free,busy") if n == "status" else (n, v)))
    return replace(reply, body=reply.body.replace(b'"busy"', b'"free"')) if ask.is_a("GET", "Slot") else reply


@caught("RES-BND-01", "PRV-SRCH-38")
def total_is_one_too_many(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not ask.is_a("GET", "Slot") or not reply.ok:
        return reply
    # A result in one page: only there the total can be compared.
    body = {k: v for k, v in reply.json.items() if k != "link"}
    return reply.telling({**body, "total": len(_entries(body, "Slot")) + 1})


@caught("PRV-SRCH-29")
def known_organisations_only(ask: Ask, forward: Forward, _: Memory) -> Reply:
    if ask.is_a("GET", "Slot") and "X26C3" in _claims(ask).get("iss", "").upper() + json.dumps(_claims(ask)):
        return replace(forward(ask.with_headers(Authorization="Bearer x.y.")), status=403)
    return forward(ask)


# -- bookings and cancellations ------------------------------------------------------------


@caught("PRV-BOOK-09 PRV-GET-01")
def booked_in_words_only(ask: Ask, forward: Forward, _: Memory) -> Reply:
    if not ask.is_a("POST", "Appointment"):
        return forward(ask)
    name = str(uuid.uuid4())
    body = {**ask.json, "id": name, "meta": {"versionId": "v1"}}
    place = f"http://{ask.headers['host']}{ask.place}/{name}"
    headers = {"content-type": "application/fhir+json;charset=utf-8", "location": place, "etag": 'W/"v1"'}
    return Reply(201, headers, json.dumps(body).encode())


def _another_slot(ask: Ask, forward: Forward) -> Resource | None:
    """A free slot that is not the one asked for."""
    token = _token({**_claims(ask), "requested_scope": "organization/slot.read"})
    query = [("schedule.actor:healthcareservice", "1400012345"), ("status", "free")]
    search = replace(ask, method="GET", path=ask.place.replace("/Appointment", "/Slot"), body=b"").asking(query)
    found = forward(search.with_headers(Authorization=f"Bearer {token}", Accept="application/fhir+json"))
    slots = [e["resource"] for e in _entries(found.json, "Slot")]
    return next((s for s in slots if s["identifier"][0]["value"].encode() not in ask.body), None)


@caught("PRV-SAPT-01 PRV-BOOK-02")
def books_the_next_slot_too(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    slot = _another_slot(ask, forward) if reply.status == 201 else None
    if slot:
        body = ask.json
        inner = next(c for c in body["contained"] if c["resourceType"] == "Slot")
        inner.update({k: slot[k] for k in ("identifier", "start", "end", "schedule")})
        body.update(start=slot["start"], end=slot["end"])
        forward(replace(ask, body=json.dumps(body).encode()).with_headers(X_Request_ID=str(uuid.uuid4())))
    return reply


@caught("PRV-BOOK-10")
def taken_slots_are_booked_again(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply = forward(ask)
    if ask.is_a("POST", "Appointment") and reply.status == 422:
        return replace(memory.seen.get("last", reply), headers=reply.headers)
    if reply.status == 201:
        memory.seen["last"] = reply
    return reply


@caught("ERR-15 PRV-BOOK-12", "ERR-15")
def refused_and_yet_booked(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply = forward(ask)
    if not ask.is_a("POST", "Appointment"):
        return reply
    if "participant" in ask.json:
        memory.seen["body"] = ask.json
    elif reply.status == 400 and memory.seen.get("body"):
        good = {**memory.seen["body"], **ask.json}
        forward(replace(ask, body=json.dumps(good).encode()).with_headers(X_Request_ID=str(uuid.uuid4())))
    return reply


@caught("PRV-XTI-03")
def every_request_is_new(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask.with_headers(X_Request_ID=str(uuid.uuid4())) if ask.method == "POST" else ask)
    return reply.with_headers(X_Correlation_ID=ask.headers.get("x-request-id"))


@caught("PRV-GET-13 PRV-CAN-02", "PRV-CAN-20")
def cancelled_in_words_only(ask: Ask, forward: Forward, _: Memory) -> Reply:
    if ask.method != "PUT" or not ask.json.get("meta"):
        return forward(ask)
    body = {**ask.json, "status": "cancelled", "meta": {**ask.json["meta"], "versionId": "v2"}}
    headers = {"content-type": "application/fhir+json;charset=utf-8", "etag": 'W/"v2"'}
    return Reply(200, headers, json.dumps(body).encode())


@caught("PRV-GET-13 PRV-CAN-02", "PRV-CAN-20")
def reads_are_cached(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if not ask.is_a("GET", "Appointment/"):
        return forward(ask)
    reply = memory.seen.get(ask.path) or forward(ask)
    if reply.ok:
        memory.seen[ask.path] = reply
    return reply.with_headers(X_Correlation_ID=ask.headers.get("x-request-id"))  # type: ignore[no-any-return]


@caught("PRV-GET-01 PRV-GET-13", "story-wrong and PRV-GET-13")
def cancels_the_oldest_too(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply = forward(ask)
    booked = memory.seen.setdefault("booked", [])
    if reply.status == 201:
        booked.append((ask.place + "/" + reply.json["id"], reply.json))
    if ask.method == "PUT" and reply.ok:
        for place, body in booked:
            if place != ask.place:
                again = replace(ask, path=place, body=json.dumps({**body, "status": "cancelled"}).encode())
                forward(again.with_headers(If_Match='W/"v1"', X_Request_ID=str(uuid.uuid4())))
    return reply


@caught("PRV-CAN-08 PRV-CAN-18")
def any_version_will_do(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask.with_headers(If_Match='W/"v1"') if ask.headers.get("if-match") else ask)


@caught("PRV-CAN-09")
def if_match_is_made_up(ask: Ask, forward: Forward, _: Memory) -> Reply:
    missing = ask.method == "PUT" and "if-match" not in ask.headers
    return forward(ask.with_headers(If_Match='W/"v1"') if missing else ask)


@caught("PRV-CAN-07")
def changes_are_dropped_in_silence(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if ask.method == "PUT" and ask.json:
        stored = memory.seen.get(ask.place, {})
        return forward(replace(ask, body=json.dumps({**ask.json, **stored, "status": "cancelled"}).encode()))
    reply = forward(ask)
    if ask.method == "GET" and _appointment(reply):
        memory.seen[ask.place] = {k: v for k, v in reply.json.items() if k not in ("status", "meta")}
    return reply


@caught("PRV-GET-13")
def cancelled_appointments_vanish(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.is_a("GET", "Appointment/") and _appointment(reply) and reply.json["status"] == "cancelled":
        return forward(replace(ask, path=ask.place + "-gone"))
    return reply


@caught("PRV-GET-02 PRV-GET-13 PRV-CAN-06", "PRV-CAN-20")
def history_is_the_present(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(replace(ask, path=ask.path.split("/_history/")[0]))


@caught("FMT-14")
def ids_in_any_case(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply = forward(ask)
    if reply.status == 201:
        memory.seen[reply.json["id"].lower()] = reply.json["id"]
    base, _, name = ask.place.rpartition("/")
    if reply.status == 404 and name.lower() in memory.seen:
        return forward(replace(ask, path=f"{base}/{memory.seen[name.lower()]}"))
    return reply


@caught("PRV-GET-03")
def unknown_appointments_are_empty(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.is_a("GET", "Appointment/") and reply.status == 404:
        return replace(
            reply, status=200, body=b'{"resourceType": "Appointment", "status": "booked", "participant": []}'
        )
    return reply


@caught("PRV-SAPT-01")
def a_strangers_appointment_is_found_too(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    reply = forward(ask)
    if reply.status == 201:
        memory.seen.setdefault("any", reply.json)
    if ask.is_a("GET", "Appointment") and reply.ok and "any" in memory.seen:
        text = re.sub(r'"999\d{7}"', '"9990000018"', json.dumps({**memory.seen["any"], "id": "Apt-Stranger"}))
        body = reply.json
        url = f"http://x.example{ask.place}/Apt-Stranger"
        body["entry"] = [*_entries(body), {"fullUrl": url, "resource": json.loads(text), "search": {"mode": "match"}}]
        body["total"] = len(body["entry"])
        return reply.telling(body)
    return reply


# -- tokens and capability -----------------------------------------------------------------


def _claims(ask: Ask) -> dict[str, Any]:
    try:
        part = ask.headers["authorization"].split(" ")[1].split(".")[1]
        return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
    except (KeyError, IndexError, ValueError):
        return {}


def _token(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def _mended(ask: Ask, *mend: str) -> Ask:
    """With a good token's values for some claims, whatever was sent."""
    now, claims = int(time.time()), _claims(ask)
    good = {"exp": now + 200, "iat": now - 5, "aud": f"http://{ask.headers['host']}/STU3/1/outside"}
    scopes = {"POST": "patient/appointment.write", "PUT": "patient/appointment.write"}
    default = "patient/appointment.read" if "/Appointment" in ask.place else "organization/slot.read"
    good["requested_scope"] = scopes.get(ask.method, default)
    return ask.with_headers(Authorization=f"Bearer {_token({**claims, **{name: good[name] for name in mend}})}")


@caught("SEC-23")
def tokens_never_expire(ask: Ask, forward: Forward, _: Memory) -> Reply:
    late = _claims(ask).get("exp", 1e12) < time.time()
    return forward(_mended(ask, "exp", "iat") if late else ask)


@caught("SEC-24")
def tokens_of_tomorrow(ask: Ask, forward: Forward, _: Memory) -> Reply:
    early = _claims(ask).get("iat", 0) > time.time() + 60
    return forward(_mended(ask, "exp", "iat") if early else ask)


@caught("SEC-26")
def tokens_for_anybody(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_mended(ask, "aud") if "aud" in _claims(ask) else ask)


@caught("SEC-27")
def tokens_for_anything(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_mended(ask, "requested_scope") if "requested_scope" in _claims(ask) else ask)


@caught("SEC-21 SEC-22", "SEC-21")
def tokens_are_kept_for_the_next(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """A session by address: who was let in once is let in without a token."""
    reply = forward(ask)
    if reply.ok:
        memory.seen[ask.method] = ask.headers["authorization"]
    elif ask.method in memory.seen:
        return forward(ask.with_headers(Authorization=memory.seen[ask.method]))
    return reply


@caught("PRV-CAP-12")
def statement_of_r4(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling({**reply.json, "fhirVersion": "4.0.1"}) if ask.is_a("GET", "metadata") else reply


@caught("PRV-CAP-02", "PRV-CAP-02")
def statement_lists_what_is_not_there(ask: Ask, forward: Forward, _: Memory) -> Reply:
    if "xml" in ask.headers.get("accept", "") or "xml" in ask.headers.get("content-type", ""):
        return forward(ask.with_headers(Accept="text/csv"))
    return forward(ask)
