"""Standing requirements on what a registry answers: every pointer that it shows is a pointer, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from uec_booking.standard.profiles import check_profile

from ..actors import bundle_resources
from ..exchange import Exchange
from ..ledger import MET, NOT_MET, TOLERATED, Observation
from ..times import moment

#: The clauses that this module decides on every exchange with a registry.
DECIDES: frozenset[str] = frozenset(["REG-14", "FMT-15", "FMT-18", "FMT-19"])

_ID = re.compile(r"^[A-Za-z0-9\-.]{1,64}$")
_TIMES = ("start", "end")


def registry_content(exchange: Exchange, edition: str, reading: str) -> Iterator[Observation]:
    """The observations of one exchange; nothing where no pointer was answered."""
    if not exchange.ok or exchange.request.method != "GET":
        return
    body = exchange.resource
    if body.get("resourceType") == "Appointment":
        pointers = [("Appointment", body)]
    else:
        found = bundle_resources(body, "Appointment")
        pointers = [(f"Bundle.entry[{index}].resource", pointer) for index, pointer in enumerate(found)]
    for place, pointer in pointers:
        faults = list(_faults(place, pointer, edition, reading))
        broken = {clause for clause, *_ in faults}
        for clause, outcome, where, expected, actual in faults:
            yield _observation(exchange, clause, outcome, where, expected, actual)
        for clause in sorted(DECIDES - broken):
            yield _observation(exchange, clause, MET, "", "a pointer as the standard has it", "as expected")


def _faults(
    place: str, pointer: Mapping[str, Any], edition: str, reading: str
) -> Iterator[tuple[str, str, str, str, str]]:
    for problem in check_profile(pointer, "registry-entry", edition, reading):
        outcome = TOLERATED if problem.level == "SHOULD" else NOT_MET
        where = place + problem.where.removeprefix("Appointment")
        yield problem.requirement, outcome, where, problem.expected, problem.actual
    identity = pointer.get("id")
    if isinstance(identity, str) and not _ID.match(identity):
        yield "FMT-15", NOT_MET, f"{place}.id", "1 to 64 letters, digits, hyphens and full stops", repr(identity)
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
