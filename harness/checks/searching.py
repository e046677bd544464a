"""Expectations of a slot search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote_plus

from uec_booking.standard import editions

from ..actors import ConsumerSystem, bundle_resources
from ..bookings import Slot
from ..calls import Call, search_slots
from ..errors import CannotGoOn, NotApplicable
from ..exchange import Exchange
from ..pages import pages
from ..recording import Recorder
from ..scenario import Appointment, Scenario
from ..settings import Part
from ..times import moment
from .bundles import BundleContents, include_parameters

#: Around a slot's start, to find that slot again.
_NEAR = timedelta(seconds=1)


def answered(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-01: 200 with a searchset Bundle."""
    recorder.expect_answer("PRV-SRCH-01", "search-ok", exchange)
    if exchange.status == 200:
        body = exchange.resource
        recorder.expect(
            "PRV-SRCH-01",
            body.get("resourceType") == "Bundle" and body.get("type") == "searchset",
            expected="a Bundle of type searchset",
            actual=f"{body.get('resourceType', 'no resource')} of type {body.get('type', 'none')}",
            of=exchange,
            where="Bundle.type",
        )


def within(recorder: Recorder, exchange: Exchange, since: datetime | None, until: datetime | None) -> None:
    """PRV-SRCH-05: no slot starts before the lower bound or after the upper bound, both to the second."""
    slots = bundle_resources(exchange.resource, "Slot")
    outside = []
    for slot in slots:
        start = moment(slot.get("start"))
        if start and ((since and start < since.replace(microsecond=0)) or (until and start > until)):
            outside.append(str(slot.get("start")))
    expected = f"slots that start from {_text(since)} to {_text(until)}"
    if slots:
        recorder.expect(
            "PRV-SRCH-05",
            not outside,
            expected=expected,
            actual=f"{len(slots)} slots, all of them" if not outside else f"outside: {', '.join(outside[:5])}",
            of=exchange,
            where="Slot.start",
        )
    else:
        recorder.not_observed("PRV-SRCH-05", "no slot came back", of=exchange)


