"""Expectations of whose slots a search returns: those of the service asked for, and of no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ....actors.calls import search_slots
from ....actors.consumer import bundle_resources
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.context import Scenario
from .bundles import BundleContents, Resource, references


@decides("DOS-07", "PRV-SRCH-02", "RES-HCS-01")
def of_the_service(recorder: Recorder, contents: BundleContents, service: str) -> None:
    """PRV-SRCH-02, RES-HCS-01, DOS-07: every slot's schedule is of the service asked for, by id or identifier."""
    exchange = contents.exchange
    services = contents.of_type("HealthcareService")
    slots = contents.of_type("Slot")
    if not slots:
        for requirement in ("PRV-SRCH-02", "DOS-07", "RES-HCS-01"):
            recorder.not_observed(requirement, "no slot came back", of=exchange)
        return
    foreign, seen = [], 0
    for slot in slots:
        schedule = next((s for ref in references(slot.get("schedule")) if (s := contents.find(ref))), None)
        if schedule is None:
            continue
        actors = list(references(schedule.get("actor")))
        ids = {ref.rsplit("/", 1)[-1] for ref in actors if "HealthcareService/" in ref}
        for ref in actors:
            found = contents.find(ref)
            if found is not None and found.get("resourceType") == "HealthcareService":
                ids |= _keys(found)
        if ids:
            seen += 1
            if service not in ids:
                foreign.append(contents.name(slot))
    for requirement in ("PRV-SRCH-02", "DOS-07"):
        if not seen:
            recorder.does_not_arise(requirement, "no schedule came along that names its service", of=exchange)
            continue
        recorder.expect(
            requirement,
            not foreign,
            expected=f"only slots of service {service}",
            actual=f"{seen} slots, all of them" if not foreign else f"of another service: {', '.join(foreign[:5])}",
            of=exchange,
            where="Schedule.actor",
        )
    if not services:
        recorder.does_not_arise("RES-HCS-01", "no HealthcareService came along", of=exchange)
        return
    wrong = [contents.name(s) for s in services if not s.get("identifier") or service not in _keys(s)]
    recorder.expect(
        "RES-HCS-01",
        not wrong,
        expected=f"a HealthcareService with an identifier, whose id or identifier is {service}",
        actual="as expected" if not wrong else f"not so: {', '.join(wrong)}",
        of=exchange,
        where="HealthcareService.identifier",
    )


def _keys(service: Resource) -> set[str]:
    values = {str(i.get("value")) for i in service.get("identifier") or [] if isinstance(i, Mapping)}
    return {str(service.get("id"))} | values


@decides("PRV-SRCH-02")
def none_of_another(scenario: Scenario, contents: BundleContents, who: str) -> None:
    """PRV-SRCH-02: the same search without includes finds slots of the same schedules, and of no other."""
    known = _schedules(contents.of_type("Slot"))
    with_includes, recorder = contents.exchange, scenario.recorder
    if not known or _goes_on(with_includes):
        recorder.does_not_arise("PRV-SRCH-02", "no slot came back, or not all in one page", of=with_includes)
        return
    part, consumer = scenario.part(with_includes.system), scenario.consumer(who)
    asked = parse_qsl(urlsplit(with_includes.request.url).query)
    plain_query = tuple((name, value) for name, value in asked if not name.startswith("_include"))
    call = search_slots("").changed(query=plain_query)
    plain = consumer.send(part, call)
    if _schedules(bundle_resources(plain.resource, "Slot")) - known:
        # A diary may have opened meanwhile.
        known |= _schedules(bundle_resources(consumer.send(part, call.changed(query=tuple(asked))).resource, "Slot"))
    more = sorted(_schedules(bundle_resources(plain.resource, "Slot")) - known)
    recorder.expect(
        "PRV-SRCH-02",
        not more,
        expected="without includes slots of the same schedules",
        actual="as with includes" if not more else f"slots of other schedules: {', '.join(more[:3])}",
        of=[with_includes, plain],
        where="Slot.schedule",
    )


def _schedules(slots: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of the schedules that slots refer to."""
    return {ref.rsplit("/", 1)[-1] for slot in slots for ref in references(slot.get("schedule"))}


def _goes_on(exchange: Exchange) -> bool:
    links = exchange.resource.get("link") or []
    return any(isinstance(link, Mapping) and link.get("relation") == "next" for link in links)


@decides("PRV-SRCH-02")
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
        actual=f"{len(slots)} slots" if exchange.status == 200 else exchange.summary(),
        of=exchange,
        where="Bundle.entry",
    )
