"""Expectations of a slot search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from uec_booking.standard import editions

from ....actors.calls import search_slots
from ....actors.consumer import bundle_resources
from ....actors.finding import offers, search_around, search_for
from ....actors.paging import pages
from ....errors import NotApplicable
from ....http.exchange import Exchange
from ....http.times import moment
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.concurrency import together
from ....scenario.context import Appointment, Scenario
from ....scenario.variations import Trial
from ....text import in_words
from .bundles import BundleContents, include_parameters, references


@decides("PRV-SRCH-01")
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


@decides("PRV-SRCH-05")
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


@decides("PRV-SRCH-06")
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


@decides("PRV-BOOK-03")
def not_offered(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-BOOK-03: a slot that was booked is not offered as free any more, however it is asked for."""
    consumer, part, slot = appointment.consumer, appointment.part, appointment.slot
    latest = editions.in_range(scenario.settings.edition, "0.2.0+")
    includes = include_parameters("latest" if latest else "older")
    near, wide = timedelta(seconds=1), timedelta(hours=1)
    # Not from the past on, which editions up to 0.1.17 refuse (CF-12).
    since = max(slot.start - wide, min(datetime.now(UTC) + timedelta(minutes=1), slot.start - near))
    ways = {
        "a search for free slots": search_slots(slot.service, slot.start - near, slot.start + near),
        "one without status": search_slots(slot.service, slot.start - near, slot.start + near, ""),
        "one over two hours with includes": search_slots(slot.service, since, slot.start + wide, includes=includes),
    }
    before = scenario.searched.exchange if scenario.searched else None
    if before is not None and offers(before, slot):
        # Whoever keeps the answers to searches has this one.
        again = search_slots(slot.service).changed(path=before.request.url, query=())
        ways["the search in which it was found"] = again
    for way, call in ways.items():
        exchange = search_for(consumer, part, slot, call)
        if exchange.status != 200:
            scenario.recorder.not_observed("PRV-BOOK-03", f"{way} was answered with {exchange.summary()}", of=exchange)
            continue
        free = offers(exchange, slot, "free")
        scenario.recorder.expect(
            "PRV-BOOK-03",
            not free,
            expected=f"{way} does not return the booked slot as free",
            actual="it is still returned as free" if free else "it is not returned as free",
            of=[appointment.booked, exchange],
            where="Slot.status",
        )


@decides("PRV-SRCH-41")
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


@decides("PRV-CAN-20")
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


#: Situations in which a search asks for what the good one asks for, or for more.
_NO_LESS = frozenset(
    [
        "search-without-optional-parameters",
        "unknown-query-parameter",
        "search-past-start",
        "search-with-includes",
        "search-ok",
    ]
)


@decides(rows=_NO_LESS)
def finds_no_less(recorder: Recorder, trial: Trial) -> None:
    """A search that asks for no less than the good one finds slots where the good one does.

    A diary changes meanwhile, so a search that found none is sent once more, and the good one after it.
    """
    if not bundle_resources(trial.send_twin().resource, "Slot"):
        return
    for row in trial.rows:
        if row.situation not in _NO_LESS or row.exchange is None or row.call is None or row.exchange.status != 200:
            continue
        exchange = row.exchange
        if not bundle_resources(exchange.resource, "Slot"):
            exchange = trial.consumer.send(trial.part, row.call.changed(note=f"{row.change}, once more"))
        found = len(bundle_resources(exchange.resource, "Slot"))
        again = (
            trial.consumer.send(trial.part, trial.good().changed(note="the good one after it")) if not found else None
        )
        for requirement in row.requirements:
            if again is not None and not bundle_resources(again.resource, "Slot"):
                recorder.not_observed(requirement, "the good search finds no slot any more either", of=again)
                continue
            recorder.expect(
                requirement,
                found > 0,
                expected=f"{row.change}: slots, as without it",
                actual="slots" if found else exchange.answered() + " without slots",
                of=exchange,
                where="Bundle.entry",
            )


@decides("PRV-SRCH-17")
def schedules_come_along(recorder: Recorder, trial: Trial) -> None:
    """PRV-SRCH-17: with Slot:schedule as the only include, every schedule that the slots refer to is there."""
    for row in trial.rows:
        if not row.change.endswith("_include=Slot:schedule") or row.exchange is None or row.exchange.status != 200:
            continue
        contents = BundleContents(row.exchange)
        wanted = {ref for slot in contents.of_type("Slot") for ref in references(slot.get("schedule"))}
        missing = sorted(ref for ref in wanted if contents.find(ref) is None)
        recorder.expect(
            "PRV-SRCH-17",
            not missing,
            expected="every schedule that the slots refer to",
            actual=f"{len(wanted)} schedules, all there" if not missing else f"not there: {', '.join(missing[:3])}",
            of=row.exchange,
            where="Bundle.entry",
        )


def every_page(scenario: Scenario, who: str) -> None:
    """Ask for two days of free slots, page by page; what they hold is looked at in every answer."""
    part, now = scenario.part("provider"), datetime.now(UTC)
    call = search_slots(part.service("later"), now + timedelta(hours=6), now + timedelta(hours=48))
    for _ in pages(scenario.consumer(who), part, call):
        pass


def search_at_once(scenario: Scenario, number: int) -> list[Exchange]:
    """As many consumers search for free slots at the same moment."""
    part = scenario.part("provider")
    now = datetime.now(UTC)
    call = search_slots(part.service("later"), now + timedelta(hours=6), now + timedelta(hours=8))
    return together([partial(scenario.another_consumer("first_111").send, part, call.changed()) for _ in range(number)])


@decides("RES-BND-01")
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
        actual=f"total {in_words(total)}",
        of=exchange,
        where="Bundle.total",
    )


def search_with_includes(scenario: Scenario, who: str, where: str, spelling: str) -> None:
    """A search with every include, in the spelling of the edition under test or of the older ones.

    It asks for a time of which the same search without includes finds slots, where there is one.
    """
    latest = spelling == "edition" and editions.in_range(scenario.settings.edition, "0.2.0+")
    part, consumer = scenario.part(where), scenario.consumer(who)
    now = datetime.now(UTC).replace(microsecond=0)

    def search(since: int, until: int, includes: Sequence[tuple[str, str]] = ()) -> Exchange:
        bounds = (now + timedelta(hours=hours) for hours in (since, until))
        return consumer.send(part, search_slots(part.service("later"), *bounds, includes=includes))

    spans = ((6, 12), (12, 24), (24, 48))
    span = next((one for one in spans if bundle_resources(search(*one).resource, "Slot")), spans[0])
    scenario.last = search(*span, include_parameters("latest" if latest else "older"))
    if not bundle_resources(scenario.last.resource, "Slot"):
        # A diary changes meanwhile: only what the plain search still finds is missing.
        search(*span)


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


@decides("PRV-SRCH-14", "PRV-SRCH-15")
def clearly_empty(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-14: 200, a searchset with total 0; PRV-SRCH-15: no other resource but an OperationOutcome."""
    recorder.expect_answer("PRV-SRCH-14", "search-no-slots", exchange)
    if exchange.status != 200:
        recorder.not_observed("PRV-SRCH-15", f"it was answered with {exchange.summary()}", of=exchange)
        return
    body = exchange.resource
    slots = bundle_resources(body, "Slot")
    recorder.expect(
        "PRV-SRCH-14",
        body.get("type") == "searchset" and body.get("total") in (0, None) and not slots,
        expected="an empty searchset, total 0",
        actual=f"{body.get('type')}, total {in_words(body.get('total'))}, {len(slots)} slots",
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
