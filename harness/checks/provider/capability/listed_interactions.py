"""What a CapabilityStatement lists, tried: PRV-CAP-02 asks that every interaction that it lists works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uec_booking.standard import names

from ....actors import calls
from ....actors.calls import XML, Call
from ....fhir import bundle_resources
from ....http.exchange import Exchange
from ....scenario.baselines import booked, slot_search
from ....scenario.context import Appointment, Scenario, version_id

#: What answers that there is no such interaction.
_NOT_THERE = (404, 405, 410, 501)


@dataclass(frozen=True)
class _Try:
    """An interaction that is listed, and a request that shows whether it is there.

    ``of_template``: the published template lists it for every provider, though it is optional.
    """

    words: str
    call: Call
    of_template: bool = False
    in_xml: bool = False

    def works(self, answer: Exchange) -> bool:
        if self.in_xml:
            return answer.ok and answer.response is not None and answer.response.is_xml
        return answer.reached and answer.status not in _NOT_THERE and answer.status < 500


def interactions_work(scenario: Scenario, exchange: Exchange) -> None:
    """PRV-CAP-02: each interaction that is listed, and that can be tried without harm, is there."""
    consumer, recorder = scenario.consumer("first_111"), scenario.recorder
    made = booked(scenario)
    for one in _tries(exchange.resource, made, _a_slot(scenario)):
        answer = consumer.send(made.part, one.call.changed(note=f"the statement lists {one.words}"))
        expected, where = f"{one.words}, which the statement lists, works", "CapabilityStatement.rest.resource"
        if one.of_template and not one.works(answer):
            recorder.falls_short(
                "PRV-CAP-02", expected=expected, actual=answer.summary(), of=[exchange, answer], where=where
            )
        else:
            recorder.expect(
                "PRV-CAP-02",
                one.works(answer),
                expected=expected,
                actual=answer.summary(),
                of=[exchange, answer],
                where=where,
            )
    if "delete" in _listed(exchange.resource).get("Appointment", ()):
        _delete_is_allowed(scenario, exchange, made)


def _tries(statement: Mapping[str, Any], made: Appointment, slot: str) -> Iterator[_Try]:
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
            yield from (_Try(f"{code} of Appointment", call) for code, call in of_appointment.items() if code in codes)
            if "search-type" in codes:
                patient = f"{names.NHS_NUMBER_SYSTEM}|{made.patient.nhs_number}"
                yield _Try("search-type of Appointment", calls.search_appointments(patient), of_template=True)
        elif kind == "Slot":
            if "read" in codes and slot:
                yield _Try("read of Slot", read.changed(path=f"/Slot/{slot}", scope=names.SCOPE_SLOT_READ))
        elif "search-type" in codes:
            yield _Try(f"search-type of {kind}", read.changed(path=f"/{kind}"))
    if any("xml" in str(f).lower() for f in statement.get("format") or []):
        yield _Try("XML, for an appointment", read.with_headers(Accept=XML), in_xml=True)


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


def _delete_is_allowed(scenario: Scenario, exchange: Exchange, made: Appointment) -> None:
    """DELETE is never sent (CF-49): what a wrong method is told of those that are there says enough."""
    call = calls.read(made.url).changed(method="POST", resource=made.seen, scope=names.SCOPE_APPOINTMENT_WRITE)
    answer = scenario.consumer("first_111").send(made.part, call.changed(note="the statement lists delete"))
    allowed = answer.header("Allow")
    if answer.status == 405 and allowed is not None:
        scenario.recorder.expect(
            "PRV-CAP-02",
            "DELETE" in allowed.upper(),
            expected="delete of Appointment, which the statement lists, works",
            actual=f"Allow: {allowed}",
            of=[exchange, answer],
            where="CapabilityStatement.rest.resource",
        )
