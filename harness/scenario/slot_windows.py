"""Searches that should find one slot, or should not: by times, by status, and over midnight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from uec_booking.standard import editions

from ..actors.appointment_body import offers
from ..actors.calls import XML, search_slots
from ..actors.finding import search_around, search_for
from ..actors.paging import pages
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from .baselines import SINCE
from .context import Appointment, Scenario
from .slot_leases import slots_in
from .slot_search import include_parameters

_BEFORE_AND_AFTER = {
    "its start": timedelta(0),
    "a second before": timedelta(seconds=-1),
    "a second after": timedelta(seconds=1),
    "a minute before": timedelta(minutes=-1),
    "a minute after": timedelta(minutes=1),
    "an hour before": timedelta(hours=-1),
    "an hour after": timedelta(hours=1),
    "two hours after": timedelta(hours=2),
}

#: Two hours on each side, hour by hour: midnight in summer time is an hour before midnight in UTC.
_HOURS = (-2, -1, 0, 1)
_HOUR, _SECOND = timedelta(hours=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Look:
    """A search that should find one slot, or should not."""

    what: str
    requirement: str
    should: bool
    found: bool
    strict: bool
    exchange: Exchange


def look_by_times(scenario: Scenario, rows: Iterable[Mapping[str, str]]) -> list[Look]:
    """Search for the slot found, by bounds around its start."""
    found = scenario.found
    if found is None:
        raise CannotGoOn("no free slot was found")
    looks = []
    for row in rows:
        bounds = [_bound(found.slot.start, row[name]) for name in ("lower", "upper")]
        call = search_slots(found.slot.service, None, None)
        call = call.changed(query=(*call.query, *(("start", bound) for bound in bounds)))
        exchange = search_for(scenario.consumer("first_111"), found.part, found.slot, call)
        strict = row["lower"].startswith("gt") or row["upper"].startswith("lt")
        what = f"{row['lower']}, {row['upper']}"
        looks.append(Look(what, row["decides"], row["found"] == "yes", offers(exchange, found.slot), strict, exchange))
    return looks


def _bound(start: datetime, words: str) -> str:
    """``ge an hour before in +01:00`` as the value of a start parameter."""
    prefix, _, rest = words.partition(" ")
    place, _, zone = rest.partition(" in ")
    moment_ = start + _BEFORE_AND_AFTER[place]
    if zone:
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
        moment_ = moment_.astimezone(timezone(offset))
    else:
        moment_ = moment_.astimezone(UTC)
    return prefix + moment_.isoformat()


def look_by_status(scenario: Scenario, appointment: Appointment, rows: Iterable[Mapping[str, str]]) -> list[Look]:
    """Search for the slot of an appointment, by status."""
    looks = []
    for row in rows:
        exchange = search_around(appointment.consumer, appointment.part, appointment.slot, row["status"])
        found = offers(exchange, appointment.slot)
        looks.append(Look(f"status={row['status']}", "PRV-SRCH-03", row["found"] == "yes", found, False, exchange))
    slot = appointment.slot
    # Time and status are kept to however a search is made: that is looked for in every answer (PRV-SRCH-05, -06).
    spelling = "latest" if editions.in_range(scenario.settings.edition, "0.2.0+") else "older"
    plain = search_slots(slot.service, slot.start, slot.start)
    others = [
        search_slots(slot.service, slot.start, slot.start, includes=include_parameters(spelling)),
        search_slots(slot.service, datetime.now(UTC) - timedelta(hours=2), slot.start),
        plain.changed(query=(*plain.query, ("unknown-parameter", "1"))),
    ]
    if "xml" in scenario.settings.capabilities:
        others.append(plain.changed(format=XML))
    for call in others:
        search_for(appointment.consumer, appointment.part, slot, call)
    return looks


@dataclass(frozen=True)
class OverMidnight:
    """Searches hour by hour around midnight, and one over all of these hours.

    ``whole`` are the slots of that one, ``exchange`` its last answer. ``missing`` are those that it lacked and that
    their own hour showed before it and after it, so that a diary may change meanwhile; ``evening`` is how many slots
    a search of the hours before had, made where some are missing.
    """

    before: tuple[frozenset[str], ...]
    whole: frozenset[str]
    exchange: Exchange
    missing: tuple[str, ...] = ()
    evening: int = 0


def search_over_midnight(scenario: Scenario, who: str) -> OverMidnight:
    """Search the hours around the next midnight, each by itself and all of them at once."""
    midnight = (datetime.now(UTC) + SINCE + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [(midnight + hour * _HOUR, midnight + (hour + 1) * _HOUR - _SECOND) for hour in _HOURS]
    before = tuple(_found(scenario, who, *hour)[0] for hour in hours)
    whole, exchange = _found(scenario, who, hours[0][0], hours[-1][1])
    if exchange.status != 200:
        return OverMidnight(before, whole, exchange)
    missing = tuple(
        slot
        for found, hour in zip(before, hours, strict=True)
        if found - whole
        for slot in (found - whole) & _found(scenario, who, *hour)[0]
    )
    evening = len(_found(scenario, who, midnight - timedelta(hours=8), midnight - _SECOND)[0]) if missing else 0
    return OverMidnight(before, whole, exchange, missing, evening)


def _found(scenario: Scenario, who: str, since: datetime, until: datetime) -> tuple[frozenset[str], Exchange]:
    """The free slots that start from ``since`` to ``until``, over all pages, and the last answer."""
    part, found = scenario.part("provider"), set()
    service = part.service("later")
    for exchange in pages(scenario.consumer(who), part, search_slots(service, since, until)):
        found |= {slot.identifier for slot in slots_in(exchange, service)}
    return frozenset(found), exchange
