"""What the reports rest on: the calls that were taken, read from what the user saw and did in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from ..encounter import moment_of

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One call, as it was kept at its end. `at` is an instant; `service` is the one that was chosen."""

    task: str
    at: str
    service_111: str
    within_hours: float
    service: str
    events: Sequence[Event]

    @cached_property
    def moment(self) -> int:
        """When it began, in Unix seconds."""
        moment = moment_of(self.at)
        return 0 if moment is None else int(moment.timestamp())

    def of(self, what: str) -> list[Event]:
        """The events of a kind."""
        return [event for event in self.events if event["what"] == what]

    def about(self, what: str) -> Iterator[Mapping[str, str]]:
        """What the events of a kind are about."""
        for event in self.of(what):
            yield from event["about"]

    @property
    def bookings(self) -> list[Mapping[str, str]]:
        """What was booked in it."""
        return list(self.about("booked-shown"))

    @property
    def cancelled(self) -> list[str]:
        """The addresses of what was cancelled in it."""
        return [one["url"] for one in self.about("cancelled-shown")]

    @property
    def slots(self) -> list[str]:
        """When the slots begin that were shown for the service chosen."""
        return [one["start"] for one in self.about("slots-shown") if one["service"] == self.service]

    @property
    def referred(self) -> bool:
        """Whether the patient was referred in it, with a booking or without."""
        return bool(self.of("referral-sent"))

    def breaches(self, start: str) -> bool:
        """Whether a time lies behind the time frame of the disposition."""
        began, moment = moment_of(self.at), moment_of(start)
        return began is not None and moment is not None and moment > began + timedelta(hours=self.within_hours)
