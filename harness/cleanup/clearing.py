"""Cancels single appointments, and says so only where the system shows that they are ended.

"Gone" needs evidence that the system itself gave, in FHIR: the appointment with that id, in a status that is an end,
or a 404 or 410 with an OperationOutcome. A login page with 200, a gateway's 404 in HTML, a body that cannot be read or
another appointment say nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..actors import calls
from ..actors.consumer import ConsumerSystem
from ..actors.paging import Sends
from ..bookkeeping.booking_entries import Booked, Requested
from ..errors import CannotGoOn, SettingsError, SystemAway
from ..http.exchange import Exchange
from ..http.urls import appointment_id
from ..http.versions import version_tag
from ..judging.recorder import Recorder
from ..settings.model import Part, Settings

#: The statuses after which an appointment holds no slot and needs no cancelling (FHIR STU3, AppointmentStatus).
ENDED = frozenset({"cancelled", "noshow", "fulfilled", "entered-in-error"})

#: So many requests without an answer, and a system is not asked any more: each may take as long as the limits allow.
_PATIENCE = 3

#: What is said of an appointment at a system that has gone.
AWAY = "its system is away"


@dataclass(frozen=True)
class Outcome:
    """What became of an appointment that was to be cancelled.

    ``problem`` says why it may still stand, and is empty where it does not; ``shown``: the system showed it.
    """

    problem: str
    shown: bool


class Clearing:
    """What clears up after a scenario or a run, with its own consumers; ``recorder`` keeps what was sent."""

    def __init__(self, settings: Settings, recorder: Recorder) -> None:
        self.settings = settings
        #: The addresses of what stood and was cancelled here.
        self.cancelled: set[str] = set()
        self._recorder = recorder
        self._consumers: dict[str, ConsumerSystem] = {}
        self._unanswered: dict[str, int] = {}

    def close(self) -> None:
        for consumer in self._consumers.values():
            consumer.close()

    def _consumer(self, organisation: str) -> ConsumerSystem:
        if organisation not in self._consumers:
            self._consumers[organisation] = ConsumerSystem(self.settings, organisation, self._recorder)
        return self._consumers[organisation]

    def send(self, noted: Booked | Requested, call: calls.Call) -> Exchange:
        """Send a call to the system of an entry, as its organisation.

        Raises:
            SystemAway: it does not answer, or has not answered too often.
        """
        if self._unanswered.get(noted.system, 0) >= _PATIENCE:
            raise SystemAway(AWAY)
        try:
            exchange = self._consumer(noted.organisation).send(self.settings.parts[noted.system], call)
        except SystemAway:
            self._unanswered[noted.system] = _PATIENCE
            raise
        if not exchange.reached:
            self._unanswered[noted.system] = self._unanswered.get(noted.system, 0) + 1
        return exchange

    def guarded(self, noted: Booked | Requested, clear: Callable[[], str]) -> str:
        """What ``clear`` says is left, or why it could not be tried; nothing is sent for what the settings lack."""
        part = self.settings.parts.get(noted.system)
        if part is None or part.base_url != noted.base_url:
            return f"the settings name another {noted.system} now"
        if noted.organisation not in self.settings.organisations:
            return f"the settings have no organisation {noted.organisation!r} any more"
        try:
            return clear()
        except SystemAway:
            return AWAY
        except (CannotGoOn, SettingsError) as problem:
            return str(problem)

    def asking(self, noted: Booked | Requested) -> Sends:
        """Sends as the organisation of an entry, for a search in pages."""
        return _Asking(self, noted)

    def part(self, noted: Booked | Requested) -> Part:
        return self.settings.parts[noted.system]

    def cancel(self, booked: Booked) -> Outcome:
        """Cancel an appointment at whatever address of it answers."""
        shown: list[bool] = []
        problem = self.guarded(booked, lambda: self._cancel(booked, shown))
        return Outcome(problem, any(shown))

    def _cancel(self, booked: Booked, shown: list[bool]) -> str:
        problems = []
        for url in (booked.url, *booked.others):
            problem, there = self._cancel_at(booked, url)
            shown.append(there)
            if there and not problem:
                # The other addresses are of the same id, in case that this one is none.
                return ""
            problems.append(problem)
        return next(filter(None, problems), "")

    def _cancel_at(self, booked: Booked, url: str) -> tuple[str, bool]:
        identity = appointment_id(url)
        found = self.send(booked, calls.read(url))
        if is_absent(found):
            return "", False
        if not shows(found, identity):
            return f"reading it was answered with {found.summary()}", False
        if is_ended(found, identity):
            return "", True
        body = {**found.resource, "status": "cancelled"}
        cancelled = self.send(booked, calls.cancel(url, body, version_tag(found)))
        again = cancelled if is_ended(cancelled, identity) else self.send(booked, calls.read(url))
        if is_absent(again) or is_ended(again, identity):
            self.cancelled.add(booked.url)
            return "", True
        return f"cancelling it was answered with {cancelled.summary()}", True


@dataclass(frozen=True)
class _Asking:
    clearing: Clearing
    noted: Booked | Requested

    def send(self, part: Part, call: calls.Call) -> Exchange:
        return self.clearing.send(self.noted, call)


def shows(exchange: Exchange, identity: str) -> bool:
    """Whether an answer shows the appointment with this id, readably."""
    resource = exchange.resource
    return exchange.ok and resource.get("resourceType") == "Appointment" and resource.get("id") == identity


def is_ended(exchange: Exchange, identity: str) -> bool:
    """Whether an answer shows that the appointment with this id is ended."""
    return shows(exchange, identity) and exchange.resource.get("status") in ENDED


def is_absent(exchange: Exchange) -> bool:
    """Whether the system itself says that there is no such appointment."""
    return exchange.status in (404, 410) and exchange.resource.get("resourceType") == "OperationOutcome"
