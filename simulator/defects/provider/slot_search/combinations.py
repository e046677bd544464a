"""Defects of slot searches that show only in company: with includes, with an unknown parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ....fault_making import breaks, near, provider
from ....provider.records import ProviderRecords
from ....provider.resources import ProviderResources
from ....provider.rules import ProviderRules
from ....refusals import Rejected
from ....seams import Fault

_KNOWN = frozenset({"start", "status", "schedule.actor:healthcareservice", "service"})


def _forget_with(test: Callable[[list[tuple[str, str]]], bool], **forgotten: Any) -> Callable[..., Any]:
    """Searches with such parameters lose one of the others."""

    def slot_query(original: Any, parameters: Any, now: Any) -> Any:
        pairs = list(parameters)
        query = original(pairs, now)
        return replace(query, **forgotten) if test(pairs) else query

    return slot_query


def _has_includes(pairs: list[tuple[str, str]]) -> bool:
    return any(name.startswith("_include") for name, _ in pairs)


def _has_unknown(pairs: list[tuple[str, str]]) -> bool:
    return any(name not in _KNOWN and not name.startswith("_") for name, _ in pairs)


@breaks("PRV-SRCH-03", ProviderRecords.search_slots)
def busy_finds_all(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """A search for busy slots returns free ones too."""
    return original(tx, diaries, earliest, before, frozenset() if statuses and "free" not in statuses else statuses)


@breaks("PRV-SRCH-07", ProviderRecords.search_slots, warned=True)
def busy_times_are_hidden(original: Any, tx: Any, diaries: Any, earliest: Any, before: Any, statuses: Any) -> Any:
    """Where a slot is booked, no slot of the same time is found in any diary."""
    busy = {row.start for row in original(tx, diaries, earliest, before, frozenset({"busy"}))}
    found = original(tx, diaries, earliest, before, statuses)
    return [row for row in found if row.status == "busy" or row.start not in busy]


@breaks("PRV-SRCH-11", ProviderRules.known_service)
def service_by_its_beginning(original: Any, service_id: str) -> Any:
    """The beginning of a service id finds the service."""
    try:
        return original(service_id)
    except Rejected:
        for service in original.__self__.profile.services:
            if len(service_id) > 5 and service.id.startswith(service_id):
                return service
        raise


@breaks("PRV-SRCH-04", ProviderRules.slot_query)
def first_start_is_the_lower_bound(original: Any, parameters: Any, now: Any) -> Any:
    """With the upper bound first, the bounds are mistaken for each other.

    The first start is taken for the lower bound, whatever its prefix.
    """
    pairs = list(parameters)
    starts = [value for name, value in pairs if name == "start"]
    if len(starts) == 2 and starts[0].startswith("le"):
        pairs = [(n, v) for n, v in pairs if n != "start"]
        pairs += [("start", f"ge{starts[0][2:]}"), ("start", f"le{starts[1][2:]}")]
    return original(pairs, now)


@breaks("PRV-SRCH-20", ProviderResources.included)
def services_need_the_organisation(original: Any, slots: Any, includes: frozenset[str], service: str) -> Any:
    """HealthcareServices are included only where organisations are included too."""
    without = includes if "Organization" in includes else includes - {"HealthcareService"}
    return original(slots, without, service)


COMBINATIONS: tuple[Fault, ...] = (
    near(
        provider(
            "includes-forget-the-time",
            "PRV-SRCH-05",
            "A search with includes forgets the upper bound.",
            ProviderRules.slot_query,
            _forget_with(_has_includes, before=None),
        ),
        "PRV-SRCH-03",
    ),
    near(
        provider(
            "includes-forget-the-status",
            "PRV-SRCH-06",
            "A search with includes shows busy slots too.",
            ProviderRules.slot_query,
            _forget_with(_has_includes, statuses=frozenset()),
        ),
        "PRV-SRCH-03",
    ),
    near(
        provider(
            "unknown-parameters-forget-the-time",
            "PRV-SRCH-05",
            "With an unknown parameter the upper bound is forgotten.",
            ProviderRules.slot_query,
            _forget_with(_has_unknown, before=None),
        ),
        "PRV-SRCH-09",
    ),
)
