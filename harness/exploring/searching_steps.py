"""Steps that search for slots, and hold searches against each other where nobody knows the diary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..actors import calls
from ..actors.appointment_body import Slot
from ..actors.calls import XML
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..model.allowed import Breach
from ..model.near_misses import SEARCHES
from ..scenario.compare import search_differences
from .step import near_miss, send_changed
from .world import WHO, World


@dataclass(frozen=True)
class Search:
    """A search over the slots of the sequence: free ones, or of any status."""

    any_status: bool = False

    def perform(self, world: World) -> None:
        first, last = world.slots[0].start, world.slots[-1].start
        world.says(f"{WHO[0]} searches for {'slots of any status' if self.any_status else 'free slots'} of that time")
        answers = _searched(world, first, last, "" if self.any_status else "free")
        offered = [slot.identifier for slot in world.slots if _has(answers, slot)]
        asked = [slot.identifier for slot in world.slots]
        if self.any_status:
            # A provider may show busy ones or not; what is ours is not free in either case.
            asked = offered
        world.hold(world.model.searched(asked, offered), answers[-1])


@dataclass(frozen=True)
class SearchNarrowly:
    """A search for the moment at which one slot starts, between two that are wider.

    What both wider ones show has to be there: a narrower window gives a subset, and loses nothing that is within it.
    """

    slot: int

    def perform(self, world: World) -> None:
        slot, words = world.slot(self.slot)
        first, last = world.slots[0].start, world.slots[-1].start
        world.says(f"{WHO[0]} searches for free slots at the very start of {words}, between two wider searches")
        before = _searched(world, first, last)
        narrow = _searched(world, slot.start, slot.start)
        after = _searched(world, first, last)
        there = _has(before, slot) and _has(after, slot)
        # One that gives no more than so many slots at once has given that many.
        fewer = sum(map(_count, narrow)) < min(sum(map(_count, before)), sum(map(_count, after)))
        if there and fewer and not _has(narrow, slot):
            expected = f"{words}, which searches of a wider window show before and after"
            world.hold(Breach("PRV-SRCH-04", expected, "it is missing"), narrow[-1])


@dataclass(frozen=True)
class SearchInXml:
    """A search in XML between two in JSON: each says the same."""

    def perform(self, world: World) -> None:
        if "xml" not in world.settings.capabilities:
            return
        call = calls.search_slots(_service(world), world.slots[0].start, world.slots[-1].start)
        world.says(f"{WHO[0]} searches for free slots of that time in XML, between two searches in JSON")
        before = world.send(WHO[0], call.changed())
        marked = world.send(WHO[0], call.changed(headers={"Accept": XML}))
        after = world.send(WHO[0], call.changed())
        if not (marked.ok and marked.response is not None and marked.response.is_xml and before.ok and after.ok):
            return
        wrong = list(search_differences(before, marked, after))
        if wrong:
            world.hold(Breach("FMT-02", "in XML the same as in JSON, before and after", "; ".join(wrong[:3])), marked)


@dataclass(frozen=True)
class SearchOddly:
    """A slot search with one thing changed: some have to be answered, some rejected."""

    miss: int

    def perform(self, world: World) -> None:
        miss = near_miss(SEARCHES, self.miss)
        allowed = world.model.situation(miss.requirement, miss.situation)
        if allowed is None:
            return
        world.says(f"{WHO[0]} searches for slots: {miss.change}")
        good = calls.search_slots(_service(world), world.slots[0].start, world.slots[-1].start)
        exchange = send_changed(world, WHO[0], good, miss, allowed)
        if exchange is not None:
            world.done_by(allowed, exchange)


def _service(world: World) -> str:
    return world.part.service("later")


def _searched(world: World, since: datetime, until: datetime, status: str = "free") -> Sequence[Exchange]:
    """All pages of a search, which has to be answered."""
    answers = world.pages(WHO[0], calls.search_slots(_service(world), since, until, status))
    allowed = world.model.situation("PRV-SRCH-01", "search-ok")
    assert allowed is not None
    for answer in answers:
        world.done_by(allowed, answer)
    return answers


def _has(answers: Sequence[Exchange], slot: Slot) -> bool:
    """Whether a search shows the slot as free."""
    return any(
        resource.get("status") == "free"
        and Slot(slot.system, slot.service, resource, slot.start, slot.end).identifier == slot.identifier
        for answer in answers
        for resource in bundle_resources(answer.resource, "Slot")
    )


def _count(answer: Exchange) -> int:
    return len(bundle_resources(answer.resource, "Slot"))
