"""What is looked at after a booking: what it made, and what those that were rejected have left."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.standard import names

from ..actors.appointment_body import Slot
from ..actors.calls import read, search_appointments
from ..actors.finding import search_around
from ..bookkeeping.booking_log import appointment_url
from ..http.exchange import Exchange
from ..http.versions import version_id
from .baselines import SUBJECTS
from .context import Appointment, Scenario
from .mutations import ALL
from .variations import Trial, named


def read_at_answered_url(scenario: Scenario, appointment: Appointment) -> Exchange | None:
    """A read of the URL that a booking was answered with, if it was."""
    return scenario.read(appointment) if appointment.url else None


def book_for_an_invalid_number(scenario: Scenario) -> Exchange:
    """The answer to a booking of a free slot that has nothing wrong but the NHS number."""
    trial = SUBJECTS["booking of a free slot"](scenario)
    call = named("the NHS number 999000001", ALL)(trial.good())
    assert call is not None
    return trial.consumer.send(trial.part, call.changed(note="for an invalid NHS number"))


@dataclass(frozen=True)
class Made:
    """The booking of a trial's row, and a read of what it made, if it made anything."""

    booked: Exchange
    read: Exchange | None

    @property
    def was_read(self) -> bool:
        return self.read is not None and self.read.status == 200


def read_what_was_made(trial: Trial, change: str) -> Made:
    """Read what the row of that change has made."""
    row = next(row for row in trial.rows if row.change == change)
    assert row.exchange is not None
    url = appointment_url(row.exchange, trial.part.base_url) if row.exchange.ok else ""
    return Made(row.exchange, trial.consumer.send(trial.part, read(url)) if url else None)


def read_its_version(trial: Trial, made: Made) -> Exchange | None:
    """A read of the version that a read has shown, by its id; None where it showed none."""
    if made.read is None or made.read.status != 200 or not version_id(made.read):
        return None
    return trial.consumer.send(trial.part, read(f"{made.read.request.url}/_history/{version_id(made.read)}"))


@dataclass(frozen=True)
class AfterRefusals:
    """Searches after bookings that were rejected: for their slot and, where that says something, for their patient."""

    slot: Slot
    search: Exchange
    nhs_number: str = ""
    of_patient: Exchange | None = None


def look_after_refusals(scenario: Scenario, trial: Trial) -> AfterRefusals | None:
    """Search for what rejected bookings may have left; None where nothing was rejected.

    A patient is searched for where that is claimed, and the patient is made up: nobody else has booked for them.
    """
    if scenario.found is None or not trial.refusals():
        return None
    slot = scenario.found.slot
    search = search_around(trial.consumer, trial.part, slot, "free")
    if "appointment-search" not in scenario.settings.capabilities or scenario.settings.patients:
        return AfterRefusals(slot, search)
    number = scenario.patient.nhs_number
    of_patient = trial.consumer.send(trial.part, search_appointments(f"{names.NHS_NUMBER_SYSTEM}|{number}"))
    return AfterRefusals(slot, search, number, of_patient)


def look_for_slot_found(scenario: Scenario) -> tuple[Slot, Exchange]:
    """The slot found last, and a search for it among the free ones."""
    assert scenario.found is not None
    slot = scenario.found.slot
    return slot, search_around(scenario.consumer("first_111"), scenario.found.part, slot, "free")
