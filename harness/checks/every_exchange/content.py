"""Standing requirements on content: every resource that a provider returns is checked as a resource.

Valid FHIR STU3, its profile, the booking overrides: the faults are found by ``standard``
(facts of FHIR and of the profiles), each with the clause that it breaks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from uec_booking.standard.levels import SHOULD
from uec_booking.standard.problems import Problem
from uec_booking.standard.profiles import RETURNED, Difference, Known, check_profile

from ...http.exchange import Exchange, Received
from ...http.notes import NEXT_PAGE
from ...judging.observations import MET, NOT_MET, Observation
from ...text import in_words
from .echoes import Echoes
from .every_resource import Fault, observed, seen, structure_faults, time_faults, times

#: The clauses that a resource of each type is checked against; PRV-GET-05 and -06 on a read only.
_CLAUSES: Mapping[str, tuple[str, ...]] = {
    "Slot": ("RES-SLOT-01", "RES-SLOT-02", "RES-SLOT-03", "RES-SLOT-04", "RES-SLOT-05"),
    "Schedule": ("RES-SCH-01", "RES-SCH-02", "RES-SCH-03"),
    "HealthcareService": ("RES-HCS-02",),
    "Practitioner": ("RES-PRAC-01",),
    "PractitionerRole": ("RES-PRAC-01", "RES-PRAC-02"),
    "Organization": ("RES-ORG-01",),
    "Location": ("RES-ORG-01",),
    "Bundle": ("RES-BND-01",),
    "Appointment": ("RES-APT-14",),
}
_OF_BUNDLES = ("slot-bundle", "appointment-bundle")
#: The profiles by which a resource of each type is looked at, by itself or in a Bundle.
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    **{kind: (profile,) for kind, profile in RETURNED.items()},
    "Appointment": ("appointment", "appointment-read"),
}
_READ_CLAUSES = ("PRV-GET-05", "PRV-GET-06")

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {clause for clauses in _CLAUSES.values() for clause in clauses}
    | {*_READ_CLAUSES, "RES-ANY-01", "FMT-15", "FMT-18", "FMT-19", "PRV-GET-07", "PRV-SRCH-33"}
)


class ContentChecks:
    """Checks resources under an edition and reading; the same bytes are looked at once only.

    With ``only``, of what the profiles ask no other clauses are looked at, nor whether it is FHIR.
    """

    def __init__(self, edition: str, reading: str, only: frozenset[str] | None = None) -> None:
        self._edition = edition
        self._reading = reading
        self._only = only
        self._members: Known = {}
        self._known: dict[tuple[str, bytes], tuple[list[Fault], set[str]]] = {}
        self._echoes = Echoes()

    def check(self, exchange: Exchange) -> Iterator[Observation]:
        """The observations of one exchange; nothing where no FHIR resource was due."""
        response = exchange.response
        if response is None or not response.body:
            return
        if response.resource is None:
            if self._only is None and (exchange.ok or "fhir" in response.media_type):
                yield seen(exchange, "RES-ANY-01", NOT_MET, "body", "a FHIR resource", response.body_problem)
            return
        self.note(exchange)
        if self._echoes.is_one(exchange):
            return
        profile = _profile(exchange, response)
        key = (profile, hashlib.sha256(response.body).digest())
        if key not in self._known:
            self._known[key] = self._look(response.resource, profile)
        faults, clauses = self._known[key]
        if exchange.note == NEXT_PAGE:
            # The total of a result in pages is of all its pages; the last one has no link that would tell.
            faults = [fault for fault in faults if not (fault.clause == "RES-BND-01" and fault.where.endswith("total"))]
        faults = [fault for fault in faults if not self._echoes.has(exchange, fault)]
        yield from observed(exchange, faults, clauses)
        read = exchange.request.method == "GET" and response.resource_type == "Appointment" and response.status == 200
        if read and self._only is None:
            yield _etag(exchange, response)

    def note(self, exchange: Exchange) -> None:
        """Remember what a request has left behind, of an exchange that need not be checked."""
        if exchange.request.method != "GET" and exchange.response is not None and exchange.response.resource:
            self._echoes.note(exchange)

    def _look(self, resource: dict[str, Any], profile: str) -> tuple[list[Fault], set[str]]:
        instants = times(resource) if self._only is None else []
        faults = [*structure_faults(resource, "RES-ANY-01"), *time_faults(instants)] if self._only is None else []
        if profile:
            # What a read answers is an appointment as any answer has it, and more.
            both = ["appointment", profile] if profile == "appointment-read" else [profile]
            for problem in (p for each in both for p in self._profile_problems(resource, each)):
                clause = problem.requirement or "RES-ANY-01"
                told = problem.level == SHOULD
                faults.append(Fault(clause, problem.where, problem.expected, problem.actual, told))
        clauses = {"RES-ANY-01", "FMT-15"}
        for kind, inner in _resources(resource):
            clauses.update(_CLAUSES.get(kind, ()))
            if kind == "Slot" and inner.get("extension"):
                clauses.add("PRV-SRCH-33")
        if profile == "appointment-read":
            clauses.update(_READ_CLAUSES)
        if self._only is not None:
            return [fault for fault in faults if fault.clause in self._only], clauses & self._only
        if instants:
            clauses.update(("FMT-18", "FMT-19"))
        return faults, clauses

    def _profile_problems(self, resource: dict[str, Any], profile: str) -> list[Problem]:
        return check_profile(resource, profile, self._edition, self._reading, known=self._members, only=self._only)


class ContentDifference:
    """Between two editions, each in a reading: which answers of a provider they see otherwise."""

    def __init__(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        self._difference = Difference(one, other)
        self._known: dict[tuple[str, str, bytes], bool] = {}
        kinds = {kind for kind, profiles in _OF_KIND.items() if any(map(self._difference.is_possible, profiles))}
        if any(self._difference.is_possible(profile, within=False) for profile in _OF_BUNDLES):
            kinds.add("Bundle")
        self._signs = [sign for kind in kinds for sign in (f'"{kind}"'.encode(), f"<{kind}".encode())]
        self.is_possible = bool(kinds)
        self.clauses = self._difference.clauses

    def is_in(self, exchange: Exchange) -> bool:
        """Whether they see this answer otherwise."""
        response = exchange.response
        if response is None or not self._may_be_in(response.body):
            return False
        interaction = f"{exchange.request.method} {exchange.request.url.split('?')[0].rpartition('/')[2]}"
        key = (interaction, response.media_type, response.body)
        if key not in self._known:
            self._known[key] = response.resource is not None and self._is_in(response.resource, exchange, response)
        return self._known[key]

    def _may_be_in(self, body: bytes) -> bool:
        """Whether there is a resource of a kind that matters: reading all of them would take most of the time."""
        return any(sign in body for sign in self._signs) or b"\\u" in body or b"&#" in body

    def _is_in(self, resource: dict[str, Any], exchange: Exchange, response: Received) -> bool:
        profile = _profile(exchange, response)
        both = ["appointment", profile] if profile == "appointment-read" else [profile] if profile else []
        return any(self._difference.is_in(resource, each) for each in both)


def _profile(exchange: Exchange, response: Received) -> str:
    """The profile that the answer to this interaction keeps to; empty for none."""
    kind = response.resource_type
    path = exchange.request.url.split("?")[0]
    if kind == "Bundle":
        return "appointment-bundle" if path.endswith("/Appointment") else "slot-bundle"
    if kind == "Appointment" and exchange.request.method == "GET":
        return "appointment-read"
    return RETURNED.get(kind, "")


def _resources(resource: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A resource and those in its entries, with their types; contained ones have rules of their own."""
    yield str(resource.get("resourceType", "")), resource
    for entry in resource.get("entry") or []:
        inner = entry.get("resource") if isinstance(entry, Mapping) else None
        if isinstance(inner, Mapping):
            yield str(inner.get("resourceType", "")), inner


def _etag(exchange: Exchange, response: Received) -> Observation:
    """PRV-GET-07: the ETag of a read holds meta.versionId."""
    meta = (response.resource or {}).get("meta")
    version = meta.get("versionId") if isinstance(meta, Mapping) else None
    etag = response.header("ETag")
    met = bool(etag) and (etag or "").removeprefix("W/").strip('"') == version
    return seen(
        exchange,
        "PRV-GET-07",
        MET if met else NOT_MET,
        "ETag",
        "an ETag equal to meta.versionId",
        "as expected" if met else f"ETag {etag}, versionId {in_words(version)}",
    )
