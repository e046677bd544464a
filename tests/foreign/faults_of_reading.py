"""Faults of reading: another appointment is found than was asked for, an old one, or none."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import caught, entries, is_appointment


@caught("PRV-GET-01 PRV-GET-13", "story-wrong and PRV-GET-13")
def another_appointment_is_read(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    """Of two appointments, the one that was booked last is always the one that is read."""
    reply = forward(ask)
    if reply.status == 201:
        memory.seen["last"] = reply.json["id"]
    if ask.is_a("GET", "Appointment/") and reply.ok:
        return forward(replace(ask, path=f"{ask.place.rpartition('/')[0]}/{memory.seen['last']}"))
    return reply


@caught("PRV-GET-13 PRV-CAN-02", "PRV-CAN-20")
def reads_are_cached(ask: Ask, forward: Forward, memory: Memory) -> Reply:
    if not ask.is_a("GET", "Appointment/"):
        return forward(ask)
    reply = memory.seen.get(ask.path) or forward(ask)
    if reply.ok:
        memory.seen[ask.path] = reply
    return reply.with_headers(X_Correlation_ID=ask.headers.get("x-request-id"))  # type: ignore[no-any-return]


@caught("PRV-GET-13")
def cancelled_appointments_vanish(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.is_a("GET", "Appointment/") and is_appointment(reply) and reply.json["status"] == "cancelled":
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
        body["entry"] = [*entries(body), {"fullUrl": url, "resource": json.loads(text), "search": {"mode": "match"}}]
        body["total"] = len(body["entry"])
        return reply.telling(body)
    return reply


@caught("PRV-SAPT-02 PRV-SAPT-01", "PRV-SAPT-01")
def appointments_in_pages_of_one(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    if not ask.is_a("GET", "Appointment") or len(entries(body)) < 2:
        return reply
    body["entry"] = body["entry"][:1]
    body["link"] = [*body["link"], {"relation": "next", "url": f"{ask.path}&page=2"}]
    return reply.telling(body)
