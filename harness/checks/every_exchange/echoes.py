"""What comes back of that which we sent ourselves: a provider that keeps it is not blamed for its content.

A request that has to be rejected, and is accepted, is told once. A request may also hold what FHIR does not know,
to see that it is ignored, or times with another offset than UTC: a provider may as well keep them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ...http.exchange import Exchange
from ...http.notes import is_to_be_rejected
from ...http.sent import sent_body
from .every_resource import Fault, structure_faults, time_faults, times

_INDEX = re.compile(r"\[\d+\]")
_ENTRY = re.compile(r"^Bundle\.entry\[(\d+)\]\.resource\.")


class Echoes:
    """What was sent of each appointment, by its system and id."""

    def __init__(self) -> None:
        self._bad: set[tuple[str, str]] = set()
        #: What was sent of each, and what of it FHIR does not know, once somebody asks.
        self._sent: dict[tuple[str, str], list[Exchange]] = {}
        self._odd: dict[str, set[str]] = {}

    def note(self, exchange: Exchange) -> None:
        """Remember what a request that was carried out has left behind."""
        if exchange.request.method not in ("POST", "PUT", "PATCH") or not exchange.ok:
            return
        named = _named(exchange)
        if is_to_be_rejected(exchange):
            self._bad |= named
        for name in named:
            self._sent.setdefault(name, []).append(exchange)

    def is_one(self, exchange: Exchange) -> bool:
        """Whether the answer shows an appointment that was made or changed by what had to be rejected."""
        return exchange.ok and bool(_named(exchange) & self._bad)

    def has(self, exchange: Exchange, fault: Fault) -> bool:
        """Whether a fault of an answer came with our own request, at the same place."""
        found = _ENTRY.match(fault.where)
        if found:
            return self._of_entry(exchange, int(found[1]), "Appointment." + fault.where[found.end() :])
        return any(self._was_sent(name, fault.where) for name in _named(exchange))

    def _of_entry(self, exchange: Exchange, index: int, where: str) -> bool:
        entries = exchange.resource.get("entry") or []
        entry = entries[index] if index < len(entries) else None
        resource: Any = entry.get("resource") if isinstance(entry, Mapping) else None
        name = (exchange.system, str(resource.get("id"))) if isinstance(resource, Mapping) else ("", "")
        return name in self._bad or self._was_sent(name, where)

    def _was_sent(self, name: tuple[str, str], where: str) -> bool:
        """Whether what was sent of an appointment has a fault at a place."""
        for exchange in self._sent.get(name, ()):
            if exchange.id not in self._odd:
                body = sent_body(exchange)
                faults = [*structure_faults(body, ""), *time_faults(times(body))]
                self._odd[exchange.id] = {_place(fault.where) for fault in faults}
        return any(_place(where) in self._odd[exchange.id] for exchange in self._sent.get(name, ()))


def _named(exchange: Exchange) -> set[tuple[str, str]]:
    """The appointment that an exchange is about: by its address, and by the id answered."""
    path = unquote(urlsplit(exchange.request.url).path)
    ids = {path.partition("/Appointment/")[2].split("/")[0]}
    if exchange.resource.get("resourceType") == "Appointment":
        ids.add(str(exchange.resource.get("id") or ""))
    return {(exchange.system, identity) for identity in ids if identity}


def _place(where: str) -> str:
    return _INDEX.sub("", where)
