"""Defects in the Appointment that is posted, and in the slot that it names."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from uec_booking.standard import names

from ....consumer.body import Bodies
from ....fault_making import Change, below, breaks, consumer, warned, with_values, without
from ....seams import Fault

_PLAIN_PROFILE = "http://hl7.org/fhir/StructureDefinition/Appointment"
_NOTE = "Chest pain since 04:00, radiating to the left arm, short of breath; takes bisoprolol and aspirin daily"


def _body(name: str, requirement: str, summary: str, change: Change) -> Fault:
    return consumer(name, requirement, summary, Bodies.booking, change)


def _adds(name: str, element: Any) -> Change:
    return lambda resource: resource.setdefault(name, []).append(element)


APPOINTMENT: tuple[Fault, ...] = (
    _body("books-with-an-id", "CON-BOOK-02", "A booking has an id of the consumer's.", with_values(id="desk-1")),
    _body("books-as-proposed", "CON-BOOK-03", "A booking has the status proposed.", with_values(status="proposed")),
    _body("books-as-pending", "CON-BOOK-03", "A booking has the status pending.", with_values(status="pending")),
    _body("books-without-status", "CON-BOOK-03", "A booking has no status.", without("status")),
    _body(
        "describes-the-symptoms",
        "CON-BOOK-14",
        "The description of a booking is clinical text.",
        with_values(description=_NOTE),
    ),
    _body("claims-no-profile", "RES-APT-01", "A booking claims no profile.", without("meta")),
    _body(
        "claims-the-plain-profile",
        "RES-APT-01",
        "A booking claims the profile of plain FHIR.",
        with_values(meta={"profile": [_PLAIN_PROFILE]}),
    ),
    _body("books-without-end", "RES-APT-02", "A booking has no end.", without("end")),
    _body(
        "books-half-an-hour-longer",
        "RES-APT-02",
        "A booking ends later than its slot.",
        lambda body: body.update(end=f"{body['end'][:11]}23:59:00Z"),
    ),
    _body("describes-nothing", "RES-APT-03", "A booking has no description.", without("description")),
    _body("books-in-american-english", "RES-APT-10", "The language is en-US.", with_values(language="en-US")),
    _body(
        "contains-an-organisation-too",
        "RES-APT-13",
        "The 111 service is contained in a booking too.",
        _adds("contained", {"resourceType": "Organization", "id": "service", "name": "NHS 111"}),
    ),
)

SLOT: tuple[Fault, ...] = (
    _body(
        "names-its-slot-by-id",
        "RES-APT-05",
        "A booking refers to its slot at the provider, as before 2.0.0.",
        with_values(slot=[{"reference": "Slot/1"}]),
    ),
    _body(
        "refers-to-its-slot-twice",
        "RES-APT-05",
        "A booking refers to its slot twice.",
        _adds("slot", {"reference": "#slot"}),
    ),
    _body("refers-to-no-slot", "RES-APT-05", "A booking refers to no slot.", without("slot")),
    _body(
        "contains-no-slot",
        "RES-APT-05",
        "A booking refers to a contained slot that is not there.",
        lambda body: body.update(contained=[one for one in body["contained"] if one["resourceType"] != "Slot"]),
    ),
    consumer("booked-slot-without-profile", "RES-APT-06", "The slot claims no profile.", Bodies.slot, without("meta")),
    consumer(
        "booked-slot-without-schedule", "RES-APT-06", "The slot has no schedule.", Bodies.slot, without("schedule")
    ),
    consumer(
        "booked-slot-without-identifier",
        "RES-APT-06",
        "The slot has no identifier.",
        Bodies.slot,
        without("identifier"),
    ),
    consumer("booked-slot-without-end", "RES-APT-06", "The slot has no end.", Bodies.slot, without("end")),
)


@breaks("CON-BOOK-04", Bodies.slot)
def books_a_slot_of_its_own(original: Any, slot: Any) -> Any:
    """The slot that is booked has an identifier of the consumer's own."""
    return {**original(slot), "identifier": [{"system": names.UUID_SYSTEM, "value": str(uuid4())}]}


_PRACTITIONER = {"actor": {"reference": "Practitioner/1", "display": "Dr Anybody"}, "status": "accepted"}

_CALL_HANDLER = {"actor": {"reference": "https://desk.example/fhir/Practitioner/1"}, "status": "accepted"}

PARTICIPANT: tuple[Fault, ...] = (
    _body("has-no-participant", "RES-APT-07", "A booking has no participant.", without("participant")),
    _body(
        "refers-to-a-patient-elsewhere",
        "RES-APT-07",
        "The participant is a patient of the consumer's own system, by its address there.",
        below("participant", 0, "actor", change=with_values(reference="https://desk.example/fhir/Patient/1")),
    ),
    _body(
        "refers-to-no-contained-patient",
        "RES-APT-07",
        "The participant refers to a contained patient by an id that none has.",
        below("participant", 0, "actor", change=with_values(reference="#pat")),
    ),
    _body(
        "refers-to-its-patient-twice",
        "RES-APT-07",
        "The patient is a participant twice.",
        lambda body: body["participant"].append(body["participant"][0]),
    ),
    warned(
        _body(
            "adds-the-call-handler",
            "RES-APT-07",
            "The call handler is a participant beside the patient.",
            lambda body: body["participant"].append(_CALL_HANDLER),
        )
    ),
    _body(
        "participant-without-status",
        "RES-APT-08",
        "The participant has no status.",
        below("participant", 0, change=without("status")),
    ),
    consumer(
        "participant-without-nhs-number",
        "RES-APT-09",
        "The participant does not repeat the NHS number.",
        Bodies.actor,
        without("identifier"),
    ),
    consumer(
        "participant-without-name", "RES-APT-09", "The participant has no display.", Bodies.actor, without("display")
    ),
)
