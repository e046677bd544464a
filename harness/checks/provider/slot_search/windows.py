"""Expectations of searches that should find one slot, or should not: by times and by status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from uec_booking.standard import editions

from ....actors.calls import XML, search_slots
from ....actors.consumer import bundle_resources
from ....actors.finding import offers, search_around, search_for
from ....errors import CannotGoOn
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.context import Appointment, Scenario
from .bundles import include_parameters


@dataclass(frozen=True)
class Look:
    """A search that should find one slot, or should not."""

    what: str
    requirement: str
    should: bool
    found: bool
    strict: bool
    exchange: Exchange


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


@decides(rows=True)
def found_as_times_allow(recorder: Recorder, looks: Iterable[Look]) -> None:
    """PRV-SRCH-04: ge and le are honoured, gt and lt should be (CF-11); FMT-20: whatever the zone."""
    for look in looks:
        if look.strict:
            recorder.expect_answer(look.requirement, "search-strict-bounds", look.exchange)
        else:
            recorder.expect_answer(look.requirement, "search-ok", look.exchange)
        if look.exchange.status != 200:
            continue
        expected = f"{look.what}: the slot is {'found' if look.should else 'not found'}"
        actual = "found" if look.found else "not found"
        if look.should and not look.found and _may_be_capped(recorder, look.exchange):
            reason = f"{look.what}: it is not among as many slots as this provider gives at most (PRV-SRCH-27)"
            recorder.does_not_arise(look.requirement, reason, of=look.exchange)
        elif look.strict and look.found != look.should:
            recorder.falls_short(
                look.requirement, expected=expected, actual=actual, of=look.exchange, where="Slot.start"
            )
        else:
            recorder.expect(
                look.requirement,
                look.found == look.should,
                expected=expected,
                actual=actual,
                of=look.exchange,
                where="Slot.start",
            )


def _may_be_capped(recorder: Recorder, exchange: Exchange) -> bool:
    """Whether no search of the scenario was answered with more slots than this one was."""
    here = len(bundle_resources(exchange.resource, "Slot"))
    return 0 < here == max(len(bundle_resources(e.resource, "Slot")) for e in [exchange, *recorder.exchanges])


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


@decides("PRV-SRCH-03", "PRV-SRCH-06")
def found_under_status(recorder: Recorder, looks: Iterable[Look]) -> None:
    """PRV-SRCH-03: every status can be searched for; PRV-SRCH-06: a search for free slots returns free ones only."""
    for look in looks:
        if look.what == "status=free":
            recorder.expect_answer("PRV-SRCH-03", "search-ok", look.exchange)
            only_free_or_none(recorder, look.exchange)
            continue
        recorder.expect_answer("PRV-SRCH-03", "search-busy-status", look.exchange)
        if look.exchange.status == 200:
            statuses = {str(slot.get("status")) for slot in bundle_resources(look.exchange.resource, "Slot")}
            if look.what == "status=busy":
                recorder.expect(
                    "PRV-SRCH-03",
                    "free" not in statuses,
                    expected="no free slot where busy ones were asked for",
                    actual=f"slots that are {', '.join(sorted(statuses)) or 'none'}",
                    of=look.exchange,
                    where="Slot.status",
                )
            recorder.expect(
                "PRV-SRCH-03",
                look.found == look.should,
                expected=f"{look.what}: the booked slot is {'found' if look.should else 'not found'}",
                actual="found" if look.found else "not found",
                of=look.exchange,
                where="Slot.status",
            )


def only_free_or_none(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-06, where an empty answer is right too."""
    other = [s for s in bundle_resources(exchange.resource, "Slot") if s.get("status") != "free"]
    recorder.expect(
        "PRV-SRCH-06",
        not other,
        expected="every Slot.status free",
        actual="all free" if not other else f"{len(other)} slots that are {other[0].get('status')}",
        of=exchange,
        where="Slot.status",
    )
