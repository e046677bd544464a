"""Faults of the slot search: parameters that are ignored, or find nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace

from uec_booking.harness.proving.sealed.kit import Ask, Forward, Memory, Reply

from .fault_cases import caught, claims_of


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


@caught("PRV-SRCH-05 PRV-SRCH-04 FMT-20", "PRV-SRCH-38 or PRV-SRCH-04")
def bounds_are_whole_hours(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return forward(_query(ask, lambda n, v: (n, re.sub(r"T(\d\d):\d\d:\d\d", r"T\1:00:00", v) if n == "start" else v)))


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


@caught("PRV-SRCH-29")
def known_organisations_only(ask: Ask, forward: Forward, _: Memory) -> Reply:
    if ask.is_a("GET", "Slot") and "X26C3" in claims_of(ask).get("iss", "").upper() + json.dumps(claims_of(ask)):
        return replace(forward(ask.with_headers(Authorization="Bearer x.y.")), status=403)
    return forward(ask)


def _nothing(ask: Ask, reply: Reply, if_: bool) -> Reply:
    if not if_ or not ask.is_a("GET", "Slot") or not reply.ok:
        return reply
    return reply.telling({**{k: v for k, v in reply.json.items() if k != "entry"}, "total": 0})


@caught("PRV-SRCH-08")
def nothing_without_status(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _nothing(ask, forward(ask), not any(name == "status" for name, _ in ask.query))


@caught("PRV-SRCH-08")
def nothing_without_lower_bound(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _nothing(ask, forward(ask), not any(value.startswith("ge") for _, value in ask.query))


@caught("PRV-SRCH-09")
def unknown_parameters_find_nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    known = ("schedule.actor:healthcareservice", "start", "status", "_format", "page")
    return _nothing(ask, forward(ask), any(n not in known and not n.startswith("_inc") for n, _ in ask.query))


@caught("PRV-SRCH-16 PRV-SRCH-23", "PRV-SRCH-16")
def includes_find_nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    return _nothing(ask, forward(ask), any(name.startswith("_include") for name, _ in ask.query))


@caught("PRV-SRCH-13")
def a_past_start_finds_nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    return _nothing(ask, forward(ask), any(value.startswith("ge") and value[2:21] < now for _, value in ask.query))
