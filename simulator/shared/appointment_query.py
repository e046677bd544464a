"""Reading a search for the appointments of a patient, in every published spelling (CF-52)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..refusals import Rejected
from .search_dates import read_window

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
    """A patient's identifier, or the id of one appointment; what is empty was not asked for.

    `version` narrows an id to a current version; `earliest` (inclusive) and `before` (exclusive) bound the
    start as Unix seconds; `understood` are the parameters as they came.
    """

    system: str = ""
    value: str = ""
    id: str = ""
    version: str = ""
    earliest: int | None = None
    before: int | None = None
    understood: tuple[tuple[str, str], ...] = ()


def read_appointment_query(parameters: Iterable[tuple[str, str]]) -> AppointmentQuery:
    """The query in decoded (name, value) pairs. Raises Rejected unless it names one patient."""
    patients: set[tuple[str, str]] = set()
    ids: dict[str, str] = {"_id": "", "appointmentid": "", "version": ""}
    starts: list[str] = []
    understood: list[tuple[str, str]] = []
    for name, value in parameters:
        key = name.lower()
        if key in _PATIENT_NAMES:
            system, bar, identifier = value.rpartition("|")
            patients.add((system if bar else "", identifier.strip()))
        elif key in _OLD_NAMES:
            patients.add(("", value.replace("|", "/").rstrip("/").rpartition("/")[2]))
        elif key in ids:
            ids[key] = value
        elif key in ("start", "date"):
            starts.append(value)
        elif key == "_format":
            continue
        else:
            raise Rejected("invalid-query-value", f"The parameter {name} is not supported.", f"http.{name}")
        understood.append((name, value))
    appointment_id = ids["_id"] or ids["appointmentid"]
    if len(patients) > 1 or (not patients and not appointment_id) or any(not value for _, value in patients):
        raise Rejected("invalid-query-value", "The search needs the identifier of one patient.", "http.identifier")
    system, value = patients.pop() if patients else ("", "")
    earliest, before = read_window(starts)
    return AppointmentQuery(system, value, appointment_id, ids["version"], earliest, before, tuple(understood))
