"""Faults in the result of a slot search: slots, what comes with them, and the Bundle around them."""

from __future__ import annotations

import copy
import json

from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import Resource, caught, changed, entries, has_slots, shifted, with_times


@caught("FMT-18 RES-SLOT-03", "PRV-SRCH-38")
def slots_without_zone(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling(with_times(reply.json, lambda t: t[:19])) if ask.is_a("GET", "Slot") else reply


@caught("PRV-SRCH-05 PRV-BOOK-01", "PRV-SRCH-38 or PRV-BOOK-09")
def slots_an_hour_late(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling(with_times(reply.json, shifted(hours=1))) if ask.is_a("GET", "Slot") else reply


@caught("RES-SLOT-03", "PRV-SRCH-38")
def slots_end_before_they_start(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not has_slots(ask, reply):
        return reply
    body = reply.json
    for entry in entries(body, "Slot"):
        slot: Resource = entry["resource"]
        slot["start"], slot["end"] = slot["end"], slot["start"]
    return reply.telling(body)


@caught("RES-SLOT-04", "PRV-SRCH-03")
def busy_slots_are_called_booked(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return changed(reply, '"status": "busy"', '"status": "booked"') if ask.is_a("GET", "Slot") else reply


@caught("PRV-SRCH-25 RES-ANY-01 RES-BND-01", "PRV-SRCH-38")
def slots_come_twice(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling({**reply.json, "entry": entries(reply.json) * 2}) if has_slots(ask, reply) else reply


@caught("PRV-SRCH-17")
def schedules_stay_away(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    body["entry"] = [e for e in entries(body) if e["resource"]["resourceType"] != "Schedule"]
    return reply.telling(body) if ask.is_a("GET", "Slot") and reply.ok and body["entry"] else reply


@caught("PRV-SRCH-02")
def slots_of_another_service_too(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    body = reply.json
    slots = entries(body, "Slot")
    if not ask.is_a("GET", "Slot") or not slots or not entries(body, "HealthcareService"):
        return reply
    others = [copy.deepcopy(e) for e in (slots[0], *entries(body, "Schedule")[:1], *entries(body, "HealthcareService"))]
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
    if not ask.is_a("GET", "Slot") or not entries(body, "Slot"):
        return reply
    extra = {"resourceType": "Location", "id": "Pharmacy", "name": "Our pharmacy"}
    body["entry"].append(
        {"fullUrl": "https://x.example/Location/Pharmacy", "resource": extra, "search": {"mode": "include"}}
    )
    return reply.telling(body)


@caught("RES-BND-01", "PRV-SRCH-38")
def total_is_one_too_many(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not ask.is_a("GET", "Slot") or not reply.ok:
        return reply
    # A result in one page: only there the total can be compared.
    body = {k: v for k, v in reply.json.items() if k != "link"}
    return reply.telling({**body, "total": len(entries(body, "Slot")) + 1})


@caught("RES-ANY-01 RES-BND-01 PRV-SRCH-01", "PRV-SRCH-38")
def full_urls_are_shuffled(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not has_slots(ask, reply):
        return reply
    body = reply.json
    urls = [entry["fullUrl"] for entry in body["entry"]]
    for entry, url in zip(body["entry"], urls[1:] + urls[:1], strict=True):
        entry["fullUrl"] = url
    return reply.telling(body)


@caught("PRV-SRCH-38")
def self_link_of_another_search(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    url = "http://x.example/Slot?schedule.actor:healthcareservice=1&start=ge2019-01-01T00:00:00Z&start=le2019-01-02T00:00:00Z"
    return (
        reply.telling({**reply.json, "link": [{"relation": "self", "url": f"{url}&status=busy"}]})
        if has_slots(ask, reply)
        else reply
    )
