"""Standing requirements on what a registry answers: pointers are no more than that, rejections say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uec_booking.standard import editions
from uec_booking.standard.levels import SHOULD
from uec_booking.standard.profiles import Difference, check_profile

from ...http.exchange import Exchange
from ...http.notes import is_to_be_rejected
from ...http.times import is_in_sent_zone
from ...judging.observations import Observation
from .every_resource import Fault, observed, structure_faults, time_faults, times

#: Which clause says what the answer to a request is, when it succeeds.
_ANSWERS = {"register": "REG-04", "read": "REG-14", "search": "REG-15", "update": "REG-17"}
#: Which clause asks for an OperationOutcome: of a rule or a body; of a token, a version or a precondition.
_REFUSALS = {400: "REG-09", 422: "REG-09", 401: "REG-20", 403: "REG-20", 409: "REG-20", 412: "REG-20"}
_OF_EACH_POINTER = frozenset({"FMT-15", "FMT-18", "FMT-19"})

#: The clauses that this module decides on every exchange with a registry.
DECIDES: frozenset[str] = _OF_EACH_POINTER | {*_ANSWERS.values(), *_REFUSALS.values()}


def set_aside(edition: str) -> str:
    """The invariant of FHIR that pointers break by right: up to API 1.0.6 they have no end (REG-08, CF-56)."""
    return "app-2" if editions.in_range(edition, "..0.1.15") else ""


class RegistryDifference:
    """Between two editions, each in a reading: which answers of a registry they see otherwise."""

    def __init__(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        self._difference = Difference(one, other)
        self._of_profile = self._difference.is_possible("registry-entry")
        self._of_invariant = set_aside(one[0]) != set_aside(other[0])
        self.is_possible = self._of_profile or self._of_invariant

    def is_in(self, exchange: Exchange) -> bool:
        """Whether they see this answer otherwise."""
        body = exchange.response.resource if exchange.response else None
        if not body:
            return False
        if self._of_invariant and _has_lone_end(body):
            return True
        return self._of_profile and any(
            self._difference.is_in(pointer, "registry-entry") for _, pointer in _pointers(body)
        )


def _has_lone_end(value: object) -> bool:
    """Whether something within has a start and no end, or an end and no start, as app-2 forbids of appointments."""
    if isinstance(value, list):
        return any(_has_lone_end(one) for one in value)
    if not isinstance(value, dict):
        return False
    return ("start" in value) != ("end" in value) or any(
        _has_lone_end(one) for one in value.values() if isinstance(one, dict | list)
    )


def registry_content(exchange: Exchange, edition: str, reading: str) -> Iterator[Observation]:
    """The observations of one exchange; nothing where no resource was answered."""
    body = exchange.response.resource if exchange.response else None
    if not body or "/Appointment" not in exchange.request.url:
        return
    if exchange.ok and is_to_be_rejected(exchange):
        return
    if exchange.ok:
        clause = _ANSWERS[_interaction(exchange)]
        faults = [*structure_faults(body, clause, set_aside(edition)), *_time_faults(body)]
        for place, pointer in _pointers(body):
            faults += _pointer_faults(clause, place, pointer, edition, reading)
        yield from observed(exchange, faults, {clause, *_OF_EACH_POINTER})
    elif exchange.status in _REFUSALS and body.get("resourceType") == "OperationOutcome":
        clause = _REFUSALS[exchange.status]
        yield from observed(exchange, [*structure_faults(body, clause)], {clause})


def _time_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """A pointer is shown as it was stored: an offset of ours in it is not the registry's choice (FMT-19)."""
    for fault in time_faults(times(body)):
        if fault.clause != "FMT-19" or not is_in_sent_zone(fault.actual.strip("'")):
            yield fault


def _interaction(exchange: Exchange) -> str:
    if exchange.request.method == "GET":
        return "search" if exchange.request.url.split("?")[0].rstrip("/").endswith("/Appointment") else "read"
    return "register" if exchange.request.method == "POST" else "update"


def _pointers(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The pointers of an answer, each with its place. Other resources are not for these clauses."""
    if body.get("resourceType") == "Appointment":
        yield "Appointment", body
    entries = body.get("entry")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        inner = entry.get("resource") if isinstance(entry, Mapping) else None
        if isinstance(inner, Mapping) and inner.get("resourceType") == "Appointment":
            yield f"Bundle.entry[{index}].resource", inner


def _pointer_faults(clause: str, place: str, pointer: Mapping[str, Any], edition: str, reading: str) -> Iterator[Fault]:
    for problem in check_profile(pointer, "registry-entry", edition, reading):
        where = place + problem.where.removeprefix("Appointment")
        yield Fault(clause, where, problem.expected, problem.actual, problem.level == SHOULD)
    for name, value in pointer.items():
        if isinstance(value, list) and any(item in value[:index] for index, item in enumerate(value)):
            yield Fault(clause, f"{place}.{name}", "each of them once", "the same twice")
