"""Reading a search for the appointments of a patient, in every published spelling (CF-52)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from uec_booking.simulator.refusals import Refused

_PATIENT_NAMES = frozenset(
    {
        "appointment.participant.actor:patient.identifier",
        "participant.actor:patient.identifier",
        "participant.actor.identifier",
        "actor:patient.identifier",
        "actor.identifier",
        "patient.identifier",
        "patient:patient.identifier",
        "identifier",
    }
)
# API 1.0.4 put the patient's address in a national service where the identifier now is.
_OLD_NAMES = frozenset({"appointment.participant.actor", "participant.actor", "actor", "patient"})


@dataclass(frozen=True)
class AppointmentQuery:
    """A patient's identifier; an empty system means any."""

    system: str
    value: str


def read_appointment_query(parameters: Iterable[tuple[str, str]]) -> AppointmentQuery:
    """The query in decoded (name, value) pairs. Raises Refused unless it names one patient."""
    found: list[AppointmentQuery] = []
    for name, value in parameters:
        if name.lower() in _PATIENT_NAMES:
            system, bar, identifier = value.rpartition("|")
            found.append(AppointmentQuery(system if bar else "", identifier.strip()))
        elif name.lower() in _OLD_NAMES:
            found.append(AppointmentQuery("", value.replace("|", "/").rstrip("/").rpartition("/")[2]))
    if len(set(found)) != 1 or not found[0].value:
        raise Refused("invalid-query-value", "The search needs the identifier of one patient.")
    return found[0]
