"""Faults of the form of bodies: answers that are no FHIR, or say in XML what they do not say in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from lxml import etree
from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import caught, changed, is_appointment


@caught("RES-ANY-01 PRV-SRCH-01", "PRV-SRCH-01")
def truncated_json(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, body=reply.body[:-20]) if ask.is_a("GET", "Slot") and reply.ok else reply


@caught("RES-ANY-01 PRV-GET-01", "PRV-GET-01")
def keys_twice(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if ask.method == "GET" and is_appointment(reply):
        return replace(reply, body=b'{"status": "cancelled", ' + reply.body.lstrip()[1:])
    return reply


@caught("FMT-08")
def names_lose_their_accents(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    plain = json.dumps(reply.json, ensure_ascii=False).encode("ascii", "replace")
    return replace(reply, body=plain) if ask.method == "GET" and is_appointment(reply) else reply


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


@caught("FMT-02 RES-ANY-01", "FMT-02")
def xml_of_another_namespace(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return changed(forward(ask), 'http://hl7.org/fhir"', 'http://hl7.org/fhir/stu3"')


@caught("FMT-01 PRV-SRCH-01 RES-ANY-01", "FMT-01")
def always_xml(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(ask.with_headers(Accept="application/fhir+xml").asking([*ask.query, ("_format", "xml")]))


@caught("RES-ANY-01 RES-BND-01", "PRV-SRCH-38")
def total_is_a_text(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return changed(forward(ask), r'"total": (\d+)', r'"total": "\1"')


@caught("RES-ANY-01", "PRV-SRCH-38")
def empty_things(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return changed(
        forward(ask), r'"resourceType": "Slot",', '"resourceType": "Slot", "serviceType": [], "comment": null,'
    )


@caught("RES-ANY-01 PRV-SRCH-01", "PRV-SRCH-01")
def garbage_behind_the_body(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    return replace(reply, body=reply.body + b"\n<!-- served in 3 ms -->") if ask.is_a("GET", "Slot") else reply


@caught("ERR-04 PRV-BOOK-11", "PRV-BOOK-11 or ERR-04")
def refusals_give_no_reason(ask: Ask, forward: Forward, _: Memory) -> Reply:
    reply = forward(ask)
    if reply.json.get("resourceType") != "OperationOutcome":
        return reply
    return reply.telling({**reply.json, "issue": [{"severity": "error", "code": "processing"}]})
