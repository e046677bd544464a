"""The appointments that one scenario booked, and how each was left: what anybody who reads them should find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from ..fhir import contained
from .matches_request import nhs_number

#: The note of the reads that are made when a scenario has ended.
AFTERWARDS = "read again when the scenario had ended"

#: The note of bookings of which at most one is carried out: any of them may be answered with its appointment.
ONE_OF_SEVERAL = "one of several under one X-Request-ID"


@dataclass
class Booked:
    """An appointment that was booked: how, by whom, and when it was cancelled. ``seen`` once it was read.

    ``settled`` while only what was asked for can have happened to it; ``altered`` once others may have changed it, or
    its cancellation showed that more was changed than its status, which is told there. ``lost`` are the names that
    the answer to its booking lacked.
    """

    system: str
    actor: str
    id: str
    sent: Mapping[str, Any]
    cancelled: datetime | None = None
    seen: bool = False
    settled: bool = True
    altered: bool = False
    lost: tuple[str, ...] = ()


class BookedAppointments:
    """The appointments that one scenario booked."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, str], Booked] = {}

    def all(self) -> list[Booked]:
        """All of them, in the order of booking."""
        return list(self._all.values())

    def with_id(self, system: str, id: str) -> Booked | None:
        """The one that a system knows under ``id``, if the scenario booked it."""
        return self._all.get((system, id))

    def add(self, booked: Booked) -> None:
        """Keep one that was booked just now."""
        self._all[booked.system, booked.id] = booked

    def unread(self) -> list[Booked]:
        """Those that nobody has read since they were booked or cancelled."""
        return [one for one in self.all() if not one.seen]

    def may_change(self, system: str, url: str) -> None:
        """Others than the consumers of the scenario will change this one."""
        one = self._at(system, url)
        if one is not None:
            one.settled, one.altered = False, True

    def stands(self, system: str, url: str) -> bool:
        """Whether it was booked, and nobody has cancelled it."""
        one = self._at(system, url)
        return one is not None and one.settled and one.cancelled is None

    def clause_of_state(self, system: str, url: str) -> str:
        """Which clause has it that the appointment is as it was left; empty for one of which nothing is known."""
        one = self._at(system, url)
        return self.clause_of(one) if one is not None else ""

    def clause_of(self, one: Booked) -> str:
        """Which clause has it that an appointment reads as it was left.

        PRV-GET-13 of a cancelled one; WKF-09 where the patient was booked again since; PRV-GET-01 otherwise.
        """
        if one.cancelled:
            return "PRV-GET-13"
        known = self.all()
        number = nhs_number(contained(one.sent, "Patient") or {})
        later = known[known.index(one) + 1 :]
        again = number and any(nhs_number(contained(each.sent, "Patient") or {}) == number for each in later)
        return "WKF-09" if again else "PRV-GET-01"

    def _at(self, system: str, url: str) -> Booked | None:
        return self.with_id(system, unquote(url.rpartition("/Appointment/")[2]))
