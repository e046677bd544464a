"""What a run books it cancels at the end, also after a crash.

Each booking is noted in a file beside the reports as soon as it is answered. When its scenario
ends, at the end of the run, and at the start of the next one that finds such a file, every
appointment in it that still stands is cancelled by the organisation that made it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .exchange import Exchange
from .settings import Part
from .urls import absolute, unversioned

FILE = "booked.jsonl"

#: The key of a line that says of a URL that it needs no cancelling any more.
DONE = "cancelled"


@dataclass(frozen=True)
class Booked:
    """An appointment that a run made: where, and for which organisation."""

    system: str
    base_url: str
    url: str
    organisation: str


class Journal:
    """Appends a line for each booking, over all worker processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        #: What was noted through this object: the bookings of one scenario.
        self.noted: list[Booked] = []

    def note(self, exchange: Exchange, part: Part, organisation: str) -> None:
        """Note the appointment that a successful POST made at a system that outlasts the run."""
        url = appointment_url(exchange, part.base_url)
        if part.bundled or part.role not in ("provider", "registry") or not url:
            return
        booked = Booked(part.key, part.base_url, url, organisation)
        self.noted.append(booked)
        self._append(booked.__dict__)

    def cancelled(self, booked: Booked) -> None:
        """Note that nothing of a booking is left standing."""
        self._append({DONE: booked.url})

    def _append(self, entry: Mapping[str, str]) -> None:
        line = json.dumps(entry) + "\n"
        handle = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def appointment_url(exchange: Exchange, base_url: str) -> str:
    """The stable URL of the appointment that a 201 made: by the id in its body, else by its Location.

    The id comes first, so that a wrong Location is found where it is looked at, and nowhere else.
    """
    identity = exchange.resource.get("id")
    if isinstance(identity, str) and identity:
        return f"{base_url}/Appointment/{identity}"
    location = exchange.header("Location") or ""
    return unversioned(absolute(location, base_url)) if "/Appointment/" in location else ""
