"""What a step is, and how near misses are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..actors.calls import Call
from ..http.exchange import Exchange
from ..http.notes import TO_BE_REJECTED
from ..model.allowed import Allowed
from ..model.near_misses import NearMiss
from ..scenario.mutations import ALL
from ..scenario.variations import named
from .world import World


class Step(Protocol):
    """A step of a sequence: plain data, so that it can be drawn, shrunk and repeated.

    Its numbers mean whatever there is when it is carried out (the second appointment, say), so that a step can be left
    out without making nonsense of the others.
    """

    def perform(self, world: World) -> None:
        """Carry it out; nothing is sent where it has nothing to work with.

        Raises:
            Broken: an answer fails a requirement.
        """


def near_miss(misses: Sequence[NearMiss], number: int) -> NearMiss:
    """The near miss that a number means."""
    return misses[number % len(misses)]


def send_changed(world: World, who: str, good: Call, miss: NearMiss, allowed: Allowed) -> Exchange | None:
    """Send a good request with the change of a near miss; None where the change leaves nothing to send."""
    changed = named(miss.change, ALL)(good)
    if changed is None:
        return None
    note = miss.change if allowed.done else f"{miss.change} {TO_BE_REJECTED}"
    return world.send(who, changed.changed(note=note))
