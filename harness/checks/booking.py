"""Expectations of a booking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..recording import Recorder
from ..scenario import Appointment, Scenario, version_id
from ..times import moment


def accepted(recorder: Recorder, appointment: Appointment) -> bool:
    """PRV-BOOK-01: a valid booking of a free slot answers 201. Returns whether it was booked."""
    exchange = appointment.booked
    recorder.expect_answer("PRV-BOOK-01", "book-ok", exchange)
    return exchange.status == 201


def body_is_the_appointment(recorder: Recorder, appointment: Appointment) -> None:
    """PRV-BOOK-07: the 201's body is the appointment, booked, with id and version."""
    body = appointment.booked.resource
    lacking = [
        place
        for place, there in (
            ("Appointment", body.get("resourceType") == "Appointment"),
            ("Appointment.id", bool(body.get("id"))),
            ("Appointment.meta.versionId", bool(version_id(appointment.booked))),
            ("Appointment.status = booked", body.get("status") == "booked"),
        )
        if not there
    ]
    recorder.expect(
        "PRV-BOOK-07",
        not lacking,
        expected="the created Appointment, booked, with id and meta.versionId",
        actual="as expected" if not lacking else f"missing: {', '.join(lacking)}",
        of=appointment.booked,
        where=lacking[0].split(" ")[0] if lacking else "Appointment",
    )


def refused_as_taken(scenario: Scenario, appointment: Appointment) -> None:
    """PRV-BOOK-10: a booking for a slot that is not free is refused; PRV-BOOK-26: and the answer says what happened."""
    exchange = appointment.booked
    scenario.recorder.expect_answer("PRV-BOOK-10", "slot-taken", exchange)
    there = bool(appointment.url) and scenario.read(appointment).status == 200
    scenario.recorder.expect(
        "PRV-BOOK-26",
        exchange.response is not None and exchange.ok == there,
        expected="a 2xx when, and only when, an appointment was made",
        actual=f"{exchange.told()}, and {'an' if there else 'no'} appointment at the URL answered",
        of=exchange,
        where="status",
    )


def is_what_was_asked_for(body: Mapping[str, Any], appointment: Appointment) -> list[str]:
    """Where the appointment differs from what was asked for: patient identity, slot and times (PRV-BOOK-28)."""
    found = []
    for name in ("start", "end"):
        if moment(body.get(name)) != moment(appointment.sent[name]):
            found.append(
                f"Appointment.{name} is {body.get(name)!r}, asked for was {appointment.sent[name]!r}"
            )
    patient = contained(body, "Patient")
    if patient is not None:
        number = appointment.patient.nhs_number
        numbers = [i.get("value") for i in patient.get("identifier") or [] if isinstance(i, Mapping)]
        if number and number not in numbers:
            found.append("Appointment.contained.ofType(Patient).identifier is another patient's")
        if patient.get("birthDate") != appointment.patient.birth_date:
            found.append("Appointment.contained.ofType(Patient).birthDate is another")
    slot = contained(body, "Slot")
    asked = contained(appointment.sent, "Slot")
    if slot is not None and asked is not None and asked.get("identifier"):
        values = {i.get("value") for i in slot.get("identifier") or [] if isinstance(i, Mapping)}
        if asked["identifier"][0].get("value") not in values:
            found.append("Appointment.contained.ofType(Slot).identifier is another slot's")
    return found


def contained(resource: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """The contained resource of a type, or None; matched by type, never by index (CF-31)."""
    for inner in resource.get("contained") or []:
        if isinstance(inner, Mapping) and inner.get("resourceType") == kind:
            return inner
    return None
