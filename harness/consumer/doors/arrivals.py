"""What arrived on the wire during a call, in words: the person at the attended page sees it ticked off."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from ...bookkeeping.booking_log import appointment_url
from ...errors import CannotGoOn
from ...http.exchange import Exchange
from ...settings.consumer import Surroundings
from ...settings.model import Limits
from .. import directory
from ..requests import Interaction, ProviderCall, provider_call
from ..surroundings import World

_WORDS = {
    Interaction.METADATA: "The CapabilityStatement was read",
    Interaction.SLOTS: "Slots were searched",
    Interaction.BOOK: "A booking was sent",
    Interaction.READ: "An appointment was read",
    Interaction.CANCEL: "A cancellation was sent",
    Interaction.SEARCH: "Appointments of the patient were searched",
}
_DIRECTORIES = {"dos": "The Directory of Services was asked", "sds": "The Spine Directory Service was asked"}


@dataclass(frozen=True)
class Arrival:
    """A request: when it came, what it was, and whether it changes an appointment."""

    at: datetime
    text: str
    writes: bool = False


@dataclass(frozen=True)
class Made:
    """An appointment that the consumer was seen to book."""

    url: str
    start: str
    service: str


class Record(Protocol):
    """What passed the Spine Secure Proxy, as it is kept while a run goes on."""

    def from_now_on(self) -> None: ...

    def exchanges(self) -> list[Exchange]: ...


class Wire:
    """What the world and the proxy have seen since the call began. Safe for use by several threads."""

    def __init__(self, surroundings: Surroundings, record: Record) -> None:
        self._roots = {surroundings.roots[row.id]: row for row in directory.services().values()}
        self._registry = urlsplit(surroundings.registry).path
        self._record = record
        self._world = World(surroundings, Limits())
        self._lock = threading.Lock()
        self._mark = 0

    def close(self) -> None:
        with self._lock:
            self._world.close()

    def begin(self) -> None:
        """A call begins: what came before is of another.

        Raises:
            CannotGoOn: the world around the consumer does not answer.
        """
        with self._lock:
            self._record.from_now_on()
            self._mark = self._world.mark()

    def seen(self) -> tuple[list[Arrival], list[Made]]:
        """What arrived so far in the order of time, and the appointments that were booked by it."""
        with self._lock:
            calls = [provider_call(exchange, self._roots) for exchange in self._record.exchanges()]
            try:
                received = self._world.received(self._mark)
            except CannotGoOn:
                received = []  # the run itself finds that the world is gone, and says so
        found = [*(self._at_the_proxy(call) for call in calls), *self._elsewhere(received)]
        made = [self._made(call) for call in calls if _is_made(call) and call.root in self._roots]
        return sorted(found, key=lambda one: one.at), made

    def _at_the_proxy(self, call: ProviderCall) -> Arrival:
        exchange = call.exchange
        row = self._roots.get(call.root)
        what = _WORDS.get(call.interaction) if call.interaction else None
        what = what or f"Another request was sent ({exchange.request.method})"
        answer = f"answered with {exchange.status}" if exchange.status else "not answered"
        where = f", {row.name}" if row else ", at an address that is none of the directory's"
        writes = call.interaction in (Interaction.BOOK, Interaction.CANCEL)
        return Arrival(datetime.fromisoformat(exchange.started), f"{what}{where}: {answer}", writes)

    def _elsewhere(self, received: Iterable[Mapping[str, Any]]) -> Iterator[Arrival]:
        for one in received:
            at = datetime.fromisoformat(str(one["at"]))
            if one["system"] in _DIRECTORIES:
                yield Arrival(at, _DIRECTORIES[one["system"]])
            elif one["method"] == "GET" and one["path"].startswith(self._registry):
                yield Arrival(at, f"The Appointment Registry was searched: answered with {one['status']}")

    def _made(self, call: ProviderCall) -> Made:
        url = appointment_url(call.exchange, call.root)
        return Made(url, str(call.exchange.resource.get("start", "")), self._roots[call.root].id)


def _is_made(call: ProviderCall) -> bool:
    return call.interaction is Interaction.BOOK and call.exchange.status == 201
