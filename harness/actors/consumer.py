"""The parts that the harness plays: a consumer system of a 111 service, with its encounters."""

from __future__ import annotations

import uuid
from contextlib import nullcontext

from uec_booking.standard import names

from ..bookkeeping.booking_log import BookingLog
from ..bookkeeping.interruption import held_back
from ..errors import SystemAway
from ..http.client import Client
from ..http.exchange import Exchange
from ..judging.recorder import Recorder
from ..settings.model import Part, Settings
from . import calls
from .oauth import with_good_token


class ConsumerSystem:
    """The booking system of one organisation, as the harness plays it.

    Every call is recorded. What this system does itself is never judged.
    """

    def __init__(
        self, settings: Settings, organisation: str, recorder: Recorder, booking_log: BookingLog | None = None
    ) -> None:
        self.organisation = settings.organisations[organisation]
        self._recorder = recorder
        self._limits = settings.limits
        self._edition = settings.edition
        self._booking_log = booking_log
        self._clients: dict[str, Client] = {}
        self._trace_id = str(uuid.uuid4())

    def begin_encounter(self) -> None:
        """A new patient encounter: a new Ssp-TraceID from here on."""
        self._trace_id = str(uuid.uuid4())

    def send(self, part: Part, call: calls.Call) -> Exchange:
        """Send a call to a system and keep the exchange in the record."""
        client = self._clients.get(part.key)
        if client is None:
            client = self._clients[part.key] = Client(part.tls, self._limits)
        asked = calls.for_edition(call, self._edition)
        call = with_good_token(asked, part, self._limits)
        sent = calls.addressed(call, part, self.organisation, self._trace_id)
        with held_back() if call.method == "POST" else nullcontext():
            requested = None
            if self._booking_log and call.method == "POST":
                requested = self._booking_log.request(
                    sent, part, self.organisation.key, format=asked.format, repeatable=asked.is_plain_booking
                )
            exchange = client.send(sent, system=part.key, actor=self.organisation.name, note=call.note)
            if self._booking_log and requested:
                self._booking_log.answer(requested, exchange)
        if not exchange.reached:
            self._still_there(part, exchange)
        return self._recorder.exchange(exchange)

    def _still_there(self, part: Part, unanswered: Exchange) -> None:
        """A request got no answer: go on if the system answers another, end the run if it does not.

        Raises:
            SystemAway: it is gone.
        """
        probe = Client(part.tls, self._limits)
        try:
            sent = calls.addressed(calls.metadata(), part, self.organisation, self._trace_id)
            answer = probe.send(sent, system=part.key, actor=self.organisation.name, note="is it still there?")
        finally:
            probe.close()
        if not answer.reached:
            self._recorder.exchange(unanswered, checked=False)
            raise SystemAway(
                f"{part.name} at {part.base_url} has stopped answering ({answer.error}). "
                "See that it runs and can be reached, and repeat the run."
            )

    @property
    def edition(self) -> str:
        """The edition of the standard whose requests it makes."""
        return self._edition

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    # -- the registry, seen from a consumer system --------------------------------

    def registered_for_patient(self, registry: Part, nhs_number: str) -> Exchange:
        """Search the registry for a patient's appointments."""
        return self.send(registry, calls.search_appointments(f"{names.NHS_NUMBER_SYSTEM}|{nhs_number}"))

    def registered_by_url(self, registry: Part, url: str) -> Exchange:
        """Search the registry for the entry of the appointment at ``url``."""
        query = (("identifier", f"{names.URL_SYSTEM}|{url}"),)
        return self.send(registry, calls.search_appointments("").changed(query=query))
