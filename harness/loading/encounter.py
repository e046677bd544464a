"""The encounter of one patient: a search, mostly a booking, then often a read, a cancellation, another slot instead."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..actors import calls
from ..actors.appointment_body import Slot, booking
from ..actors.calls import Call
from ..actors.consumer import ConsumerSystem
from ..actors.patients import Patient
from ..bookkeeping.booking_log import appointment_url
from ..errors import SystemAway
from ..histories.operations import Kind
from ..http.exchange import Exchange
from ..http.versions import version_tag
from ..scenario.slot_leases import slots_in
from ..settings.model import Part
from .bookings import Bookings
from .history import History

#: Of a hundred encounters so many come to a booking; of those so many read it, cancel it, and book another instead.
BOOKS, READS, CANCELS, REBOOKS = 80, 60, 30, 15
#: Callers take one of the first slots, so they meet at them.
_FIRST_SLOTS = 10
#: When the slots of a search begin: where the service that is for later has some by all means.
_FROM, _UNTIL = timedelta(hours=6), timedelta(hours=12)
#: As the settings name them. Each user is of one of them.
ORGANISATIONS = ("first_111", "second_111")


@dataclass(frozen=True)
class Timed:
    """One request: what it was for, the answer (None: none came), and why that is a failure, if it is one."""

    interaction: str
    exchange: Exchange | None
    failure: str = ""
    taken: bool = False


class Encounter:
    """The requests of one patient, in order. ``told`` is called after each; ``think`` waits as a person does."""

    def __init__(
        self,
        consumer: ConsumerSystem,
        part: Part,
        patient: Patient,
        chance: random.Random,
        bookings: Bookings,
        history: History,
        think: Callable[[], None],
        told: Callable[[Timed], None],
    ) -> None:
        self._consumer = consumer
        self._part = part
        self._patient = patient
        self._chance = chance
        self._bookings = bookings
        self._history = history
        self._think = think
        self._told = told
        #: How the history calls who acts: no report shows a patient's number.
        self._called = f"{consumer.organisation.key} for {history.name_of_another()}"

    def happens(self) -> None:
        """From the search to its end, or to the first request that fails."""
        self._consumer.begin_encounter()
        slots = self._search()
        if not slots or not self._by_chance(BOOKS):
            return
        self._think()
        made = self._book(slots)
        if made is None:
            return
        slot, url = made
        current: Exchange | None = None
        if self._by_chance(READS):
            self._think()
            current = self._read(url)
        if not self._by_chance(CANCELS + REBOOKS):
            return
        self._think()
        current = current or self._read(url)
        if current is None or not self._cancel(slot, url, current):
            return
        if self._by_chance(100 * REBOOKS // (CANCELS + REBOOKS)):
            self._think()
            self._book([other for other in slots if other.identifier != slot.identifier])

    def _search(self) -> list[Slot]:
        service = self._part.service("later")
        now = datetime.now(UTC)
        call = calls.search_slots(service, now + _FROM, now + _UNTIL)
        exchange = self._ask("search", call)
        found = slots_in(exchange, service) if exchange is not None else []
        return [slot for slot in found if slot.resource.get("status") == "free"]

    def _book(self, slots: list[Slot]) -> tuple[Slot, str] | None:
        """Of the first slots one by chance; the slot and the address of what was made of it."""
        if not slots or not self._bookings.take():
            return None
        slot = self._chance.choice(slots[:_FIRST_SLOTS])
        call = calls.book(booking(self._patient, slot, self._consumer.edition))
        exchange = self._change("book", Kind.BOOK, call, slot, "", "")
        return (slot, appointment_url(exchange, self._part.base_url)) if exchange is not None else None

    def _read(self, url: str) -> Exchange | None:
        return self._ask("read", calls.read(url))

    def _cancel(self, slot: Slot, url: str, current: Exchange) -> bool:
        tag = version_tag(current)
        call = calls.cancel(url, {**current.resource, "status": "cancelled"}, tag)
        version = tag.removeprefix("W/").strip('"')
        return self._change("cancel", Kind.CANCEL, call, slot, url, version) is not None

    def _change(
        self, interaction: str, kind: Kind, call: Call, slot: Slot, appointment: str, version: str
    ) -> Exchange | None:
        """A request with an effect, which is noted in the history before it is sent."""
        name = self._history.sent(kind, self._called, slot, appointment, version, call.request_id)
        exchange = self._sent(call)
        if exchange is not None:
            self._history.answered(name, exchange, self._part.base_url, slot)
        return self._told_of(interaction, exchange)

    def _ask(self, interaction: str, call: Call) -> Exchange | None:
        return self._told_of(interaction, self._sent(call))

    def _sent(self, call: Call) -> Exchange | None:
        try:
            return self._consumer.send(self._part, call)
        except SystemAway:
            return None

    def _told_of(self, interaction: str, exchange: Exchange | None) -> Exchange | None:
        """Tell of a request; its answer where it was a success."""
        timed = Timed(interaction, exchange, *_judged(interaction, exchange))
        self._told(timed)
        return exchange if exchange is not None and exchange.ok else None

    def _by_chance(self, of_a_hundred: int) -> bool:
        return self._chance.randrange(100) < of_a_hundred


def _judged(interaction: str, exchange: Exchange | None) -> tuple[str, bool]:
    """Why it failed, if it did; and whether it is a booking that came too late, which is an answer as any other."""
    if exchange is None:
        return "no answer", False
    if exchange.ok:
        return "", False
    if interaction == "book" and exchange.status in (409, 422):
        return "", True
    return exchange.answered(), False
