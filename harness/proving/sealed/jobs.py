"""What is run for each entry of an author's file, and with which systems."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from uec_booking.standard import requirements, roles

from ...catalogue.selection import selects
from ...running.suite import scenarios
from ..clean import Clean
from ..job import Job
from ..pool import Work
from ..proof import wanted
from ..sides import CALLED, CONSUMERS, EVERYTHING, Side
from . import consumer_worker, worker
from .kit import Entry

#: Of the scenarios about a requirement, and of those that only met it on their way, so many are run for it.
_ABOUT, _BY_THE_WAY = 12, 6
#: Draws the order of the runs: of a round that is broken off, what was run is then a fair sample.
_SEED = 14


@dataclass(frozen=True)
class Half:
    """The entries of the file that concern systems that are called, or consumers."""

    side: Side
    entries: tuple[Entry, ...]
    work: Work


def halves(entries: Iterable[Entry], file: Path) -> list[Half]:
    """The entries by their side, in the order that is run; a side without any is left out."""
    drawn = list(entries)
    random.Random(_SEED).shuffle(drawn)
    consumers = tuple(entry for entry in drawn if entry.role == roles.CONSUMER.name)
    called = tuple(entry for entry in drawn if entry not in consumers)
    found = (
        Half(CALLED, called, partial(worker.work, file=file)),
        Half(CONSUMERS, consumers, partial(consumer_worker.work, file=file)),
    )
    return [half for half in found if half.entries]


def clean_jobs(half: Half, *, quick: bool) -> list[Job]:
    """The runs of the good system, through the proxy, without any fault: of what is to be compared with them."""
    expression = _needed(half) if quick else EVERYTHING
    return [Job(name, (), expression) for name in half.side.clean]


def _needed(half: Half) -> str:
    clauses = dict.fromkeys(clause for entry in half.entries for clause in _requirements(entry.clauses))
    by_scenario = {clause for one in scenarios() for clause in one.requirements}
    # Which scenarios meet what no scenario is about is known when all have run.
    return " or ".join([half.side.smoke, *clauses]) if by_scenario >= clauses.keys() else EVERYTHING


def quick_name(entry: Entry) -> str:
    """What the run of the scenarios that are near is called; that of the whole suite is called as the entry is."""
    return f"{entry.name}, quick"


def quick(half: Half, entry: Entry, clean: Clean) -> Job:
    """The scenarios of the requirements that the author names, and those of the smoke test.

    A fault's run ends as soon as the foremost requirement has turned.
    """
    near = _near(_requirements(entry.clauses), clean)
    return Job(
        quick_name(entry),
        (entry.name,),
        # Where a run is by name, the order is that of the names.
        scenarios=tuple(dict.fromkeys([*near, *_smoke(half.side)])),
        until=("", "") if entry.allowed else _until(entry),
    )


def whole(entry: Entry) -> Job:
    """The whole suite of the side."""
    return Job(entry.name, (entry.name,), EVERYTHING, until=("", "") if entry.allowed else _until(entry))


def _until(entry: Entry) -> tuple[str, str]:
    return (entry.clauses[0], wanted(entry.clauses[0]))


def _requirements(clauses: Sequence[str]) -> list[str]:
    """The requirements among them, and those that a contradiction among them bears on."""
    found: dict[str, None] = {}
    for clause in clauses:
        bears_on = [one.id for one in requirements.load().values() if clause in one.conflicts]
        found |= dict.fromkeys(bears_on or [clause])
    return list(found)


def _near(clauses: Sequence[str], clean: Clean) -> list[str]:
    found: list[str] = []
    for clause in clauses:
        about = {one.id for one in scenarios() if clause in one.requirements}
        order = clean.scenarios_for(clause)
        found += [name for name in order if name in about][:_ABOUT]
        found += [name for name in order if name not in about][:_BY_THE_WAY]
    return found


def _smoke(side: Side) -> list[str]:
    return [one.id for one in scenarios() if selects(side.smoke, one.words)]
