"""Steps that mix up two appointments: what is right for the one is sent to the other."""

from __future__ import annotations

from dataclasses import dataclass

from ..actors import calls
from ..http.notes import TO_BE_REJECTED
from ..http.versions import version_tag
from ..scenario.context import Appointment
from .cancelling_steps import cancellation
from .reading_steps import read_now
from .world import World


@dataclass(frozen=True)
class CancelQuotingAnother:
    """A cancellation whose If-Match has the current version of another appointment, where that is another one."""

    appointment: int
    other: int

    def perform(self, world: World) -> None:
        one, other = _standing(world, self.appointment), world.appointment(self.other)
        if one is None or other is None or one is other or not other.url:
            return
        ours, theirs = (world.model.appointments[each.name] for each in (one, other))
        quoted = theirs.cancelled_version if theirs.cancelled else theirs.standing_version
        if not quoted or quoted == ours.standing_version:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} cancels the {one.name} appointment, quoting the version of the {other.name} one")
        shown, good = read_now(world, other, other.consumer.organisation.key), cancellation(world, one)
        if shown is None or shown.status != 200 or good is None or version_tag(shown) == good.headers["If-Match"]:
            return
        note = f"the version of another appointment {TO_BE_REJECTED}"
        quoting = good.with_headers(If_Match=version_tag(shown)).changed(note=note)
        world.done_by(world.model.cancellation_quoting_another(), world.send(who, quoting))


@dataclass(frozen=True)
class CancelAtAnother:
    """A whole cancellation of one appointment, with its version, at the address of another one."""

    appointment: int
    other: int

    def perform(self, world: World) -> None:
        one, other = _standing(world, self.appointment), _standing(world, self.other)
        if one is None or other is None or one is other or one.consumer is not other.consumer:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} sends the cancellation of the {other.name} appointment to the address of the {one.name} one")
        good = cancellation(world, other)
        if good is None or good.resource is None:
            return
        note = f"at the address of another appointment {TO_BE_REJECTED}"
        call = calls.cancel(one.url, good.resource, good.headers["If-Match"] or "").changed(note=note)
        world.done_by(world.model.cancellation_at_another(), world.send(who, call))


def _standing(world: World, number: int) -> Appointment | None:
    one = world.appointment(number)
    return None if one is None or not one.url or world.model.appointments[one.name].cancelled else one
