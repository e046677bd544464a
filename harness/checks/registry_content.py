"""Standing requirements on what a registry answers: every pointer is a pointer and no more, every refusal says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uec_booking.standard.profiles import check_profile
from uec_booking.standard.validation import ID_FORM, check_structure

from ..exchange import Exchange
from ..ledger import MET, NOT_MET, TOLERATED, Observation
from ..times import moment

#: Which clause says what the answer to a request is, when it succeeds.
_ANSWERS = {"register": "REG-04", "read": "REG-14", "search": "REG-15", "update": "REG-17"}
#: Which clause asks for an OperationOutcome: of a rule or a body; of a token, a version or a precondition.
_REFUSALS = {400: "REG-09", 422: "REG-09", 401: "REG-20", 403: "REG-20", 409: "REG-20", 412: "REG-20"}
_OF_EACH_POINTER = frozenset({"FMT-15", "FMT-18", "FMT-19"})

#: The clauses that this module decides on every exchange with a registry.
DECIDES: frozenset[str] = _OF_EACH_POINTER | {*_ANSWERS.values(), *_REFUSALS.values()}

_TIMES = ("start", "end")

#: A fault: clause, outcome, place, expected, actual.
Fault = tuple[str, str, str, str, str]


def registry_content(exchange: Exchange, edition: str, reading: str) -> Iterator[Observation]:
    """The observations of one exchange; nothing where no resource was answered."""
    body = (exchange.response and exchange.response.resource) or {}
    if not body or "/Appointment" not in exchange.request.url:
        return
    if exchange.ok:
        clause = _ANSWERS[_interaction(exchange)]
        clauses = {clause, *_OF_EACH_POINTER}
        faults = [*_structure(clause, body)]
        for place, pointer in _pointers(body):
            faults += _pointer(clause, place, pointer, edition, reading)
    elif exchange.status in _REFUSALS and body.get("resourceType") == "OperationOutcome":
        clause = _REFUSALS[exchange.status]
        clauses = {clause}
        faults = [*_structure(clause, body)]
    else:
        return
    for name, outcome, where, expected, actual in dict.fromkeys(faults):
        yield _observation(exchange, name, outcome, where, expected, actual)
    for name in sorted(clauses - {fault[0] for fault in faults}):
        yield _observation(exchange, name, MET, "", "as the standard has it", "as expected")


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


def _structure(clause: str, body: Mapping[str, Any]) -> Iterator[Fault]:
    for problem in check_structure(body):
        name = "FMT-15" if problem.expected == ID_FORM else clause
        yield name, NOT_MET, problem.where, problem.expected, problem.actual


def _pointer(clause: str, place: str, pointer: Mapping[str, Any], edition: str, reading: str) -> Iterator[Fault]:
    for problem in check_profile(pointer, "registry-entry", edition, reading):
        outcome = TOLERATED if problem.level == "SHOULD" else NOT_MET
        where = place + problem.where.removeprefix("Appointment")
        yield clause, outcome, where, problem.expected, problem.actual
    for name, value in pointer.items():
        if isinstance(value, list) and any(item in value[:index] for index, item in enumerate(value)):
            yield clause, NOT_MET, f"{place}.{name}", "each of them once", "the same twice"
    for name in _TIMES:
        text = pointer.get(name)
        if isinstance(text, str) and moment(text) is None:
            yield "FMT-18", NOT_MET, f"{place}.{name}", "an instant with seconds and an explicit offset", repr(text)
        elif isinstance(text, str) and not text.endswith(("Z", "+00:00", "-00:00")):
            yield "FMT-19", NOT_MET, f"{place}.{name}", "a time in UTC", repr(text)


def _observation(exchange: Exchange, clause: str, outcome: str, where: str, expected: str, actual: str) -> Observation:
    return Observation(
        requirement=clause,
        outcome=outcome,
        expected=expected,
        actual=actual,
        where=where,
        exchanges=(exchange.id,),
        system=exchange.system,
    )
