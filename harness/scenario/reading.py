"""Reads of an appointment, beside what was known of it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..actors.calls import read
from ..http.exchange import Exchange
from ..http.notes import is_to_be_rejected
from ..http.versions import version_id
from . import plain_cancellation
from .context import Appointment, Scenario


@dataclass(frozen=True)
class Reread:
    """An appointment as it reads now, and as it was known before.

    ``before`` is its resource as last seen, ``earlier`` the read that showed it; ``clause`` is the one that has it
    that the appointment reads as it was left.
    """

    read: Exchange
    before: Mapping[str, Any]
    earlier: Exchange | None
    clause: str

    @property
    def version_before(self) -> str:
        """The version that the read before showed, or empty."""
        return version_id(self.earlier) if self.earlier is not None else ""


def reread(scenario: Scenario, appointment: Appointment) -> Reread:
    """Read an appointment that was read before."""
    before, earlier = dict(appointment.seen), appointment.read
    exchange = scenario.read(appointment)
    return Reread(exchange, before, earlier, scenario.bookings.clause_of_state(appointment.part.key, appointment.url))


@dataclass(frozen=True)
class AfterRefusal:
    """An appointment after requests that had to be rejected: the one that was ``accepted`` instead, else a read."""

    accepted: Exchange | None = None
    reread: Reread | None = None


def read_after_refusal(scenario: Scenario, appointment: Appointment) -> AfterRefusal:
    """Read an appointment for which wrong requests were sent; not where one of them was accepted."""
    accepted = [
        exchange
        for exchange in scenario.recorder.exchanges
        if exchange.ok and is_to_be_rejected(exchange) and exchange.request.url.startswith(appointment.url)
    ]
    return AfterRefusal(accepted=accepted[-1]) if accepted else AfterRefusal(reread=reread(scenario, appointment))


@dataclass(frozen=True)
class VersionRead:
    """A read of a version by its id."""

    version: str
    exchange: Exchange


def read_version(appointment: Appointment, version: str) -> VersionRead:
    """Read a version of an appointment, as who booked it."""
    call = read(f"{appointment.url}/_history/{version}")
    return VersionRead(version, appointment.consumer.send(appointment.part, call))


def read_current_version(appointment: Appointment) -> list[VersionRead]:
    """Read the version that the last read showed; nothing where it was not read."""
    return [read_version(appointment, version_id(appointment.read))] if appointment.read is not None else []


def read_both_versions(scenario: Scenario, appointment: Appointment) -> list[VersionRead]:
    """Read the version of before a cancellation, and the current one."""
    before = version_id(appointment.read) if appointment.read else ""
    current = scenario.read(appointment)
    return [read_version(appointment, version) for version in (before, version_id(current))]


@dataclass(frozen=True)
class AfterCancellation:
    """What was read of an appointment after it was cancelled.

    ``refusal``: the cancellation was rejected, and nothing was read. ``old`` is the version of ``before``, where the
    cancellation made a new one.
    """

    before: Mapping[str, Any]
    refusal: Exchange | None = None
    current: Exchange | None = None
    old: Exchange | None = None


def read_after_cancellation(scenario: Scenario, appointment: Appointment) -> AfterCancellation:
    """Read a cancelled appointment, and the version of it before."""
    before, version = dict(appointment.seen), version_id(appointment.read) if appointment.read else ""
    refusal = plain_cancellation.refused(scenario, appointment)
    if refusal is not None:
        return AfterCancellation(before, refusal)
    current = scenario.read(appointment)
    if not version or version == version_id(current):
        return AfterCancellation(before, current=current)
    return AfterCancellation(before, current=current, old=read_version(appointment, version).exchange)
