"""Trying what a CapabilityStatement lists: its interactions, as far as that does no harm, and its formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uec_booking.standard import names

from ..actors import calls
from ..actors.calls import XML, Call
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..http.versions import version_id
from .baselines import booked, slot_search
from .context import Appointment, Scenario


def ask_for_xml(scenario: Scenario) -> Exchange:
    """A slot search that would have its answer in XML."""
    trial = slot_search(scenario)
    return trial.consumer.send(trial.part, trial.good().changed(headers={"Accept": XML}, note="is XML served?"))


@dataclass(frozen=True)
class Tried:
    """An interaction that is listed, and what it was answered with.

    ``of_template``: the published template lists it for every provider, though it is optional. ``in_xml``: what is
    listed is the format.
    """

    words: str
    answer: Exchange
    of_template: bool = False
    in_xml: bool = False


@dataclass(frozen=True)
class Listed:
    """A statement, and what came of trying what it lists. ``wrong_method`` was tried where it lists delete."""

    statement: Exchange
    tried: tuple[Tried, ...]
    wrong_method: Exchange | None = None


def try_what_is_listed(scenario: Scenario, statement: Exchange) -> Listed:
    """Try each interaction that is listed, at an appointment of its own.

    DELETE is never sent (CF-49): what a wrong method is told of those that are there says enough.

    Raises:
        CannotGoOn: nothing could be booked.
    """
    consumer = scenario.consumer("first_111")
    made = booked(scenario)

    def answered(words: str, call: Call) -> Exchange:
        return consumer.send(made.part, call.changed(note=f"the statement lists {words}"))

    tried = tuple(_tried(statement.resource, made, _a_slot(scenario), answered))
    if "delete" not in _listed(statement.resource).get("Appointment", ()):
        return Listed(statement, tried)
    call = calls.read(made.url).changed(method="POST", resource=made.seen, scope=names.SCOPE_APPOINTMENT_WRITE)
    return Listed(statement, tried, consumer.send(made.part, call.changed(note="the statement lists delete")))


def _tried(
    statement: Mapping[str, Any], made: Appointment, slot: str, answered: Callable[[str, Call], Exchange]
) -> Iterator[Tried]:
    """Each interaction that is listed, as it is ``answered``."""

    def tried(words: str, call: Call, *, of_template: bool = False, in_xml: bool = False) -> Tried:
        return Tried(words, answered(words, call), of_template, in_xml)

    read, version = calls.read(made.url), version_id(made.read) if made.read else ""
    # A patch of nothing changes nothing.
    nothing = {"Content-Type": "application/json-patch+json"}
    patch = read.changed(method="PATCH", content=b"[]", headers=nothing, scope=names.SCOPE_APPOINTMENT_WRITE)
    of_appointment = {
        "read": read,
        "vread": calls.read(f"{made.url}/_history/{version}"),
        "history-instance": calls.read(f"{made.url}/_history"),
        "patch": patch,
    }
    for kind, codes in _listed(statement).items():
        if kind == "Appointment":
            yield from (tried(f"{code} of Appointment", call) for code, call in of_appointment.items() if code in codes)
            if "search-type" in codes:
                patient = f"{names.NHS_NUMBER_SYSTEM}|{made.patient.nhs_number}"
                yield tried("search-type of Appointment", calls.search_appointments(patient), of_template=True)
        elif kind == "Slot":
            if "read" in codes and slot:
                yield tried("read of Slot", read.changed(path=f"/Slot/{slot}", scope=names.SCOPE_SLOT_READ))
        elif "search-type" in codes:
            yield tried(f"search-type of {kind}", read.changed(path=f"/{kind}"))
    if any("xml" in str(f).lower() for f in statement.get("format") or []):
        yield tried("XML, for an appointment", read.with_headers(Accept=XML), in_xml=True)


def _listed(statement: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The interactions that the statement lists for each type of resource."""
    rests = [rest for rest in statement.get("rest") or [] if rest.get("mode") == "server"]
    return {
        str(resource.get("type")): tuple(str(i.get("code")) for i in resource.get("interaction") or [])
        for rest in rests
        for resource in rest.get("resource") or []
    }


def _a_slot(scenario: Scenario) -> str:
    """The id of a slot that is offered, or empty."""
    trial = slot_search(scenario)
    return next((str(slot.get("id", "")) for slot in bundle_resources(trial.send_twin().resource, "Slot")), "")
