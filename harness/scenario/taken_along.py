"""Which slots a search no longer shows while another slot is booked, and shows again once that one is cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ..actors.calls import search_slots
from ..actors.paging import pages
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from .baselines import SINCE, UNTIL
from .context import Scenario
from .slot_leases import slots_in

#: How far around the start of the booked slot others are looked at.
_BEFORE, _AFTER = timedelta(minutes=30), timedelta(minutes=60)
_ROUNDS = ("first", "second")


@dataclass(frozen=True)
class TakenAlong:
    """The searches around one booking, and the starts of the slots that came and went with it.

    Slots of the same schedule that overlap the booked one are left out: who is seen in one cannot be seen in the other.
    """

    searches: tuple[Exchange, ...]
    gone: tuple[str, ...]


def book_and_cancel_twice(scenario: Scenario) -> list[TakenAlong]:
    """Book a slot and cancel it, and then another one: others book and cancel, too, but hardly twice in step.

    Raises:
        CannotGoOn: no slot was to be had, its booking or cancellation was rejected, or a search failed.
    """
    return [_around_a_booking(scenario, name) for name in _ROUNDS]


def _around_a_booking(scenario: Scenario, name: str) -> TakenAlong:
    consumer, part = scenario.consumer("first_111"), scenario.part("provider")
    slot = scenario.find_slot(consumer, part, "later", SINCE, UNTIL).slot
    call = search_slots(slot.service, slot.start - _BEFORE, slot.start + _AFTER, "free")
    searches: list[Exchange] = []

    def others() -> dict[str, str]:
        found = list(pages(consumer, part, call.changed()))
        searches.extend(found)
        failed = next((exchange for exchange in found if exchange.status != 200), None)
        if failed is not None:
            # A search that failed shows no slot, and none is missing for that.
            raise CannotGoOn(f"a search around the slot was answered with {failed.summary()}", "PRV-SRCH-01")
        return {
            one.identifier: one.start.isoformat()
            for exchange in found
            for one in slots_in(exchange, slot.service)
            if one.resource.get("schedule") != slot.resource.get("schedule")
            or one.end <= slot.start
            or one.start >= slot.end
        }

    before = others()
    made = scenario.book(name, consumer, part, slot)
    if not made.url:
        raise CannotGoOn(f"the slot could not be booked: {made.booked.summary()}", "PRV-BOOK-01")
    meanwhile = others()
    cancelled = scenario.cancel(made)
    if not cancelled.ok:
        raise CannotGoOn(f"the appointment could not be cancelled: {cancelled.summary()}", "PRV-CAN-01")
    after = others()
    gone = (before.keys() & after.keys()) - meanwhile.keys()
    return TakenAlong(tuple(searches), tuple(sorted(before[one] for one in gone)))
