"""Reading the parameters of a slot search (API page "search slots"; CF-06 to CF-12)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..refusals import Rejected
from ..shared.search_dates import read_window

_SERVICE_NAMES = frozenset({"schedule.actor:healthcareservice", "service"})
_AT_SERVICE = "http.schedule.actor:healthcareservice"
# Every published spelling comes down to a pair of words once punctuation and case are gone.
_INCLUDES = {
    "slotschedule": "Schedule",
    "scheduleactorpractitioner": "Practitioner",
    "scheduleactorpractitionerrole": "PractitionerRole",
    "scheduleactorhealthcareservice": "HealthcareService",
    "healthcareserviceprovidedby": "Organization",
    "healthcareserviceprovidedbyorganization": "Organization",
    "healthcareserviceorganization": "Organization",
    "healthcareservicelocation": "Location",
    "healthcareservicelocationlocation": "Location",
}


@dataclass(frozen=True)
class SlotQuery:
    """What a slot search asks for.

    `earliest` and `before` bound the start of a slot as Unix seconds, the first inclusive, the second
    exclusive; None is no bound. `service` empty means all services; `statuses` empty means all.
    `understood` are the parameters that were not ignored, as they came.
    """

    service: str
    earliest: int | None
    before: int | None
    statuses: frozenset[str]
    includes: frozenset[str]
    understood: tuple[tuple[str, str], ...]


def read_slot_query(parameters: Iterable[tuple[str, str]]) -> SlotQuery:
    """The query in decoded (name, value) pairs; unknown names are ignored. Raises Rejected."""
    services: list[str] = []
    starts: list[str] = []
    statuses: set[str] = set()
    includes: set[str] = set()
    understood: list[tuple[str, str]] = []
    for name, value in parameters:
        include = _include(name, value)
        if name.lower() in _SERVICE_NAMES:
            services.append(value)
        elif name == "start":
            starts.append(value)
        elif name == "status":
            statuses |= _statuses(value)
        elif include:
            includes.add(include)
        else:
            continue
        understood.append((name, value))
    if len(services) > 1 or (services and not services[0].strip()):
        raise Rejected("invalid-query-value", "Exactly one service id is expected.", _AT_SERVICE)
    earliest, before = read_window(starts)
    return SlotQuery(
        service=services[0].strip() if services else "",
        earliest=earliest,
        before=before,
        statuses=frozenset(statuses),
        includes=frozenset(includes),
        understood=tuple(understood),
    )


def _include(name: str, value: str) -> str:
    """The resource type that an _include asks for, in any published spelling, or empty (CF-09)."""
    is_include = name.split(":")[0] == "_include"
    return _INCLUDES.get(re.sub(r"[^a-z]", "", value.lower()), "") if is_include else ""


def _statuses(value: str) -> set[str]:
    known = {"free", "busy", "busy-unavailable", "busy-tentative", "entered-in-error"}
    found = {part.strip() for part in value.split(",")}
    if not found <= known:
        raise Rejected("invalid-query-value", f"The slot status {value} is not known.", "http.status")
    return found
