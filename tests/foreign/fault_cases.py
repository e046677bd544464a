"""The list of the outsiders' faults, and what they look for in requests and answers.

A fault is a function that stands between the harness and a good provider (see ``harness/proving/sealed``). The modules
``faults_of_...`` enter theirs here when they are imported; ``faults`` imports them all.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from uec_booking.harness.proving.sealed.kit import Ask, Fault, Reply

Resource = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A fault, what is run against it, and the requirements of which at least one must not be met."""

    fault: Fault
    only: str
    caught_by: frozenset[str]


CASES: dict[str, Case] = {}


def enter(name: str, fault: Fault, by: str, only: str = "") -> None:
    """Enter a fault in the list; ``only`` is what to run, where it is not the first requirement that catches it."""
    requirements = by.split()
    CASES[name] = Case(fault, only or requirements[0], frozenset(requirements))


def caught(by: str, only: str = "") -> Callable[[Fault], Fault]:
    """Enter the function in the list, under its own name."""

    def decorate(fault: Fault) -> Fault:
        enter(fault.__name__.replace("_", "-"), fault, by, only)
        return fault

    return decorate


def entries(bundle: Resource, kind: str = "") -> list[Resource]:
    """The entries of a Bundle, or those with a type of resource."""
    return [e for e in bundle.get("entry", []) if not kind or e["resource"]["resourceType"] == kind]


def is_appointment(reply: Reply) -> bool:
    return reply.ok and reply.json.get("resourceType") == "Appointment"


def has_slots(ask: Ask, reply: Reply) -> bool:
    """Whether a slot search found any."""
    return ask.is_a("GET", "Slot") and reply.ok and bool(entries(reply.json, "Slot"))


def changed(reply: Reply, old: str, new: str) -> Reply:
    """With another text for each that matches a regular expression."""
    return replace(reply, body=re.sub(old.encode(), new.encode(), reply.body))


def with_times(value: Any, change: Callable[[str], str]) -> Any:
    """A resource, or a part of it, with another text for each start and end."""
    if isinstance(value, dict):
        return {
            k: change(v) if k in ("start", "end") and isinstance(v, str) else with_times(v, change)
            for k, v in value.items()
        }
    return [with_times(v, change) for v in value] if isinstance(value, list) else value


def shifted(hours: int) -> Callable[[str], str]:
    """Makes a time so many hours later."""
    return lambda text: (datetime.fromisoformat(text) + timedelta(hours=hours)).isoformat()


def claims_of(ask: Ask) -> dict[str, Any]:
    """The claims of the token that came along; none where there is no token that can be read."""
    try:
        part = ask.headers["authorization"].split(" ")[1].split(".")[1]
        return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
    except (KeyError, IndexError, ValueError):
        return {}


def unsigned_token(claims: dict[str, Any]) -> str:
    """An unsigned token."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
