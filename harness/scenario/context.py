"""What one scenario works with: its actors, its patient, the systems, and what was booked."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..actors import calls
from ..actors.appointment_body import Slot, booking
from ..actors.consumer import ConsumerSystem
from ..actors.control import ControlInterface
from ..actors.patients import Patient
from ..bookkeeping.booking_log import BookingLog, appointment_url
from ..bookkeeping.history import History
from ..errors import CannotGoOn, Due
from ..http.exchange import Exchange
from ..http.notes import TO_BE_REJECTED
from ..http.versions import version_tag
from ..judging.recorder import Recorder
from ..settings.model import Part, Settings
from ..text import in_words
from .booked import AFTERWARDS, Booked, BookedAppointments
from .patient_draw import PatientDraw
from .slot_leases import Found, NoSlot, Searched, SlotLeases


@dataclass
class Appointment:
    """An appointment as the harness knows it: how it was asked for, and what came back.

    ``seen`` is its resource as last read before anything was to happen to it.
    """

    name: str
    part: Part
    consumer: ConsumerSystem
    patient: Patient
    slot: Slot
    sent: Mapping[str, Any]
    booked: Exchange
    url: str
    seen: Mapping[str, Any] = field(default_factory=dict)
    read: Exchange | None = None


@dataclass(frozen=True)
class NamedById:
    """A booking that named its slot by identifier, and one of the same slot that claimed it by its id."""

    by_identifier: Exchange
    by_id: Exchange


class Scenario:
    """The state that the steps of a scenario share. One scenario, one object."""

    def __init__(
        self,
        settings: Settings,
        recorder: Recorder,
        bookings: BookedAppointments,
        leases: SlotLeases,
        booking_log: BookingLog,
        history: History,
        chance: random.Random,
    ) -> None:
        self.settings = settings
        self.recorder = recorder
        self.bookings = bookings
        self.leases = leases
        self._booking_log = booking_log
        #: What the scenarios of the run that have ended did at the providers.
        self.history = history
        self.patients = PatientDraw(settings.patients, leases.folder, chance)
        self._consumers: dict[str, ConsumerSystem] = {}
        self.appointments: dict[str, Appointment] = {}
        self._patient: Patient | None = None
        #: The exchange that the next Then steps are about.
        self.last: Exchange | None = None
        #: The last search for free slots, and the slot leased from it.
        self.found: Found | None = None
        self.searched: Searched | None = None
        #: What the last search asked for, to ask it again.
        self.sought: tuple[ConsumerSystem, Part, str, timedelta, timedelta] | None = None
        #: Whether the scenario itself had the slot found taken by someone else.
        self.slot_is_taken = False
        self.just_booked: Appointment | None = None
        #: What could not be had, where the scenario went on without it.
        self.went_without: list[CannotGoOn] = []
        #: Set where it was seen here that a provider claims the slot of a booking by its id alone.
        self.named_by_id: NamedById | None = None
        #: Undone when the scenario ends, last first.
        self.undo: list[Any] = []

    def close(self) -> None:
        """Undo what must not outlast the scenario, and close the connections."""
        for undo in reversed(self.undo):
            undo()
        for consumer in self._consumers.values():
            consumer.close()

    @contextmanager
    def going_on(self, without: type[CannotGoOn] = CannotGoOn) -> Iterator[None]:
        """Go on behind this where something within cannot be had. What was due is kept: it is recorded all the same."""
        try:
            yield
        except without as reason:
            self.went_without.append(reason)

    # -- who plays ----------------------------------------------------------------

    def consumer(self, organisation: str) -> ConsumerSystem:
        """The consumer system of an organisation: first_111, second_111 or other."""
        if organisation not in self._consumers:
            self._consumers[organisation] = ConsumerSystem(
                self.settings, organisation, self.recorder, self._booking_log
            )
        return self._consumers[organisation]

    @property
    def log_folder(self) -> Path:
        """The folder of the log of bookings, for what books in another way than by steps."""
        return self._booking_log.folder

    def another_consumer(self, organisation: str) -> ConsumerSystem:
        """One more consumer system of an organisation, with a connection of its own."""
        consumer = ConsumerSystem(self.settings, organisation, self.recorder, self._booking_log)
        self.undo.append(consumer.close)
        return consumer

    def part(self, key: str) -> Part:
        return self.settings.part(key)

    @property
    def patient(self) -> Patient:
        """The patient of the scenario, drawn when first asked for: not every scenario needs one."""
        if self._patient is None:
            self._patient = self.patients.another()
        return self._patient

    @patient.setter
    def patient(self, patient: Patient) -> None:
        self._patient = patient

    def new_patient(self) -> Patient:
        """Somebody else than the patients that the scenario has had so far, but easily taken for its patient.

        Raises:
            CannotGoOn: the settings declare too few.
        """
        return self.patients.resembling(self.patient)

    def control(self, key: str) -> ControlInterface:
        """The control interface that goes with a system.

        Raises:
            CannotGoOn: its settings name none.
        """
        part = self.part(key)
        if part.control is None:
            raise CannotGoOn(f"{part.name} has no control interface in the settings")
        return ControlInterface(part, self.settings.limits)

    def appointment(self, name: str) -> Appointment:
        if name not in self.appointments:
            raise CannotGoOn(f"there is no {name} appointment")
        return self.appointments[name]

    def answer(self) -> Exchange:
        """The exchange that a Then step is about."""
        if self.last is None:
            raise CannotGoOn("nothing was sent yet")
        return self.last

    # -- what a consumer does --------------------------------------------------------

    def find_slot(
        self, consumer: ConsumerSystem, part: Part, purpose: str, since: timedelta, until: timedelta
    ) -> Found:
        """Search for free slots that start between ``since`` and ``until`` from now, and lease one.

        Raises:
            CannotGoOn: no slot was to be had.
        """
        self.found, self.sought = None, (consumer, part, purpose, since, until)
        try:
            self.found = self.leases.find(consumer, part, purpose, since, until)
            self.searched = self.found
        except NoSlot as none:
            self.searched = none.searched
            raise
        finally:
            self.last = self.searched.exchange if self.searched else None
        return self.found

    def book(
        self,
        name: str,
        consumer: ConsumerSystem,
        part: Part,
        slot: Slot,
        patient: Patient | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Appointment:
        """Send the booking of ``slot`` and remember the appointment under ``name``, whatever was answered.

        ``body`` is sent in place of the usual one.
        """
        patient = patient or self.patient
        body = body or booking(patient, slot, self.settings.edition)
        exchange = consumer.send(part, calls.book(body))
        url = appointment_url(exchange, part.base_url) if exchange.ok else ""
        made = Appointment(name, part, consumer, patient, slot, body, exchange, url)
        self.appointments[name] = made
        self.last, self.just_booked = exchange, made
        return made

    def read(self, appointment: Appointment, consumer: ConsumerSystem | None = None) -> Exchange:
        """Read the appointment from its provider; a 200 is remembered as how it was last seen."""
        if not appointment.url:
            raise CannotGoOn(
                f"the {appointment.name} appointment was not booked: {appointment.booked.summary()}", "PRV-BOOK-01"
            )
        exchange = (consumer or appointment.consumer).send(appointment.part, calls.read(appointment.url))
        self.last = exchange
        if exchange.status == 200:
            appointment.read, appointment.seen = exchange, exchange.resource
        return exchange

    def read_again(self, booked: Iterable[Booked]) -> None:
        """Read appointments once more, each as the organisation that booked it; what is seen is checked as always."""
        keys = {organisation.name: key for key, organisation in self.settings.organisations.items()}
        for one in booked:
            call = calls.read(f"/Appointment/{quote(one.id, safe='')}").changed(note=AFTERWARDS)
            self.consumer(keys[one.actor]).send(self.part(one.system), call)

    def cancel(
        self,
        appointment: Appointment,
        consumer: ConsumerSystem | None = None,
        *,
        etag: str | None = None,
        change: Mapping[str, Any] | None = None,
    ) -> Exchange:
        """Read the appointment, then PUT it back as cancelled against the version read.

        ``etag`` and ``change`` make the PUT a wrong one: another version, or other elements changed.

        Raises:
            CannotGoOn: it could not be read.
        """
        consumer = consumer or appointment.consumer
        found = self.read(appointment, consumer)
        if found.status == 403 and consumer is not appointment.consumer:
            # Who may not cancel may not be let read either; what the cancellation is answered is asked all the same.
            found = self.read(appointment)
        if found.status != 200:
            # Who may not see it is refused (403); an appointment that stands is there for everybody.
            stands = self.bookings.stands(appointment.part.key, appointment.url)
            due = Due("PRV-GET-01", "read-ok", found.id) if found.status in (404, 410) and stands else None
            reason = f"the {appointment.name} appointment could not be read: {found.summary()}"
            raise CannotGoOn(reason, "PRV-GET-01", due)
        if found.resource.get("status") != "booked":
            reason = f"the {appointment.name} appointment is {in_words(found.resource.get('status'))}"
            cause = self.bookings.clause_of_state(appointment.part.key, appointment.url)
            raise CannotGoOn(f"{reason} before anybody cancelled it", because=cause)
        body = {**found.resource, "status": "cancelled", **(change or {})}
        version = etag if etag is not None else version_tag(found)
        call = calls.cancel(appointment.url, body, version)
        if change or etag is not None:
            wrong = "with a change" if change else "quoting another version" if etag else "without the header If-Match"
            call = call.changed(note=f"{wrong} {TO_BE_REJECTED}")
        self.last = consumer.send(appointment.part, call if version else call.with_headers(If_Match=None))
        return self.last
