"""Faults of bookings and cancellations: something else is done than is told."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace

from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import Resource, caught, claims_of, entries, is_appointment, unsigned_token


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
    token = unsigned_token({**claims_of(ask), "requested_scope": "organization/slot.read"})
    query = [("schedule.actor:healthcareservice", "1400012345"), ("status", "free")]
    search = replace(ask, method="GET", path=ask.place.replace("/Appointment", "/Slot"), body=b"").asking(query)
    found = forward(search.with_headers(Authorization=f"Bearer {token}", Accept="application/fhir+json"))
    slots = [e["resource"] for e in entries(found.json, "Slot")]
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


@caught("PRV-BOOK-02 PRV-BOOK-10")
def two_at_once_are_both_booked(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if not ask.is_a("POST", "Appointment"):
        return forward(ask)
    with memory.lock:
        memory.seen["now"] = memory.seen.get("now", 0) + 1
    time.sleep(0.2)
    crowd = memory.seen["now"] > 1
    reply = forward(ask)
    if reply.status == 201:
        memory.seen["made"] = reply
    time.sleep(0.2)
    with memory.lock:
        memory.seen["now"] -= 1
    if crowd and reply.status == 422 and "made" in memory.seen:
        made: Reply = memory.seen["made"]
        return made.with_headers(X_Correlation_ID=ask.headers.get("x-request-id"))
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
    if ask.method == "GET" and is_appointment(reply):
        memory.seen[ask.place] = {k: v for k, v in reply.json.items() if k not in ("status", "meta")}
    return reply
