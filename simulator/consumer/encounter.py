"""One call of a patient while it is at the desk: what was asked, what is known, and what the user saw and did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .services import DosService
from .settings import Identity

#: What is noted for the reports alone, beside what the user sees and does.
NOTED = ("slot-taken", "top-ranked-rejected", "booking-error")


class OutOfTime(Exception):
    """The task's deadline has passed."""


class CannotCarryOut(Exception):
    """The desk cannot do what the task asks; the message says why. What was done until then stands."""


class Stopped(Exception):
    """The booking stops here because of what other systems said; the user has been told.

    `refers`: the existing ways of referral go on without it.
    """

    def __init__(self, text: str, *, refers: bool = False) -> None:
        super().__init__(text)
        self.refers = refers


@dataclass(frozen=True)
class Place:
    """A provider system: its service root as SDS gives it, and its ASID."""

    root: str
    asid: str


@dataclass(frozen=True)
class KnownAppointment:
    """An appointment that the desk knows of. What is not known is empty; `from_registry` tells who told of it."""

    url: str
    start: str
    service: str = ""
    service_name: str = ""
    end: str = ""
    root: str = ""
    asid: str = ""
    from_registry: bool = False

    def about(self) -> dict[str, str]:
        """As it stands in an event."""
        return {"url": self.url, "start": self.start, "service": self.service}


@dataclass
class Encounter:
    """`say` is called with each event when it happens. `bookings` holds what was booked in this call.

    `services` are those that DoS listed in this call, by their id.
    """

    task: Mapping[str, Any]
    identity: Identity
    say: Callable[[dict[str, Any]], None] = lambda event: None
    events: list[dict[str, Any]] = field(default_factory=list)
    bookings: list[KnownAppointment] = field(default_factory=list)
    services: dict[str, DosService] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    began_at: str = field(default_factory=lambda: instant(datetime.now(UTC)))
    notes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def caller(self) -> Mapping[str, Any]:
        """The patient, as the task describes them."""
        caller: Mapping[str, Any] = self.task["caller"]
        return caller

    @property
    def patient_key(self) -> str:
        """By what the desk knows a patient again: the NHS number, or who they are."""
        caller = self.caller
        who = "|".join((caller["family"], *caller["given"], caller["birth_date"]))
        return str(caller["nhs_number"]) or who.casefold()

    @property
    def service_wanted(self) -> str:
        """DoS id of the service to book at; empty where no new booking is wanted."""
        return str(self.task["choose"]["service"])

    @property
    def slot_wanted(self) -> str:
        """``first``, ``last``, ``change`` or a time."""
        return str(self.task["choose"]["slot"])

    def show(self, what: str, about: Iterable[KnownAppointment | Mapping[str, str]] = (), text: str = "") -> None:
        """Note what the user saw or did now."""
        told = [one.about() if isinstance(one, KnownAppointment) else dict(one) for one in about]
        event = {"at": instant(datetime.now(UTC), "milliseconds"), "what": what, "about": told, "text": text}
        self.events.append(event)
        self.say(event)

    def note(self, what: str, *, service: str = "", start: str = "", text: str = "") -> None:
        """Note one of `NOTED`, of which the reports tell."""
        about = [{"url": "", "start": start, "service": service}]
        self.notes.append({"what": what, "about": about, "text": text})

    def history(self) -> list[dict[str, Any]]:
        """What the user saw and did, and what was noted."""
        return [*self.events, *self.notes]

    def seconds_left(self) -> float:
        """Seconds until the deadline. Raises OutOfTime when there are none."""
        left = float(self.task["deadline_s"]) - (time.monotonic() - self.began)
        if left <= 0:
            raise OutOfTime
        return left


def instant(moment: datetime, precision: str = "seconds") -> str:
    """A FHIR instant in UTC."""
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def moment_of(text: object) -> datetime | None:
    """The moment that a FHIR instant names, or None where the text is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)
