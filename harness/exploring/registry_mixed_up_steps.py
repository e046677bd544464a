"""Steps that mix up two entries of a registry: what is right for the one is sent to the other."""

from __future__ import annotations

from dataclasses import dataclass

from ..actors import calls
from ..http.notes import TO_BE_REJECTED
from ..scenario.registry_entries import Entry
from .registry_steps import ending, entry_at
from .world import WHO, World


@dataclass(frozen=True)
class EndQuotingAnother:
    """An entry is updated to cancelled, quoting the current version of another one, where that is another one."""

    entry: int
    other: int

    def perform(self, world: World) -> None:
        found = _two(world, self.entry, self.other)
        if found is None:
            return
        (name, entry), (other_name, other) = found
        world.says(f"the {name} entry is updated to cancelled, quoting the version of the {other_name} one")
        good, theirs = ending(world, name, entry), ending(world, other_name, other)
        if good is None or theirs is None or good.headers["If-Match"] == theirs.headers["If-Match"]:
            return
        note = f"the version of another entry {TO_BE_REJECTED}"
        quoting = good.with_headers(If_Match=theirs.headers["If-Match"]).changed(note=note)
        world.done_by(world.registry.ending_quoting_another(), world.send(WHO[0], quoting))


@dataclass(frozen=True)
class EndAtAnother:
    """A whole update of one entry, with its version, at the address of another one."""

    entry: int
    other: int

    def perform(self, world: World) -> None:
        found = _two(world, self.entry, self.other)
        if found is None:
            return
        (name, entry), (other_name, other) = found
        world.says(f"the update of the {other_name} entry to cancelled is sent to the address of the {name} one")
        good = ending(world, other_name, other)
        if good is None or good.resource is None:
            return
        note = f"at the address of another entry {TO_BE_REJECTED}"
        call = calls.cancel(entry.url, good.resource, good.headers["If-Match"] or "").changed(note=note)
        world.done_by(world.registry.ending_at_another(), world.send(WHO[0], call))


def _two(world: World, one: int, other: int) -> tuple[tuple[str, Entry], tuple[str, Entry]] | None:
    """Two entries, the first of which stands; None where there are no two such."""
    first, second = entry_at(world, one), entry_at(world, other)
    if first is None or second is None or first[0] == second[0] or world.registry.entries[first[0]].ended:
        return None
    return first, second
