"""Searches for free slots in the ways that a scenario asks for; what came of them is for the checks to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from uec_booking.standard import editions, names

from ..actors.appointment_body import offers
from ..actors.calls import search_slots
from ..actors.finding import search_around, search_for
from ..actors.paging import pages
from ..errors import NotApplicable
from ..fhir import bundle_resources, ids_referred_to
from ..http.exchange import Exchange
from .concurrency import together
from .context import Appointment, Scenario
from .variations import Row, Trial

#: Situations in which a search asks for what the good one asks for, or for more.
NO_LESS = frozenset(
    [
        "search-without-optional-parameters",
        "unknown-query-parameter",
        "search-past-start",
        "search-with-includes",
        "search-ok",
    ]
)


def include_parameters(spelling: str) -> list[tuple[str, str]]:
    """All includes, in the spelling of edition 0.2.0 and later ("latest") or of those before ("older")."""
    latest = spelling == "latest"
    iterate = "_include:iterate" if latest else "_include"
    organisation, location = (
        ("HealthcareService:Organization", "HealthcareService:Location")
        if latest
        else ("HealthcareService.providedBy", "HealthcareService.location")
    )
    return [
        ("_include", names.INCLUDE_SCHEDULE),
        (iterate, names.INCLUDE_PRACTITIONER),
        (iterate, names.INCLUDE_PRACTITIONER_ROLE),
        (iterate, names.INCLUDE_SERVICE),
        (iterate, organisation),
        (iterate, location),
    ]


def look_for_slot(appointment: Appointment) -> Exchange:
    """A search for the slot of an appointment among the free ones, as who booked it."""
    return search_around(appointment.consumer, appointment.part, appointment.slot, "free")


def look_for_slot_in_all_ways(scenario: Scenario, appointment: Appointment) -> Mapping[str, Exchange]:
    """Searches in which the slot of an appointment would be shown, if it were free: each with its name."""
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
    return {way: search_for(consumer, part, slot, call) for way, call in ways.items()}


@dataclass(frozen=True)
class NoLess:
    """A search that asks for no less than the good one, which found slots.

    ``exchange`` is its answer: the second one, where the first had no slots. Where that has none either, ``good`` is
    the good search once more.
    """

    row: Row
    exchange: Exchange
    good: Exchange | None = None


def search_for_no_less(trial: Trial) -> list[NoLess]:
    """The searches of a trial that ask for no less than the good one; none where that finds no slots.

    A diary changes meanwhile, so a search that found none is sent once more, and the good one after it.
    """
    if not bundle_resources(trial.send_twin().resource, "Slot"):
        return []
    found = []
    for row in trial.rows:
        if row.situation not in NO_LESS or row.exchange is None or row.call is None or row.exchange.status != 200:
            continue
        exchange, good = row.exchange, None
        if not bundle_resources(exchange.resource, "Slot"):
            exchange = trial.consumer.send(trial.part, row.call.changed(note=f"{row.change}, once more"))
            if not bundle_resources(exchange.resource, "Slot"):
                good = trial.consumer.send(trial.part, trial.good().changed(note="the good one after it"))
        found.append(NoLess(row, exchange, good))
    return found


def ask_for_every_page(scenario: Scenario, who: str) -> None:
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


#: How many of the includes it takes for a kind of resource alone: those that lead to it, and its own as the last.
_LEADING_TO: Mapping[str, tuple[int, ...]] = {
    "Schedule": (0,),
    "Practitioner": (0, 1),
    "PractitionerRole": (0, 2),
    "HealthcareService": (0, 3),
    "Organization": (0, 3, 4),
    "Location": (0, 3, 5),
}


def search_with_includes(scenario: Scenario, who: str, where: str, spelling: str) -> None:
    """A search with every include, in the spelling of the edition under test or of the older ones.

    It asks for a time of which the same search without includes finds slots, where there is one.
    """
    search = _search_where_slots_are(scenario, who, where)
    scenario.last = search(_includes(scenario) if spelling == "edition" else include_parameters("older"))
    if not bundle_resources(scenario.last.resource, "Slot"):
        # A diary changes meanwhile: only what the plain search still finds is missing.
        search(())


def search_with_each_include(scenario: Scenario, who: str, where: str) -> Mapping[str, Exchange]:
    """A search for each kind of resource that can be included, without what only others need; by that kind."""
    search, everything = _search_where_slots_are(scenario, who, where), _includes(scenario)
    return {kind: search([everything[number] for number in numbers]) for kind, numbers in _LEADING_TO.items()}


def _includes(scenario: Scenario) -> list[tuple[str, str]]:
    return include_parameters("latest" if editions.in_range(scenario.settings.edition, "0.2.0+") else "older")


def _search_where_slots_are(
    scenario: Scenario, who: str, where: str
) -> Callable[[Sequence[tuple[str, str]]], Exchange]:
    """Sends searches with includes, for a time of which one without finds slots, where there is such a time."""
    part, consumer = scenario.part(where), scenario.consumer(who)
    now = datetime.now(UTC).replace(microsecond=0)

    def search(since: int, until: int, includes: Sequence[tuple[str, str]] = ()) -> Exchange:
        start, end = now + timedelta(hours=since), now + timedelta(hours=until)
        return consumer.send(part, search_slots(part.service("later"), start, end, includes=includes))

    spans = ((6, 12), (12, 24), (24, 48))
    span = next((one for one in spans if bundle_resources(search(*one).resource, "Slot")), spans[0])
    return partial(search, *span)


@dataclass(frozen=True)
class WithoutIncludes:
    """A search with includes, then the same without; ``again`` with them, where the second found other schedules."""

    with_includes: Exchange
    plain: Exchange
    again: Exchange | None = None


def search_without_includes(scenario: Scenario, who: str, with_includes: Exchange) -> WithoutIncludes | None:
    """The same search without its includes; None where it found no slots, or not all of them in one page."""
    known = ids_referred_to(bundle_resources(with_includes.resource, "Slot"), "schedule")
    if not known or _goes_on(with_includes):
        return None
    part, consumer = scenario.part(with_includes.system), scenario.consumer(who)
    asked = parse_qsl(urlsplit(with_includes.request.url).query)
    plain_query = tuple((name, value) for name, value in asked if not name.startswith("_include"))
    call = search_slots("").changed(query=plain_query)
    plain = consumer.send(part, call)
    if not ids_referred_to(bundle_resources(plain.resource, "Slot"), "schedule") - known:
        return WithoutIncludes(with_includes, plain)
    # A diary may have opened meanwhile.
    return WithoutIncludes(with_includes, plain, consumer.send(part, call.changed(query=tuple(asked))))


def _goes_on(exchange: Exchange) -> bool:
    links = exchange.resource.get("link") or []
    return any(isinstance(link, Mapping) and link.get("relation") == "next" for link in links)


def search_of_service_without_slots(scenario: Scenario) -> Exchange | None:
    """A search for the slots of the service that has none; None where the settings name no such service."""
    part = scenario.part("provider")
    service = part.services.get("none")
    if not service:
        return None
    now = datetime.now(UTC)
    return scenario.consumer("first_111").send(
        part, search_slots(service, now + timedelta(hours=6), now + timedelta(hours=12))
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
