"""Expectations of a slot search."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..actors import bundle_resources
from ..bookings import Slot
from ..calls import search_slots
from ..exchange import Exchange
from ..recording import Recorder
from ..scenario import Appointment, Scenario
from ..times import moment

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
            actual=f"{len(slots)} slots, all of them"
            if not outside
            else f"outside: {', '.join(outside[:5])}",
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


def find_again(
    scenario: Scenario, slot: Slot, appointment: Appointment, status: str = "free"
) -> tuple[bool, Exchange]:
    """Whether a search over the slot's start, for one status, still offers that very slot."""
    exchange = appointment.consumer.send(
        appointment.part, search_slots(slot.service, slot.start - _NEAR, slot.start + _NEAR, status)
    )
    return any(same_slot(slot, other) for other in bundle_resources(exchange.resource, "Slot")), exchange


def same_slot(slot: Slot, resource: dict[str, object]) -> bool:
    """The same slot: by its identifier where it has one, else by its id."""
    return Slot(slot.system, slot.service, resource, slot.start, slot.end).identifier == slot.identifier


def not_offered(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-BOOK-03: a slot that was booked is not offered as free any more."""
    offered, exchange = find_again(scenario, appointment.slot, appointment)
    if exchange.status != 200:
        scenario.recorder.not_observed(
            "PRV-BOOK-03", f"the search was answered with {exchange.told()}", of=exchange
        )
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
    offered, exchange = find_again(scenario, appointment.slot, appointment)
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
