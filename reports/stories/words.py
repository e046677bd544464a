"""What the messages of a diagram are called: in the words of the standard's own, from what was sent and answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..exchanges import Exchange
from ..text import decoded, one_line
from .told import Lifeline

#: What the appointments of a scenario are called, in the order in which they were booked.
_BOOKED = ("original", "new", "third")
_APPOINTMENT = re.compile(r"/Appointment/([^/]+)")
#: Characters of an answer that are looked at, and of a word that is taken from it.
_LOOKED_AT, _WORD = 200_000, 60


def request(exchange: Exchange, target: Lifeline, from_provider: bool, booked: list[str]) -> str:
    """What is asked; ``booked`` are the appointments of the scenario by their ids, as they came."""
    method, address = str(exchange["request"]["method"]), str(exchange["request"]["url"])
    path, query = _pieces(address)
    words = _to_registry(method, query, from_provider) if target == Lifeline.REGISTRY else ""
    words = words or _to_provider(method, path, exchange, booked)
    return words or one_line(f"{method} {decoded(path)}", _WORD)


def answer(exchange: Exchange) -> str:
    """What came back: the status, and what it says at its plainest."""
    response = exchange.get("response")
    if not response:
        return one_line(f"no response: {exchange.get('error') or 'reason unknown'}", 90)
    found = _summary(_resource(response))
    return one_line(
        f"{response['status']} {response.get('reason', '')}".rstrip() + (f", {found}" if found else ""), 120
    )


def appointment_id(address: str) -> str:
    """The id of the appointment that an address names; empty where it names none."""
    found = _APPOINTMENT.search(_pieces(address)[0])
    return found[1] if found else ""


def _pieces(address: str) -> tuple[str, str]:
    try:
        # Through the Spine Secure Proxy the whole address of the provider is in the path.
        pieces = urlsplit(address)
    except ValueError:
        return address, ""
    return pieces.path, pieces.query


def _to_registry(method: str, query: str, from_provider: bool) -> str:
    if method == "GET" and from_provider:
        return "Look for the entry of the appointment"
    if method == "GET":
        by_address = query.startswith("identifier=")
        return "Look up the entry of an appointment" if by_address else "Background check for existing appointments"
    return {"POST": "Register the appointment", "PUT": "Update the entry of the appointment"}.get(method, "")


def _to_provider(method: str, path: str, exchange: Exchange, booked: list[str]) -> str:
    if path.endswith("/metadata"):
        return "Get the CapabilityStatement"
    if path.endswith("/Slot") and method == "GET":
        return "Get available slots"
    if path.endswith("/Appointment"):
        known = {"POST": "Book selected appointment", "GET": "Search for appointments of the patient"}
        return known.get(method, "")
    id = appointment_id(path)
    if not id:
        return ""
    which = dict(zip(booked, _BOOKED, strict=False)).get(id, "an")
    if method == "PUT":
        return f"{'Cancel' if 'cancelled' in str(exchange['request'].get('body')) else 'Change'} {which} appointment"
    if method == "GET":
        return f"Get {which} appointment{', an earlier version' if '/_history/' in path else ' details'}"
    return ""


def _resource(response: Mapping[str, Any]) -> Mapping[str, Any]:
    body = response.get("body") or ""
    if response.get("body_encoding") or len(body) > _LOOKED_AT:
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _summary(resource: Mapping[str, Any]) -> str:
    kind = _word(resource.get("resourceType"))
    if kind == "Bundle":
        return _entries(resource.get("entry"))
    if kind == "Appointment":
        meta = resource.get("meta")
        version = _word(meta.get("versionId")) if isinstance(meta, dict) else ""
        return ", ".join(filter(None, (_word(resource.get("status")), f"version {version}" if version else "")))
    if kind == "OperationOutcome":
        issues = resource.get("issue")
        first = issues[0] if isinstance(issues, list) and issues and isinstance(issues[0], dict) else {}
        return _word(first.get("diagnostics")) or kind
    return kind


def _entries(entries: object) -> str:
    found = [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    kinds = [_word(one.get("resourceType")) for one in found if isinstance(one, dict)]
    for kind, word in (("Slot", "slot"), ("Appointment", "appointment")):
        if kind in kinds:
            number = kinds.count(kind)
            return f"{number} {word}{'' if number == 1 else 's'}"
    return f"{len(kinds)} entries" if kinds else "nothing found"


def _word(value: object) -> str:
    return one_line(value, _WORD) if isinstance(value, str) else ""
