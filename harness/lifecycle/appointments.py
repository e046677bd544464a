"""A provider as what is learned from: a slot of its own for each sequence, and one request for each input."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aalpy.base import SUL

from ..actors import calls
from ..actors.appointment_body import Slot, booking
from ..actors.calls import Call
from ..actors.consumer import ConsumerSystem
from ..actors.paging import pages
from ..actors.patients import Patient
from ..bookkeeping.booking_log import FILE, BookingLog, appointment_url
from ..cleanup.sweep import tidy
from ..errors import CannotGoOn
from ..exploring.diary import Diary
from ..http.exchange import Exchange
from ..http.notes import TO_BE_REJECTED
from ..http.versions import version_tag
from ..judging.recorder import Recorder
from ..model.allowed import OVERLOADED
from ..scenario.patient_draw import PatientDraw
from ..scenario.slot_leases import slots_in
from ..settings.model import Part, Settings
from .machine import Input, Output

#: A version that no appointment has.
_NO_VERSION = 'W/"no-such-version"'
#: Those who take turns in booking: who has an appointment already may be refused for that.
_PATIENTS = 2


class Spent(CannotGoOn):
    """As many requests were sent as are allowed."""


class Undecided(CannotGoOn):
    """The same requests were not answered the same, so there is no one machine."""


class Appointments(SUL):  # type: ignore[misc]
    """What AALpy asks: ``pre`` begins a sequence, ``step`` asks one thing, ``post`` gives back what was booked."""

    def __init__(self, settings: Settings, part: Part, folder: Path, slots: int, requests: int) -> None:
        super().__init__()
        # What the bundled world has booked is given back, too: it would run out of slots.
        parts = {key: replace(one, bundled=False) for key, one in settings.parts.items()}
        self.settings = replace(settings, parts=parts)
        self.part = self.settings.part(part.key)
        self.diary = Diary(slots)
        self.requests = 0
        self._allowed = requests
        self._folder = folder
        self._log = BookingLog(folder / FILE)
        self._recorder = Recorder("lifecycle")
        self._consumer = ConsumerSystem(self.settings, "first_111", self._recorder, self._log)
        self._slot: Slot | None = None
        self._patients: Sequence[Patient] = ()
        self._made: Exchange | None = None
        self._url = ""
        self._turn = 0
        self._asked: tuple[Input, ...] = ()
        self._answered: dict[tuple[Input, ...], Output] = {}

    def pre(self) -> None:
        """Find a free slot.

        Raises:
            UsedUp: there is none, or more than are allowed were used.
            Spent: as many requests were sent as are allowed.
        """
        service = self.part.service("later")
        chosen = self.diary.take(
            lambda since, until: list(pages(self, self.part, calls.search_slots(service, since, until))), service
        )
        self._slot, self._made, self._url, self._turn, self._asked = chosen[0], None, "", 0, ()
        draw = PatientDraw(self.settings.patients, self._folder, random.Random())
        try:
            self._patients = [draw.another() for _ in range(_PATIENTS)]
        finally:
            draw.give_back()

    def post(self) -> None:
        self.requests += len(tidy(self._log, self.settings))
        self._log = BookingLog(self._folder / FILE)
        self._consumer.close()
        self._recorder = Recorder("lifecycle")
        self._consumer = ConsumerSystem(self.settings, "first_111", self._recorder, self._log)

    def close(self) -> None:
        self._consumer.close()

    def step(self, letter: Input) -> Output:
        """Ask one thing.

        Raises:
            Undecided: it was answered otherwise after the same requests before.
        """
        self._asked = (*self._asked, letter)
        output = self._output(letter)
        before = self._answered.setdefault(self._asked, output)
        if output != before:
            raise Undecided(
                f"the same requests were not answered the same: {', '.join(self._asked)} → {before}, {output}"
            )
        return output

    def _output(self, letter: Input) -> Output:
        if letter is Input.SEARCH:
            return self._search()
        if letter is Input.BOOK:
            return self._book()
        if not self._url:
            return Output.NOTHING
        return self._read() if letter is Input.READ else self._cancel(letter)

    def send(self, part: Part, call: Call) -> Exchange:
        """Send a request.

        Raises:
            Spent: as many were sent as are allowed.
            CannotGoOn: no answer came that says anything.
        """
        if self.requests >= self._allowed:
            raise Spent(f"{self.requests} requests were sent, and no more are allowed")
        self.requests += 1
        exchange = self._consumer.send(part, call)
        if exchange.response is None or exchange.status in OVERLOADED:
            raise CannotGoOn(exchange.summary())
        return exchange

    def _search(self) -> Output:
        assert self._slot is not None
        slot = self._slot
        call = calls.search_slots(slot.service, slot.start, slot.end)
        offered = [
            one.identifier
            for answer in pages(self, self.part, call)
            for one in slots_in(answer, slot.service)
            if one.resource.get("status") == "free"
        ]
        return Output.OFFERED if slot.identifier in offered else Output.NOT_OFFERED

    def _book(self) -> Output:
        assert self._slot is not None
        patient = self._patients[self._turn % _PATIENTS]
        self._turn += 1
        exchange = self.send(self.part, calls.book(booking(patient, self._slot, self.settings.edition)))
        if not exchange.ok:
            return Output.REFUSED
        self._made, self._url = exchange, appointment_url(exchange, self.part.base_url)
        return Output.DONE

    def _read(self) -> Output:
        exchange = self.send(self.part, calls.read(self._url))
        if not exchange.ok:
            return Output.GONE
        status = exchange.resource.get("status")
        return {"booked": Output.BOOKED, "cancelled": Output.CANCELLED}.get(str(status), Output.OTHER)

    def _cancel(self, letter: Input) -> Output:
        assert self._made is not None
        read = self.send(self.part, calls.read(self._url))
        seen = read if read.ok and read.resource else self._made
        body, tag = {**seen.resource, "status": "cancelled"}, version_tag(seen)
        call = calls.cancel(self._url, body, _NO_VERSION if letter is Input.CANCEL_STALE else tag)
        if letter is Input.CANCEL_ANY:
            call = call.changed(headers={"If-Match": None}, note=f"without If-Match {TO_BE_REJECTED}")
        elif letter is Input.CANCEL_STALE:
            call = call.changed(note=f"of another version {TO_BE_REJECTED}")
        return Output.DONE if self.send(self.part, call).ok else Output.REFUSED
