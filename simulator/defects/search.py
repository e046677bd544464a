"""Defects of the slot search: which slots are found, and which searches are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from .. import database as db
from ..fault_making import provider, undecidable
from ..provider.query import read_slot_query
from ..provider.records import ProviderRecords
from ..provider.rules import ProviderRules
from ..refusals import Refused
from ..seams import Fault
from ..world import Service


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


SEARCH: tuple[Fault, ...] = (
    provider(
        "ignores-service",
        "PRV-SRCH-02",
        "Slots of all services are returned.",
        ProviderRules.visible_diaries,
        _all_diaries,
    ),
    undecidable(
        provider(
            "returns-one-diary",
            "PRV-SRCH-07",
            "Only one diary of the service is searched.",
            ProviderRules.visible_diaries,
            _one_diary,
        ),
        "How many diaries a service has is known to the provider only.",
    ),
    undecidable(
        provider(
            "shows-kept-slots",
            "PRV-SRCH-34",
            "Slots kept for other organisations are shown.",
            ProviderRules.open_to,
            _every_organisation,
        ),
        "Which slots are kept for whom is known to the provider only.",
    ),
    provider(
        "overruns-upper-bound",
        "PRV-SRCH-05",
        "Slots up to six hours after the window are returned.",
        ProviderRecords.search_slots,
        _no_upper_bound,
    ),
    provider(
        "ignores-lower-bound",
        "PRV-SRCH-05",
        "Slots before the window are returned.",
        ProviderRules.slot_query,
        _no_lower_bound,
    ),
    provider(
        "ignores-status",
        "PRV-SRCH-06",
        "Busy slots are returned when free ones are asked for.",
        ProviderRecords.search_slots,
        _any_status,
    ),
    provider(
        "never-shows-busy",
        "PRV-SRCH-03",
        "Busy slots are not returned when asked for.",
        ProviderRecords.search_slots,
        _only_free,
    ),
    provider(
        "shows-taken-as-free",
        "PRV-BOOK-03",
        "The slot booked last is still offered as free.",
        ProviderRecords.search_slots,
        _taken_as_free,
    ),
    provider(
        "refuses-two-starts",
        "PRV-SRCH-04",
        "Two occurrences of start are refused.",
        ProviderRules.slot_query,
        _refuse_if(lambda pairs: sum(name == "start" for name, _ in pairs) > 1),
    ),
    provider(
        "needs-status",
        "PRV-SRCH-08",
        "A search without status is refused.",
        ProviderRules.slot_query,
        _refuse_if(lambda pairs: all(name != "status" for name, _ in pairs)),
    ),
    provider(
        "refuses-unknown-parameters",
        "PRV-SRCH-09",
        "Unknown parameters are refused.",
        ProviderRules.slot_query,
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
        ProviderRules.slot_query,
        _forgive("invalid-query-value", ("start", "status")),
    ),
    provider(
        "unknown-service-is-empty",
        "PRV-SRCH-11",
        "An unknown service gives an empty result.",
        ProviderRules.known_service,
        _any_service,
    ),
    provider(
        "past-window-is-answered",
        "PRV-SRCH-12",
        "A window in the past is answered with 200.",
        ProviderRules.slot_query,
        _forgive("search-window-past", ("start",)),
    ),
    provider(
        "refuses-past-start",
        "PRV-SRCH-13",
        "A window that begins in the past is refused.",
        ProviderRules.slot_query,
        _refuse_past_start,
    ),
    provider(
        "refuses-includes",
        "PRV-SRCH-16",
        "A search with an _include is refused.",
        ProviderRules.slot_query,
        _refuse_if(lambda pairs: any(name.startswith("_include") for name, _ in pairs)),
    ),
)