def only_free(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-06: when free slots were asked for, every slot is free."""
    statuses = [str(slot.get("status")) for slot in bundle_resources(exchange.resource, "Slot")]
    if not statuses:
        recorder.not_observed("PRV-SRCH-06", "no slot came back", of=exchange)
        return
    other = [status for status in statuses if status != "free"]
    recorder.expect(
        "PRV-SRCH-06",
        not other,
        expected="every Slot.status free",
        actual=f"{len(statuses)} slots, all free" if not other else f"{len(other)} slots that are {other[0]}",
        of=exchange,
        where="Slot.status",
    )


def search_around(consumer: ConsumerSystem, part: Part, slot: Slot, status: str) -> Exchange:
    """A search over the slot's start alone, for one status: the page with the slot, else the last one."""
    return search_for(consumer, part, slot, search_slots(slot.service, slot.start - _NEAR, slot.start + _NEAR, status))


def search_for(consumer: ConsumerSystem, part: Part, slot: Slot, call: Call) -> Exchange:
    """A search in which a slot is looked for: the answer, or page of it, with the slot, else the last one."""
    return _next_or_last(pages(consumer, part, call), lambda exchange: offers(exchange, slot))


def _next_or_last(exchanges: Iterable[Exchange], wanted: Callable[[Exchange], bool]) -> Exchange:
    """The first exchange that is wanted, else the last of them; there is at least one."""
    exchange = None
    for exchange in exchanges:
        if wanted(exchange):
            break
    assert exchange is not None
    return exchange


def offers(exchange: Exchange, slot: Slot) -> bool:
    """Whether an answer holds that very slot: by its identifier where it has one, else by its id."""
    return any(
        Slot(slot.system, slot.service, resource, slot.start, slot.end).identifier == slot.identifier
        for resource in bundle_resources(exchange.resource, "Slot")
    )


def not_offered(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-BOOK-03: a slot that was booked is not offered as free any more."""
    exchange = search_around(appointment.consumer, appointment.part, appointment.slot, "free")
    offered = offers(exchange, appointment.slot)
    if exchange.status != 200:
        scenario.recorder.not_observed("PRV-BOOK-03", f"the search was answered with {exchange.told()}", of=exchange)
        return
    scenario.recorder.expect(
        "PRV-BOOK-03",
        not offered,
        expected="the booked slot is not returned by a search for free slots",
        actual="it is still returned as free" if offered else "it is not returned",
        of=[appointment.booked, exchange],
        where="Slot.status",
    )


def offered_again(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-SRCH-41: a slot that the provider released is visible in later searches."""
    exchange = search_around(appointment.consumer, appointment.part, appointment.slot, "free")
    offered = offers(exchange, appointment.slot)
    scenario.recorder.expect(
        "PRV-SRCH-41",
        offered,
        expected="the slot released by the local cancellation is returned as free",
        actual="it is returned" if offered else f"it is not returned ({exchange.answered()})",
        of=exchange,
        where="Slot",
    )


def _text(bound: datetime | None) -> str:
    return bound.isoformat(timespec="seconds") if bound else "any time"


def told_whether_offered_again(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-CAN-20: the freed time may be offered again; told, not judged."""
    exchange = search_around(appointment.consumer, appointment.part, appointment.slot, "free")
    again = offers(exchange, appointment.slot)
    scenario.recorder.expect(
        "PRV-CAN-20",
        True,
        expected="told, not judged: whether the slot is offered again",
        actual="it is" if again else "it is not",
        of=exchange,
        where="Slot.status",
    )


def echoes_criteria(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-38: the Bundle has a self link with the criteria that were applied."""
    links = [link for link in exchange.resource.get("link") or [] if isinstance(link, Mapping)]
    url = unquote_plus(str(next((link.get("url") for link in links if link.get("relation") == "self"), "")))
    asked = ("schedule.actor", "start=ge", "start=le", "status=")
    missing = [criterion for criterion in asked if criterion not in url]
    recorder.expect(
        "PRV-SRCH-38",
        bool(url) and not missing,
        expected="a self link with service, start and status",
        actual=(url[:200] or "no self link") + (f"; without {', '.join(missing)}" if url and missing else ""),
        of=exchange,
        where="Bundle.link",
    )


def total_is_right(recorder: Recorder, exchange: Exchange) -> None:
    """RES-BND-01: total, where given and the result is not paged, is the number of slots."""
    body = exchange.resource
    slots = len(bundle_resources(body, "Slot"))
    paged = any(isinstance(link, Mapping) and link.get("relation") == "next" for link in body.get("link") or [])
    total = body.get("total")
    if total is None or paged:
        recorder.does_not_arise(
            "RES-BND-01", "no total is given" if total is None else "the result is paged", of=exchange
        )
        return
    recorder.expect(
        "RES-BND-01",
        total == slots,
        expected=f"a total of {slots}, the number of slots",
        actual=f"total {total!r}",
        of=exchange,
        where="Bundle.total",
    )


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
    return prefix + moment_.isoformat(timespec="seconds")


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
        if look.strict and look.found != look.should:
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


def look_by_status(scenario: Scenario, appointment: Appointment, rows: Iterable[Mapping[str, str]]) -> list[Look]:
    """Search for the slot of an appointment, by status."""
    looks = []
    for row in rows:
        exchange = search_around(appointment.consumer, appointment.part, appointment.slot, row["status"])
        found = offers(exchange, appointment.slot)
        looks.append(Look(f"status={row['status']}", "PRV-SRCH-03", row["found"] == "yes", found, False, exchange))
    return looks


def found_under_status(recorder: Recorder, looks: Iterable[Look]) -> None:
    """PRV-SRCH-03: every status can be searched for; PRV-SRCH-06: a search for free slots returns free ones only."""
    for look in looks:
        if look.what == "status=free":
            recorder.expect_answer("PRV-SRCH-03", "search-ok", look.exchange)
            only_free_or_none(recorder, look.exchange)
            continue
        recorder.expect_answer("PRV-SRCH-03", "search-busy-status", look.exchange)
        if look.exchange.status == 200:
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


def search_with_includes(scenario: Scenario, who: str, where: str, spelling: str) -> None:
    """A search with every include, in the spelling of the edition under test or of the older ones."""
    latest = spelling == "edition" and editions.in_range(scenario.settings.edition, "0.2.0+")
    part = scenario.part(where)
    now = datetime.now(UTC).replace(microsecond=0)
    service = part.services.get("later") or next(iter(part.services.values()))
    call = search_slots(
        service,
        now + timedelta(hours=6),
        now + timedelta(hours=12),
        includes=include_parameters("latest" if latest else "older"),
    )
    scenario.last = scenario.consumer(who).send(part, call)


def other_service_has_none(scenario: Scenario) -> None:
    """PRV-SRCH-02: a service that has no slots is not given those of another."""
    part = scenario.part("provider")
    service = part.services.get("none")
    if not service:
        scenario.recorder.does_not_arise("PRV-SRCH-02", "the settings name no service without slots")
        return
    now = datetime.now(UTC)
    exchange = scenario.consumer("first_111").send(
        part, search_slots(service, now + timedelta(hours=6), now + timedelta(hours=12))
    )
    slots = bundle_resources(exchange.resource, "Slot")
    scenario.recorder.expect(
        "PRV-SRCH-02",
        exchange.status == 200 and not slots,
        expected=f"no slot for service {service}, which has none",
        actual=f"{len(slots)} slots" if exchange.status == 200 else exchange.told(),
        of=exchange,
        where="Bundle.entry",
    )


def search_without_slots(scenario: Scenario, who: str, where: str) -> None:
    """A search for slots of the service that has none, with everything that would belong to them."""
    part = scenario.part(where)
    service = part.services.get("none")
    if not service:
        raise NotApplicable(f"the settings name no service without slots ({where}.services.none)")
    now = datetime.now(UTC)
    call = search_slots(
        service, now + timedelta(hours=6), now + timedelta(hours=12), includes=include_parameters("latest")
    )
    scenario.last = scenario.consumer(who).send(part, call)


def clearly_empty(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-14: 200, a searchset with total 0; PRV-SRCH-15: no other resource but an OperationOutcome."""
    recorder.expect_answer("PRV-SRCH-14", "search-no-slots", exchange)
    if exchange.status != 200:
        recorder.not_observed("PRV-SRCH-15", f"it was answered with {exchange.told()}", of=exchange)
        return
    body = exchange.resource
    slots = bundle_resources(body, "Slot")
    recorder.expect(
        "PRV-SRCH-14",
        body.get("type") == "searchset" and body.get("total") in (0, None) and not slots,
        expected="an empty searchset, total 0",
        actual=f"{body.get('type')}, total {body.get('total')!r}, {len(slots)} slots",
        of=exchange,
        where="Bundle.total",
    )
    kinds = [str(r.get("resourceType")) for r in BundleContents(exchange).resources]
    entries = body.get("entry") or []
    form = "other" if kinds else "operation-outcome" if entries else "none"
    recorder.expect_value(
        "PRV-SRCH-15",
        "empty-result-content",
        form,
        actual=f"entries: {', '.join(kinds) or form}",
        of=exchange,
        where="Bundle.entry",
    )
