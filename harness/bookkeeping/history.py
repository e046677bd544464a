"""What a run did at its providers: every booking and cancellation of all its scenarios, over all its workers.

The scenarios write it as they end. The last ones of a run compare the Appointment Registry with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..http.exchange import Exchange
from ..http.sent import sent_body
from ..http.urls import unversioned
from ..settings.model import Part
from ..text import in_words
from .booking_log import appointment_url, location_url, nhs_numbers

#: The tag of scenarios that look at the whole run: they come after all others.
LAST = "last"

_FILE = "history.jsonl"


@dataclass
class Booking:
    """An appointment that was booked, and what became of it.

    ``urls`` has more than one where Location and body of the answer name different ones. ``ended`` are the
    cancellations that were accepted; ``unsure`` where one was never answered.
    """

    scenario: str
    part: Part
    urls: tuple[str, ...]
    booked: Exchange
    sent: Mapping[str, Any]
    ended: list[Exchange] = field(default_factory=list)
    unsure: bool = False

    @property
    def url(self) -> str:
        return self.urls[0]

    @property
    def nhs_number(self) -> str:
        """The number under which it was booked; empty for a patient who has none."""
        return next(iter(nhs_numbers(self.sent)), "")

    def summary(self) -> str:
        """For reports: which of all bookings it was."""
        note = f", {self.booked.note}" if self.booked.note else ""
        return f"{self.url} (booked in {in_words(self.scenario.split('::')[-1])}{note})"


class History:
    """The history in the folder that the workers of a run share."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def note(self, scenario: str, exchanges: Iterable[Exchange]) -> None:
        """Note the bookings and cancellations among these exchanges; those noted before count once."""
        lines = "".join(
            json.dumps({"scenario": scenario, "exchange": exchange.to_json()}) + "\n"
            for exchange in exchanges
            if exchange.request.method in ("POST", "PUT") and "/Appointment" in exchange.request.url
        )
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            # In one write, so that the lines of two workers never mix.
            os.write(handle, lines.encode())
        finally:
            os.close(handle)

    def bookings(self, parts: Iterable[Part]) -> list[Booking]:
        """The appointments that were booked at these providers, in the order in which they were noted."""
        by_key = {part.key: part for part in parts}
        found: dict[str, Booking] = {}
        for scenario, exchange in self._noted():
            part = by_key.get(exchange.system)
            # Each worker process of plain pytest has a bundled world of its own.
            if part is None or part.base_url not in exchange.request.url:
                continue
            if exchange.request.method == "POST" and exchange.ok:
                urls = _urls(exchange, part)
                if urls and urls[0].startswith(part.base_url) and urls[0] not in found:
                    found[urls[0]] = Booking(scenario, part, urls, exchange, sent_body(exchange))
            elif exchange.request.method == "PUT":
                _came_to_an_end(found.get(_url_of_update(exchange, part)), exchange)
        return list(found.values())

    def _noted(self) -> Iterator[tuple[str, Exchange]]:
        if not self._path.exists():
            return
        lines = [json.loads(line) for line in self._path.read_text(encoding="utf-8").splitlines()]
        once = {line["exchange"]["id"]: line for line in lines}
        for line in sorted(once.values(), key=lambda line: line["exchange"]["started"]):
            yield line["scenario"], Exchange.from_json(line["exchange"])


def _came_to_an_end(booking: Booking | None, exchange: Exchange) -> None:
    if booking is None:
        return
    if not exchange.reached:
        booking.unsure = True
    elif exchange.ok and sent_body(exchange).get("status") == "cancelled":
        booking.ended.append(exchange)


def _urls(exchange: Exchange, part: Part) -> tuple[str, ...]:
    found = (appointment_url(exchange, part.base_url), location_url(exchange, part.base_url))
    return tuple(dict.fromkeys(url for url in found if url))


def _url_of_update(exchange: Exchange, part: Part) -> str:
    """The URL that was put to, which may have gone through a proxy."""
    identity = unversioned(exchange.request.url).rpartition("/Appointment/")[2]
    return f"{part.base_url}/Appointment/{identity}"
