"""Defects of the slot search and of what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from uec_booking.simulator import database as db
from uec_booking.simulator.fault_making import (
    Change,
    done,
    in_entries,
    provider,
    rewriting,
    undecidable,
    with_body,
    with_header,
    without,
)
from uec_booking.simulator.provider.query import read_slot_query
from uec_booking.simulator.refusals import Refused
from uec_booking.simulator.seams import Fault
from uec_booking.simulator.world import Service


def _all_diaries(original: Any, query: Any, caller: Any) -> list[str]:
    return original(replace(query, service=""), caller)


def _one_diary(original: Any, query: Any, caller: Any) -> list[str]:
    return original(query, caller)[:1]


def _every_organisation(original: Any, diary: Any, caller: Any) -> bool:
    return True


def _no_upper_bound(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    return original(tx, diaries, earliest, None if before is None else before + 6 * 3600, statuses)


def _no_lower_bound(original: Any, parameters: Any, now: Any) -> Any:
    return replace(original(parameters, now), earliest=None)


def _any_status(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    return original(tx, diaries, earliest, before, frozenset())


def _only_free(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    found = original(tx, diaries, earliest, before, statuses)
    return [slot for slot in found if slot.status == "free"]


def _taken_as_free(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """Only the slot booked last, so that consumers still find slots that are really free."""
    booked = (
        select(db.appointments.c.slot)
        .join(db.audit, db.audit.c.appointment == db.appointments.c.id)
        .where(db.audit.c.system == original.__self__.provider.key, db.audit.c.action == "book")
    )
    latest = booked.order_by(db.audit.c.seq.desc()).limit(1)
    slot_id = tx.execute(latest).scalar()
    found = original(tx, diaries, earliest, before, frozenset())
    shown = [replace(slot, status="free") if slot.id == slot_id else slot for slot in found]
    return [slot for slot in shown if not statuses or slot.status in statuses]


def _refuse_if(test: Callable[[list[tuple[str, str]]], bool]) -> Callable[..., Any]:
    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        if test(pairs):
            raise Refused("invalid-query-value", "This search is not supported.")
        return original(pairs, now)

    return slot_query


def _forgive(situation: str, names: tuple[str, ...]) -> Callable[..., Any]:
    """The search goes on without the parameters that would have it refused."""

    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        try:
            return original(pairs, now)
        except Refused as refusal:
            if refusal.situation != situation:
                raise
            return read_slot_query([pair for pair in pairs if pair[0] not in names])

    return slot_query


def _refuse_past_start(original: Any, parameters: Any, now: Any) -> Any:
    query = original(parameters, now)
    if query.earliest is not None and query.earliest < now.timestamp() - 60:
        raise Refused("search-window-past", "The window begins in the past.")
    return query


def _any_service(original: Any, service_id: str) -> Service:
    try:
        return original(service_id)
    except Refused:
        return Service(service_id, "Unknown", ())


def _leave_out(resource_type: str) -> Callable[..., Any]:
    def included(original: Any, *arguments: Any) -> list[dict[str, Any]]:
        return [r for r in original(*arguments) if r["resourceType"] != resource_type]

    return included


def _twice(original: Any, *arguments: Any) -> list[dict[str, Any]]:
    return [resource for resource in original(*arguments) for _ in range(2)]


def _stranger(original: Any, slots: Any, *arguments: Any) -> list[dict[str, Any]]:
    stranger = {"resourceType": "Location", "id": "elsewhere", "status": "active", "name": "Elsewhere"}
    return [*original(slots, *arguments), stranger] if slots else []


def _in_slots(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(in_entries("Slot", change), done("slots")))


def _in(kind: str, name: str, requirement: str, summary: str, change: Change) -> Fault:
    return rewriting(name, requirement, summary, with_body(in_entries(kind, change), done("slots")))


def _wrong_total(bundle: dict[str, Any]) -> None:
    bundle["total"] = bundle["total"] + 1


def _no_zone(slot: dict[str, Any]) -> None:
    slot["start"] = slot["start"][:19]


def _end_first(slot: dict[str, Any]) -> None:
    slot["start"], slot["end"] = slot["end"], slot["start"]


SEARCH: tuple[Fault, ...] = (
    provider(
        "ignores-service", "PRV-SRCH-02", "Slots of all services are returned.", "rules.visible_diaries", _all_diaries
    ),
    undecidable(
        provider(
            "returns-one-diary",
            "PRV-SRCH-07",
            "Only one diary of the service is searched.",
            "rules.visible_diaries",
            _one_diary,
        ),
        "How many diaries a service has is known to the provider only.",
    ),
    undecidable(
        provider(
            "shows-kept-slots",
            "PRV-SRCH-34",
            "Slots kept for other organisations are shown.",
            "rules.open_to",
            _every_organisation,
        ),
        "Which slots are kept for whom is known to the provider only.",
    ),
    provider(
        "overruns-upper-bound",
        "PRV-SRCH-05",
        "Slots up to six hours after the window are returned.",
        "records.search_slots",
        _no_upper_bound,
    ),
    provider(
        "ignores-lower-bound",
        "PRV-SRCH-05",
        "Slots before the window are returned.",
        "rules.slot_query",
        _no_lower_bound,
    ),
    provider(
        "ignores-status",
        "PRV-SRCH-06",
        "Busy slots are returned when free ones are asked for.",
        "records.search_slots",
        _any_status,
    ),
    provider(
        "never-shows-busy",
        "PRV-SRCH-03",
        "Busy slots are not returned when asked for.",
        "records.search_slots",
        _only_free,
    ),
    provider(
        "shows-taken-as-free",
        "PRV-BOOK-03",
        "The slot booked last is still offered as free.",
        "records.search_slots",
        _taken_as_free,
    ),
    provider(
        "refuses-two-starts",
        "PRV-SRCH-04",
        "Two occurrences of start are refused.",
        "rules.slot_query",
        _refuse_if(lambda pairs: sum(name == "start" for name, _ in pairs) > 1),
    ),
    provider(
        "needs-status",
        "PRV-SRCH-08",
        "A search without status is refused.",
        "rules.slot_query",
        _refuse_if(lambda pairs: all(name != "status" for name, _ in pairs)),
    ),
    provider(
        "refuses-unknown-parameters",
        "PRV-SRCH-09",
        "Unknown parameters are refused.",
        "rules.slot_query",
        _refuse_if(
            lambda pairs: (
                len(pairs) > len(read_slot_query(pairs).understood) + sum(name == "_format" for name, _ in pairs)
            )
        ),
    ),
    provider(
        "accepts-bad-values",
        "PRV-SRCH-10",
        "A start that cannot be read is ignored.",
        "rules.slot_query",
        _forgive("invalid-query-value", ("start", "status")),
    ),
    provider(
        "unknown-service-is-empty",
        "PRV-SRCH-11",
        "An unknown service gives an empty result.",
        "rules.known_service",
        _any_service,
    ),
    provider(
        "past-window-is-answered",
        "PRV-SRCH-12",
        "A window in the past is answered with 200.",
        "rules.slot_query",
        _forgive("search-window-past", ("start",)),
    ),
    provider(
        "refuses-past-start",
        "PRV-SRCH-13",
        "A window that begins in the past is refused.",
        "rules.slot_query",
        _refuse_past_start,
    ),
    provider(
        "refuses-includes",
        "PRV-SRCH-16",
        "A search with an _include is refused.",
        "rules.slot_query",
        _refuse_if(lambda pairs: any(name.startswith("_include") for name, _ in pairs)),
    ),
    provider(
        "no-schedules", "PRV-SRCH-17", "Schedules are not included.", "resources.included", _leave_out("Schedule")
    ),
    provider(
        "no-practitioners",
        "PRV-SRCH-18",
        "Practitioners are not included.",
        "resources.included",
        _leave_out("Practitioner"),
    ),
    provider(
        "no-roles",
        "PRV-SRCH-19",
        "PractitionerRoles are not included.",
        "resources.included",
        _leave_out("PractitionerRole"),
    ),
    provider(
        "no-services",
        "PRV-SRCH-20",
        "HealthcareServices are not included.",
        "resources.included",
        _leave_out("HealthcareService"),
    ),
    provider(
        "no-organisations",
        "PRV-SRCH-21",
        "Organizations are not included.",
        "resources.included",
        _leave_out("Organization"),
    ),
    provider(
        "no-locations", "PRV-SRCH-22", "Locations are not included.", "resources.included", _leave_out("Location")
    ),
    provider(
        "unrelated-resource",
        "PRV-SRCH-24",
        "The result holds a Location that no slot leads to.",
        "resources.included",
        _stranger,
    ),
    provider("repeats-resources", "PRV-SRCH-25", "Shared resources come twice.", "resources.included", _twice),
    rewriting("no-self-link", "PRV-SRCH-38", "The result has no self link.", with_body(without("link"), done("slots"))),
    rewriting("wrong-total", "RES-BND-01", "The total is one too many.", with_body(_wrong_total, done("slots"))),
    rewriting(
        "collection-bundle",
        "PRV-SRCH-01",
        "The result is a Bundle of type collection.",
        with_body(lambda bundle: bundle.update(type="collection"), done("slots")),
    ),
    _in_slots("slot-without-profile", "RES-SLOT-01", "Slots do not claim the profile.", without("meta")),
    _in_slots("slot-without-schedule", "RES-SLOT-02", "Slots refer to no Schedule.", without("schedule")),
    _in_slots("slot-without-end", "RES-SLOT-03", "Slots have no end.", without("end")),
    _in_slots("slot-without-zone", "RES-SLOT-03", "The start of slots has no offset.", _no_zone),
    _in_slots("slot-ends-first", "RES-SLOT-03", "Slots end before they start.", _end_first),
    _in_slots(
        "slot-of-odd-status", "RES-SLOT-04", "Slots have the status open.", lambda slot: slot.update(status="open")
    ),
    _in_slots("slot-without-identifier", "RES-SLOT-05", "Slots have no identifier.", without("identifier")),
    _in(
        "Schedule",
        "schedule-without-service",
        "RES-SCH-02",
        "Schedules name no HealthcareService.",
        lambda schedule: schedule["actor"].pop(0),
    ),
    _in(
        "Schedule",
        "schedule-with-two-practitioners",
        "RES-SCH-03",
        "Schedules name a second Practitioner.",
        lambda schedule: schedule["actor"].append({"reference": "Practitioner/second"}),
    ),
    _in(
        "HealthcareService",
        "service-of-another-id",
        "RES-HCS-01",
        "The HealthcareService has another id than was searched for.",
        lambda service: service.update(
            id="1", identifier=[{"system": "https://system.example/Id/other", "value": "1"}]
        ),
    ),
    _in(
        "Organization",
        "organisation-of-odd-system",
        "RES-ORG-01",
        "Organizations have no ODS code.",
        lambda resource: resource.update(identifier=[{"system": "https://system.example/Id/other", "value": "1"}]),
    ),
    rewriting(
        "slots-as-json-text",
        "FMT-01",
        "Searches are answered as text/json.",
        with_header("Content-Type", lambda value: "text/json;charset=utf-8", done("slots")),
    ),
)
