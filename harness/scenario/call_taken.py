"""A call to 111 as a consumer took it, and the appointments that stand in a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..consumer.contract import Answer, Known, Saw, Wanted
from ..consumer.directory import ServiceRow
from ..consumer.requests import Interaction, ProviderCall
from ..consumer.surroundings import Lookup
from ..http.exchange import Exchange


@dataclass(frozen=True)
class CallTaken:
    """A call to 111 as the consumer took it: what was wanted, what it answered, and what it asked of the others."""

    name: str
    wanted: Wanted
    answer: Answer
    requests: tuple[ProviderCall, ...]
    lookups: tuple[Lookup, ...]
    #: What the registry was asked, as the world keeps it.
    registry: tuple[Mapping[str, Any], ...] = ()
    #: How the consumer came to an end in the midst of the call, after a failure that it met there; empty: it did not.
    ended: str = ""
    #: Why connections to the Spine Secure Proxy were refused for the certificate shown: no request came of them.
    refused: tuple[str, ...] = ()
    #: By how much the consumer's clock, by which events are told, may be ahead of ours.
    ahead: timedelta = timedelta(0)

    def of(self, interaction: Interaction, root: str = "") -> list[ProviderCall]:
        """Its requests of one kind, at one service root where one is named."""
        return [r for r in self.requests if r.interaction == interaction and root in ("", r.root)]

    def at(self, appointment: str) -> list[ProviderCall]:
        """Its requests about one appointment, by its URL."""
        return [r for r in self.requests if r.appointment == appointment]

    @property
    def unknown(self) -> list[ProviderCall]:
        """Its requests that are none of the interactions of the standard, or go to no provider."""
        return [request for request in self.requests if request.interaction is None]

    def saw(self, what: Saw) -> bool:
        return bool(self.answer.saw(what))

    @property
    def booked(self) -> ProviderCall | None:
        """The last booking that was accepted: by a 201 and by nothing else (WKF-15)."""
        return next((r for r in reversed(self.of(Interaction.BOOK)) if r.exchange.status == 201), None)

    @property
    def last_failure(self) -> list[Exchange]:
        """The last request, where it did not succeed: what the call ended with."""
        return [r.exchange for r in self.requests[-1:] if not r.exchange.ok]


#: In place of a 111 service: an organisation of another kind, which we play.
ANOTHER_KIND = "other"


@dataclass
class Standing:
    """An appointment that the consumer booked in this scenario, or an organisation of another kind before its calls."""

    known: Known
    root: str
    row: ServiceRow
    booking: ProviderCall
    #: The 111 service that booked it (or ``ANOTHER_KIND``), and in which of the calls.
    by: str = "first"
    call: int = 0
