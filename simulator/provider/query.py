"""Reading the parameters of a slot search (API page "search slots"; CF-06 to CF-12)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..refusals import Refused

_SERVICE_NAMES = frozenset({"schedule.actor:healthcareservice", "service"})
_MOMENT = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<date>\d{4}-\d{2}-\d{2})"
    r"(T(?P<time>\d{2}:\d{2})(?P<seconds>:\d{2})?(?P<fraction>\.\d{1,9})?(?P<zone>Z|[+-]\d{2}:\d{2}))?\Z"
)
_AT_START = "http.start"
_AT_SERVICE = "http.schedule.actor:healthcareservice"
_PREFIXES = ("eq", "ge", "gt", "le", "lt", "sa", "eb")
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
    """The query in decoded (name, value) pairs; unknown names are ignored. Raises Refused."""
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
        raise Refused("invalid-query-value", "Exactly one service id is expected.", _AT_SERVICE)
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
        raise Refused("invalid-query-value", f"The slot status {value} is not known.", "http.status")
    return found


def read_window(starts: Collection[str]) -> tuple[int | None, int | None]:
    """The bounds that the values of start give: Unix seconds, inclusive and exclusive. Raises Refused."""
    if len(starts) > 2:
        raise Refused("invalid-query-value", "The parameter start may occur at most twice.", _AT_START)
    earliest: int | None = None
    before: int | None = None
    for value in starts:
        low, high = _bounds(value)
        if low is not None:
            earliest = low if earliest is None else max(earliest, low)
        if high is not None:
            before = high if before is None else min(before, high)
    return earliest, before


def _bounds(value: str) -> tuple[int | None, int | None]:
    prefix, first, after = _moment(value)
    match prefix:
        case "ge":
            return first, None
        case "gt" | "sa":
            return after, None
        case "le":
            return None, after
        case "lt" | "eb":
            return None, first
        case _:
            return first, after


def _moment(value: str) -> tuple[str, int, int]:
    """Prefix, first second and the second after the day, minute or second that the value names."""
    # A consumer that does not encode the + of an offset sends a blank: the moment is still clear.
    match = _MOMENT.match(value.strip().replace(" ", "+"))
    if match is None or (match["prefix"] or "eq") not in _PREFIXES:
        raise Refused("invalid-query-value", f"The value of start is not a search date: {value}.", _AT_START)
    time = f"{match['time'] or '00:00'}{match['seconds'] or ':00'}"
    zone = "+00:00" if match["zone"] in (None, "Z") else match["zone"]
    try:
        first = datetime.fromisoformat(f"{match['date']}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        reason = f"The value of start is not a moment in time: {value}."
        raise Refused("invalid-query-value", reason, _AT_START) from None
    length = timedelta(days=1) if not match["time"] else timedelta(seconds=1 if match["seconds"] else 60)
    begin = int(first.timestamp())
    prefix = match["prefix"] or "eq"
    # Slots start on whole seconds: from a fraction of a second on, the first that counts is the next one.
    if match["fraction"] and float(match["fraction"]) > 0 and prefix in ("ge", "lt", "eb"):
        return prefix, begin + 1, begin + 1
    return prefix, begin, begin + int(length.total_seconds())
