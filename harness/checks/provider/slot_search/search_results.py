"""Expectations of a slot search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ....actors.appointment_body import offers
from ....fhir import bundle_resources, references
from ....http.exchange import Exchange
from ....http.times import moment
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.context import Appointment
from ....scenario.slot_search import NO_LESS, NoLess
from ....scenario.variations import Trial
from ....text import in_words
from .bundles import BundleContents


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
def not_offered(recorder: Recorder, appointment: Appointment, answers: Mapping[str, Exchange]) -> None:
    """PRV-BOOK-03: a slot that was booked is not offered as free any more, however it is asked for."""
    for way, exchange in answers.items():
        if exchange.status != 200:
            recorder.not_observed("PRV-BOOK-03", f"{way} was answered with {exchange.summary()}", of=exchange)
            continue
        free = offers(exchange, appointment.slot, "free")
        recorder.expect(
            "PRV-BOOK-03",
            not free,
            expected=f"{way} does not return the booked slot as free",
            actual="it is still returned as free" if free else "it is not returned as free",
            of=[appointment.booked, exchange],
            where="Slot.status",
        )


@decides("PRV-SRCH-41")
def offered_again(recorder: Recorder, appointment: Appointment, exchange: Exchange) -> None:
    """PRV-SRCH-41: a slot that the provider released is visible in later searches."""
    offered = offers(exchange, appointment.slot)
    recorder.expect(
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
def told_whether_offered_again(recorder: Recorder, appointment: Appointment, exchange: Exchange) -> None:
    """PRV-CAN-20: the freed time may be offered again; told, not judged."""
    again = offers(exchange, appointment.slot)
    recorder.expect(
        "PRV-CAN-20",
        True,
        expected="told, not judged: whether the slot is offered again",
        actual="it is" if again else "it is not",
        of=exchange,
        where="Slot.status",
    )


@decides(rows=NO_LESS)
def finds_no_less(recorder: Recorder, searches: Sequence[NoLess]) -> None:
    """A search that asks for no less than the good one finds slots where the good one does."""
    for one in searches:
        found = len(bundle_resources(one.exchange.resource, "Slot"))
        for requirement in one.row.requirements:
            if one.good is not None and not bundle_resources(one.good.resource, "Slot"):
                recorder.not_observed(requirement, "the good search finds no slot any more either", of=one.good)
                continue
            recorder.expect(
                requirement,
                found > 0,
                expected=f"{one.row.change}: slots, as without it",
                actual="slots" if found else one.exchange.answered() + " without slots",
                of=one.exchange,
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


@decides("PRV-SRCH-10")
def no_slot_has_it(recorder: Recorder, trial: Trial) -> None:
    """PRV-SRCH-10: a status that no slot can have is not taken for another one."""
    for row in trial.rows:
        if row.situation != "unknown-slot-status" or row.exchange is None or not row.exchange.ok:
            # Whether another answer is right is for the table to say.
            continue
        slots = len(bundle_resources(row.exchange.resource, "Slot"))
        recorder.expect(
            "PRV-SRCH-10",
            not slots,
            expected=f"{row.change}: no slots",
            actual=f"{slots} slots" if slots else row.exchange.answered(),
            of=row.exchange,
            where="Slot.status",
        )
