"""Finding one slot again, by a search over its start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from ..http.exchange import Exchange
from ..settings.model import Part
from .appointment_body import Slot, offers
from .calls import Call, search_slots
from .consumer import ConsumerSystem
from .paging import pages

#: Around a slot's start, to find that slot again.
_NEAR = timedelta(seconds=1)


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
