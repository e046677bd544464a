"""What is looked at in every resource that came in, whoever sent it: its structure, its ids, its times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from uec_booking.standard.codec.layout import Layout, layout_of, resource_layout
from uec_booking.standard.validation import ID_FORM, check_structure

from ...http.exchange import Exchange
from ...judging.observations import MET, NOT_MET, TOLERATED, Observation, Outcome

#: What ERR-02 asks of an OperationOutcome is what FHIR asks of it too.
_ASKED_BY_ERR_02 = re.compile(r"OperationOutcome\.issue(\[\d+\]\.(severity|code))?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """What breaks a clause, and where; ``tolerated`` where it is told as a warning only.

    ``because`` names a clause that asks for the same: if the answer breaks that one too, it is one failure.
    """

    clause: str
    where: str
    expected: str
    actual: str
    tolerated: bool = False
    because: str = ""


def structure_faults(resource: Mapping[str, Any], clause: str, but: str = "") -> Iterator[Fault]:
    """What is not valid FHIR STU3 breaks ``clause``; an id of another form breaks FMT-15.

    ``but`` is the key of an invariant that the standard sets aside.
    """
    for problem in check_structure(resource):
        if but and problem.expected.endswith(f"({but})"):
            continue
        broken = "FMT-15" if problem.expected == ID_FORM else clause
        because = "ERR-02" if _ASKED_BY_ERR_02.fullmatch(problem.where) else ""
        yield Fault(broken, problem.where, problem.expected, problem.actual, because=because)


def time_faults(instants: list[tuple[str, str]]) -> Iterator[Fault]:
    """Of what ``times`` finds. FMT-18: instants with seconds and an offset; FMT-19: in UTC."""
    for where, text in instants:
        if not _INSTANT.fullmatch(text):
            yield Fault("FMT-18", where, "an instant with seconds and an explicit offset", repr(text))
        elif not text.endswith(("Z", "+00:00", "-00:00")):
            yield Fault("FMT-19", where, "a time in UTC", repr(text))


def times(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The instants of a resource, each with its place: by the type of the element in its place, not by its name.

    ``Slot.start`` is an instant; ``Period.start`` is a dateTime, which may be a date alone.
    """
    return list(_times_of_resource(resource, str(resource.get("resourceType", "$"))))


def _times_of_resource(resource: object, where: str) -> Iterator[tuple[str, str]]:
    kind = resource.get("resourceType") if isinstance(resource, Mapping) else None
    layout = resource_layout(kind)
    if layout is not None:
        yield from _times(resource, layout, where)


def _times(value: Any, layout: Layout, where: str) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        element = layout.elements.get(name)
        # Most elements are primitives of another type: that they are passed over first makes this cheap.
        if element is None or (element.primitive and element.type != "instant"):
            continue
        several = enumerate(inner) if isinstance(inner, list) else ()
        for place, one in [(f"{where}.{name}[{index}]", one) for index, one in several] or [(f"{where}.{name}", inner)]:
            if element.primitive:
                if isinstance(one, str):
                    yield place, one
            elif element.type == "Resource":
                yield from _times_of_resource(one, place)
            elif isinstance(one, Mapping) and (below := layout_of(element.type)) is not None:
                yield from _times(one, below, place)


def observed(exchange: Exchange, faults: list[Fault], clauses: frozenset[str] | set[str]) -> Iterator[Observation]:
    """Each fault once, and each of the clauses that none breaks as met."""
    for fault in dict.fromkeys(faults):
        outcome = TOLERATED if fault.tolerated else NOT_MET
        found = seen(exchange, fault.clause, outcome, fault.where, fault.expected, fault.actual)
        yield replace(found, because=fault.because)
    # What was met is told alike for all exchanges, so that a thousand of them merge into one line.
    for clause in sorted(clauses - {fault.clause for fault in faults}):
        yield seen(exchange, clause, MET, "", "as the standard has it", "as expected")


def seen(exchange: Exchange, clause: str, outcome: Outcome, where: str, expected: str, actual: str) -> Observation:
    """An observation of one exchange."""
    return Observation(
        requirement=clause,
        outcome=outcome,
        expected=expected,
        actual=actual,
        where=where,
        exchanges=(exchange.id,),
        system=exchange.system,
    )
