"""Faults in appointments as they are shown: when booked, read, searched for and cancelled."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import caught, changed, is_appointment, shifted, with_times


@caught("PRV-BOOK-07 PRV-GET-01", "PRV-BOOK-09")
def appointments_an_hour_early(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling(with_times(reply.json, shifted(hours=-1))) if is_appointment(reply) else reply


@caught("PRV-GET-01 PRV-BOOK-07", "PRV-BOOK-09")
def appointments_last_two_hours(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not is_appointment(reply):
        return reply
    return reply.telling({**reply.json, "end": re.sub(r"T(\d\d)", "T23", reply.json["end"])})


@caught("PRV-GET-01 PRV-BOOK-07", "PRV-BOOK-09")
def day_and_month_are_swapped(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return (
        changed(reply, r'"birthDate": "(\d{4})-\d\d-\d\d"', r'"birthDate": "\1-11-09"')
        if is_appointment(reply)
        else reply
    )


def phone_numbers_are_shortened(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return changed(reply, r'"0113 496 0(\d)', r'"0113 496 \1') if is_appointment(reply) else reply


def document_gets_another_identifier(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not is_appointment(reply):
        return reply
    body = reply.json
    for inner in body["contained"]:
        if inner["resourceType"] == "DocumentReference":
            inner["identifier"][0]["value"] = "3f0c6c4e-7d5b-4d1b-9d43-0d8a0c2c5b11"
    return reply.telling(body)


@caught("PRV-GET-01")
def reads_give_another_nhs_number(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method == "GET" and is_appointment(reply):
        return replace(reply, body=re.sub(rb'"999\d{7}"', b'"9990000018"', reply.body))
    return reply


@caught("PRV-GET-01 PRV-BOOK-07", "PRV-BOOK-09")
def stored_under_another_name(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if not is_appointment(reply):
        return reply
    body = reply.json
    for inner in body.get("contained", []):
        for name in inner.get("name", []) if inner["resourceType"] == "Patient" else []:
            name["family"] = "Somebody-Else"
    return reply.telling(body)


def _without_patient(reply: Reply) -> Reply:
    body = reply.json
    body["contained"] = [c for c in body["contained"] if c["resourceType"] != "Patient"]
    body["participant"] = [p for p in body["participant"] if p["actor"]["reference"] == "#our-nurse"]
    return reply.telling(body)


@caught("PRV-BOOK-07 RES-APT-14", "PRV-BOOK-07")
def created_answer_lacks_the_patient(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return _without_patient(reply) if reply.status == 201 else reply


@caught("PRV-GET-06 PRV-GET-14", "PRV-GET-14")
def reads_without_patient(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return _without_patient(reply) if ask.method == "GET" and is_appointment(reply) else reply


@caught("PRV-BOOK-27")
def created_long_ago(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return reply.telling({**reply.json, "created": "2019-05-05T09:00:00+00:00"}) if is_appointment(reply) else reply


@caught("PRV-CAN-02")
def cancelling_wipes_the_description(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    cancelled = is_appointment(reply) and reply.json["status"] == "cancelled"
    return reply.telling({**reply.json, "description": "-"}) if cancelled else reply


@caught("PRV-CAN-02 PRV-CAN-03", "PRV-CAN-02")
def cancelling_keeps_the_version(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method == "PUT" and is_appointment(reply):
        return replace(reply, body=reply.body.replace(b'"v2"', b'"v1"')).with_headers(ETag='W/"v1"')
    return reply


@caught("FMT-24")
def version_moves_by_itself(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.is_a("GET", "Appointment/") and is_appointment(reply):
        body, version = reply.json, f"t{time.monotonic_ns()}"
        body["meta"]["versionId"] = version
        return reply.telling(body).with_headers(ETag=f'W/"{version}"')
    return reply


@caught("PRV-CAN-02")
def cancelled_answer_is_a_stub(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method != "PUT" or not is_appointment(reply):
        return reply
    keep = ("resourceType", "id", "meta", "status", "participant", "start", "end", "created")
    stub = {k: v for k, v in reply.json.items() if k in keep}
    stub["participant"] = [{"actor": {"display": "the patient"}, "status": "accepted"}]
    return reply.telling(stub)
