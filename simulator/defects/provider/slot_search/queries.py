"""Defects of the slot search: which slots are found, and which searches are rejected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from uec_booking.standard.names import INCLUDE_SERVICE

from ....fault_making import breaks, provider
from ....provider.query import read_slot_query
from ....provider.records import ProviderRecords
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault
from ....world import Service


@breaks("PRV-SRCH-02", ProviderRules.visible_diaries)
def ignores_service(original: Callable[..., list[str]], query: Any, caller: Any) -> list[str]:
    """Slots of all services are returned."""
    return original(replace(query, service=""), caller)


@breaks(
    "PRV-SRCH-07",
    ProviderRules.visible_diaries,
    undecidable="How many diaries a service has is known to the provider only.",
)
def returns_one_diary(original: Callable[..., list[str]], query: Any, caller: Any) -> list[str]:
    """Only one diary of the service is searched."""
    return original(query, caller)[:1]


@breaks("PRV-SRCH-07", ProviderRules.visible_diaries)
def long_searches_ask_one_diary(original: Callable[..., list[str]], query: Any, caller: Any) -> list[str]:
    """A search of more than two hours looks into one diary of the service."""
    diaries = original(query, caller)
    bounded = query.earliest is not None and query.before is not None
    return diaries if bounded and query.before - query.earliest <= 2 * 3600 + 1 else diaries[:1]


@breaks(
    "PRV-SRCH-34", ProviderRules.open_to, undecidable="Which slots are kept for whom is known to the provider only."
)
def shows_kept_slots(original: Any, diary: Any, caller: Any) -> bool:
    """Slots kept for other organisations are shown."""
    return True


@breaks("PRV-SRCH-05", ProviderRecords.search_slots)
def overruns_upper_bound(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """Slots up to six hours after the window are returned."""
    return original(tx, diaries, earliest, None if before is None else before + 6 * 3600, statuses)


@breaks("PRV-SRCH-05", ProviderRules.slot_query)
def ignores_lower_bound(original: Any, parameters: Any, now: Any) -> Any:
    """Slots before the window are returned."""
    return replace(original(parameters, now), earliest=None)


@breaks("PRV-SRCH-06", ProviderRecords.search_slots)
def ignores_status(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """Busy slots are returned when free ones are asked for."""
    return original(tx, diaries, earliest, before, frozenset())


@breaks("PRV-SRCH-03", ProviderRecords.search_slots)
def never_shows_busy(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """Busy slots are not returned when asked for."""
    found = original(tx, diaries, earliest, before, statuses)
    return [slot for slot in found if slot.status == "free"]


def _refuse_if(test: Callable[[list[tuple[str, str]]], bool]) -> Callable[..., Any]:
    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        if test(pairs):
            raise Rejected("invalid-query-value", "This search is not supported.")
        return original(pairs, now)

    return slot_query


def _has_unknown_control(pairs: list[tuple[str, str]]) -> bool:
    known = ("_include", "_revinclude", "_format")
    return any(name.startswith("_") and name.split(":")[0] not in known for name, _ in pairs)


def _forgive(situation: str, names: tuple[str, ...]) -> Callable[..., Any]:
    """The search goes on without the parameters that would have it rejected."""

    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        try:
            return original(pairs, now)
        except Rejected as refusal:
            if refusal.situation != situation:
                raise
            return read_slot_query([pair for pair in pairs if pair[0] not in names])

    return slot_query


def _services_alone(pairs: list[tuple[str, str]]) -> bool:
    asked = {value for name, value in pairs if name.startswith("_include")}
    return INCLUDE_SERVICE in asked and not any("rganization" in value or "providedBy" in value for value in asked)


def _unknown_status_as_free(original: Any, parameters: Any, now: Any) -> Any:
    known = {"free", "busy", "busy-unavailable", "busy-tentative", "entered-in-error"}
    pairs = [(n, "free" if n == "status" and not known & set(v.split(",")) else v) for n, v in parameters]
    return original(pairs, now)


@breaks("PRV-SRCH-13", ProviderRules.slot_query)
def refuses_past_start(original: Any, parameters: Any, now: Any) -> Any:
    """A window that begins in the past is rejected."""
    query = original(parameters, now)
    if query.earliest is not None and query.earliest < now.timestamp() - 60:
        raise Rejected("search-window-past", "The window begins in the past.")
    return query


@breaks("PRV-SRCH-11", ProviderRules.known_service)
def unknown_service_is_empty(original: Callable[..., Service], service_id: str) -> Service:
    """An unknown service gives an empty result."""
    try:
        return original(service_id)
    except Rejected:
        return Service(service_id, "Unknown", ())


QUERIES: tuple[Fault, ...] = (
    provider(
        "refuses-two-starts",
        "PRV-SRCH-04",
        "Two occurrences of start are rejected.",
        ProviderRules.slot_query,
        _refuse_if(lambda pairs: sum(name == "start" for name, _ in pairs) > 1),
    ),
    provider(
        "needs-status",
        "PRV-SRCH-08",
        "A search without status is rejected.",
        ProviderRules.slot_query,
        _refuse_if(lambda pairs: all(name != "status" for name, _ in pairs)),
    ),
    provider(
        "refuses-unknown-parameters",
        "PRV-SRCH-09",
        "Unknown parameters are rejected.",
        ProviderRules.slot_query,
        _refuse_if(
            lambda pairs: (
                len(pairs) > len(read_slot_query(pairs).understood) + sum(name == "_format" for name, _ in pairs)
            )
        ),
    ),
    provider(
        "refuses-unknown-parameters-of-control",
        "PRV-SRCH-09",
        "Unknown parameters that begin with an underscore, as those of FHIR that steer a search do, are rejected.",
        ProviderRules.slot_query,
        _refuse_if(_has_unknown_control),
    ),
    provider(
        "accepts-bad-values",
        "PRV-SRCH-10",
        "A start that cannot be read is ignored.",
        ProviderRules.slot_query,
        _forgive("invalid-query-value", ("start", "status")),
    ),
    provider(
        "unknown-status-is-free",
        "PRV-SRCH-10",
        "A search for a status that does not exist finds free slots.",
        ProviderRules.slot_query,
        _unknown_status_as_free,
    ),
    provider(
        "past-window-is-answered",
        "PRV-SRCH-12",
        "A window in the past is answered with 200.",
        ProviderRules.slot_query,
        _forgive("search-window-past", ("start",)),
    ),
    provider(
        "refuses-includes",
        "PRV-SRCH-16",
        "A search with an _include is rejected.",
        ProviderRules.slot_query,
        _refuse_if(lambda pairs: any(name.startswith("_include") for name, _ in pairs)),
    ),
    provider(
        "rejects-services-without-the-organisation",
        "PRV-SRCH-16",
        "A search that includes services and not their organisation is rejected.",
        ProviderRules.slot_query,
        _refuse_if(_services_alone),
    ),
)
