"""Expectations of whose slots a search returns: those of the service asked for, and of no other."""

from __future__ import annotations

from collections.abc import Mapping

from ....fhir import bundle_resources, ids_referred_to, references
from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.slot_search import WithoutIncludes
from .bundles import BundleContents, Resource


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
def none_of_another(recorder: Recorder, contents: BundleContents, seen: WithoutIncludes | None) -> None:
    """PRV-SRCH-02: the same search without includes finds slots of the same schedules, and of no other."""
    if seen is None:
        recorder.does_not_arise("PRV-SRCH-02", "no slot came back, or not all in one page", of=contents.exchange)
        return
    known = _schedules(seen.with_includes) | (_schedules(seen.again) if seen.again else set())
    more = sorted(_schedules(seen.plain) - known)
    recorder.expect(
        "PRV-SRCH-02",
        not more,
        expected="without includes slots of the same schedules",
        actual="as with includes" if not more else f"slots of other schedules: {', '.join(more[:3])}",
        of=[seen.with_includes, seen.plain],
        where="Slot.schedule",
    )


def _schedules(exchange: Exchange) -> set[str]:
    """The ids of the schedules that the slots of an answer refer to."""
    return ids_referred_to(bundle_resources(exchange.resource, "Slot"), "schedule")


@decides("PRV-SRCH-02")
def other_service_has_none(recorder: Recorder, service: str, exchange: Exchange | None) -> None:
    """PRV-SRCH-02: a service that has no slots is not given those of another."""
    if exchange is None:
        recorder.does_not_arise("PRV-SRCH-02", "the settings name no service without slots")
        return
    slots = bundle_resources(exchange.resource, "Slot")
    recorder.expect(
        "PRV-SRCH-02",
        exchange.status == 200 and not slots,
        expected=f"no slot for service {service}, which has none",
        actual=f"{len(slots)} slots" if exchange.status == 200 else exchange.summary(),
        of=exchange,
        where="Bundle.entry",
    )
