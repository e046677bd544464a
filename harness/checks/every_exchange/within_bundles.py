"""Standing requirements on search results: what tells their resources apart tells them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...http.exchange import Exchange
from ...judging.observations import MET, NOT_MET, Observation
from .every_resource import seen

#: The clauses that this module decides on every search result.
DECIDES: frozenset[str] = frozenset({"PRV-SRCH-25", "RES-ANY-01", "RES-SCH-01", "RES-SLOT-05"})


def within_bundles(exchange: Exchange) -> Iterator[Observation]:
    """The observations of one exchange with a provider.

    RES-SLOT-05: the identifier of a slot is a UUID, so no two have the same; RES-SCH-01: an id of a schedule is
    unique in the Bundle; PRV-SRCH-25: so is each resource; RES-ANY-01: fullUrl is an absolute URL (bundle.html).
    """
    body = exchange.resource
    if body.get("resourceType") != "Bundle" or not exchange.ok:
        return
    entries = [entry for entry in body.get("entry") or [] if isinstance(entry, Mapping)]
    resources = [entry["resource"] for entry in entries if isinstance(entry.get("resource"), Mapping)]
    relative = [url for entry in entries if (url := str(entry.get("fullUrl") or "")) and ":" not in url]
    if entries:
        yield _once(exchange, "RES-ANY-01", "Bundle.entry.fullUrl", "an absolute URL in each fullUrl", relative)
    slots = [one for one in resources if one.get("resourceType") == "Slot"]
    schedules = [one for one in resources if one.get("resourceType") == "Schedule"]
    others = [one for one in resources if one.get("resourceType") not in ("Slot", "Schedule", "OperationOutcome")]
    if slots:
        known = dict.fromkeys((_identifier(one), one.get("id")) for one in slots if _identifier(one))
        shared = _twice([identifier for identifier, _ in known])
        yield _once(exchange, "RES-SLOT-05", "Slot.identifier", "an identifier of its own for each slot", shared)
    for clause, where, found in (("RES-SCH-01", "Schedule.id", schedules), ("PRV-SRCH-25", "Bundle.entry", others)):
        if found:
            names = _twice([f"{one.get('resourceType')}/{one.get('id')}" for one in found])
            yield _once(exchange, clause, where, "each of them once in the Bundle", names)


def _identifier(slot: Mapping[str, Any]) -> str:
    """The value, however it is written; empty where the slot has none or several."""
    found = [one for one in slot.get("identifier") or [] if isinstance(one, Mapping)]
    return str(found[0].get("value") or "").lower().removeprefix("urn:uuid:") if len(found) == 1 else ""


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _once(exchange: Exchange, clause: str, where: str, expected: str, wrong: list[str]) -> Observation:
    actual = "not so: " + ", ".join(wrong[:3]) if wrong else "as expected"
    return seen(exchange, clause, NOT_MET if wrong else MET, where, expected, actual)
