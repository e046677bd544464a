"""Steps that cancel, in the right way and in others."""

from __future__ import annotations

from dataclasses import dataclass

from ..actors import calls
from ..actors.calls import JSON, XML, Call
from ..checks.provider.cancelling.cancelled import carries_version_headers, only_status_changed, says_where
from ..http.exchange import Exchange
from ..http.notes import TO_BE_REJECTED
from ..http.versions import version_id, version_tag
from ..model import by_rule
from ..model.near_misses import CANCELLATIONS
from ..scenario.context import Appointment
from .reading_steps import read_now
from .step import near_miss, send_changed
from .world import World

#: Those that were thought of, and those that are made by rule.
ALL_CANCELLATIONS = (*CANCELLATIONS, *by_rule.CANCELLATIONS)


@dataclass(frozen=True)
class Cancel:
    """An appointment is read, and put back as cancelled against the version read."""

    appointment: int
    who: int = 0
    xml: bool = False

    def perform(self, world: World) -> None:
        one = world.appointment(self.appointment)
        if one is None:
            return
        who = world.who(one, self.who)
        world.says(f"{who} cancels the {one.name} appointment{' in XML' if self.xml else ''}")
        call = cancellation(world, one)
        if call is None:
            return
        was_standing = not world.model.appointments[one.name].cancelled
        allowed = world.model.cancellation(one.name, who)
        exchange = world.send(who, call.changed(format=XML if self.xml else JSON))
        if self.xml and exchange.status in (400, 406, 415, 501):
            return
        if world.done_by(allowed, exchange) and was_standing:
            _is_cancelled(world, one, exchange)


@dataclass(frozen=True)
class CancelOddly:
    """A cancellation with one thing wrong."""

    appointment: int
    miss: int

    def perform(self, world: World) -> None:
        one, miss = world.appointment(self.appointment), near_miss(ALL_CANCELLATIONS, self.miss)
        if one is None or world.model.appointments[one.name].cancelled:
            return
        if world.model.situation(miss.requirement, miss.situation) is None:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} cancels the {one.name} appointment: {miss.change}")
        good = cancellation(world, one)
        if good is None:
            return
        allowed = world.model.odd_cancellation(one.name, miss.requirement, miss.situation)
        exchange = send_changed(world, who, good, miss, allowed)
        if exchange is not None and world.done_by(allowed, exchange):
            world.model.cancelled(one.name)


@dataclass(frozen=True)
class Reinstate:
    """A cancelled appointment is put back as booked."""

    appointment: int

    def perform(self, world: World) -> None:
        one = world.appointment(self.appointment)
        if one is None or not world.model.appointments[one.name].cancelled:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} puts the cancelled {one.name} appointment back as booked")
        good = cancellation(world, one)
        if good is None:
            return
        body = {**(good.resource or {}), "status": "booked"}
        exchange = world.send(who, good.changed(resource=body, note=f"back to booked {TO_BE_REJECTED}"))
        world.done_by(world.model.reinstatement(one.name, who), exchange)


@dataclass(frozen=True)
class CancelUnderUsedId:
    """A cancellation under the X-Request-ID of the booking of an appointment."""

    appointment: int
    other: int

    def perform(self, world: World) -> None:
        one, other = world.appointment(self.appointment), world.appointment(self.other)
        if one is None or other is None or not world.model.used_id_is_refused():
            return
        if world.model.appointments[one.name].cancelled:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} cancels the {one.name} appointment under the X-Request-ID of the {other.name} one's booking")
        good = cancellation(world, one)
        if good is None:
            return
        call = good.changed(request_id=world.request_ids[other.name], note=f"a used X-Request-ID {TO_BE_REJECTED}")
        world.done_by(world.model.cancellation_under_used_id(), world.send(who, call))


def cancellation(world: World, one: Appointment) -> Call | None:
    """The cancellation of an appointment as it reads now to its booker; None where its booker is not let read it."""
    if world.sparing and one.read is not None and not world.model.appointments[one.name].cancelled:
        return calls.cancel(one.url, {**one.seen, "status": "cancelled"}, version_tag(one.read))
    exchange = read_now(world, one, one.consumer.organisation.key)
    if exchange is None or exchange.status != 200:
        return None
    return calls.cancel(one.url, {**exchange.resource, "status": "cancelled"}, version_tag(exchange))


def _is_cancelled(world: World, one: Appointment, exchange: Exchange) -> None:
    recorder = world.ledger.recorder
    only_status_changed(recorder, one, exchange, world.settings.edition)
    carries_version_headers(recorder, exchange, [one])
    says_where(recorder, exchange, world.part.base_url)
    world.model.cancelled(one.name)
    world.hold(world.model.shown(one.name, version_id(exchange)), exchange)
