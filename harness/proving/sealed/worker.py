"""A warm worker for a sealed round: the bundled world behind a proxy, in which the author's functions take turns."""

from __future__ import annotations

import signal
import tempfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from uec_booking.standard import requirements, roles

from ...proxy.server import opened
from ...running.engine import run_engine
from ...running.local_simulator import world_behind
from ...running.session import RunSession
from ...settings.model import Settings, TapPlace
from ..job import Job, Outcome
from ..loop import Loop
from ..worker import Faults
from .acting import Acting
from .authored import read
from .kit import Ask, Entry
from .proxy import proxying

#: An author may make a system slow, so it is given the time that a run gives it; but nobody's registry is far away.
REGISTRY_SECONDS = 4.0
#: What providers tell the registry; what they find there is an answer of its own.
_TELLING = frozenset({"register", "cancel-registered"})


def work(connection: Connection, file: Path) -> None:
    """As that of ``proving.worker``, for jobs that name an entry of an author's file."""
    # A Ctrl-C is for the process that gives out the work; we end when it closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    entries = {entry.name: entry for entry in read(file)}
    with fronted(entries) as (settings, system), tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        session = RunSession(settings, folder, str(Path(folder) / "leases"))
        run_engine([session, SealedLoop(connection, session, system)])


@contextmanager
def fronted(entries: Mapping[str, Entry]) -> Iterator[tuple[Settings, Authored]]:
    """The settings of a good world, and what has the author's functions take turns before it."""
    with _world() as (settings, front, leg):
        yield settings, _Fronted(settings, entries, front, leg)


class SealedLoop(Loop):
    """Says of each job what the author's function changed and raised, too."""

    def __init__(self, connection: Connection | None, session: RunSession, system: Authored) -> None:
        super().__init__(connection, session, system)
        self._authored = system

    def _carry_out(self, job: Job, session: pytest.Session) -> Outcome:
        outcome = super()._carry_out(job, session)
        return replace(outcome, raised=self._authored.raised(), changes=self._authored.changes())


class Authored(ABC):
    """A system under test before which an author's functions stand, at one place or another: ``acting``."""

    def __init__(self, entries: Mapping[str, Entry], acting: Callable[[Entry], Acting], *all_acting: Acting) -> None:
        self._entries, self._acting, self._all = entries, acting, all_acting

    @abstractmethod
    def switch_to(self, job: Job) -> None:
        """As ``Switched`` has it."""

    def at_rest(self) -> None:
        """Nothing acts."""
        for one in self._all:
            one.begin(None)

    def act(self, job: Job) -> None:
        """What the job names acts, if it names anything."""
        for name in job.faults:
            entry = self._entries[name]
            self._acting(entry).begin(entry)

    def used(self) -> int:
        """How often the function changed anything on the wire."""
        return sum(self.changes().values())

    def changes(self) -> dict[str, int]:
        """The same, by what was changed."""
        return dict(sum((one.changes for one in self._all), Counter[str]()))

    def raised(self) -> tuple[str, ...]:
        """What it raised."""
        return tuple(slip for one in self._all for slip in one.raised)


class _Fronted(Authored):
    def __init__(self, settings: Settings, entries: Mapping[str, Entry], front: Acting, leg: Acting) -> None:
        super().__init__(entries, lambda entry: leg if on_the_way(entry) else front, front, leg)
        self._world = Faults(settings)

    def switch_to(self, job: Job) -> None:
        """As ``Switched`` has it."""
        self.at_rest()
        self._world.switch_to(replace(job, faults=()))
        self.act(job)


def on_the_way(entry: Entry) -> bool:
    """Whether an entry of the registry is about what providers tell it, and not about its answers.

    Then it stands on their way, so that what the recording proxy before the registry sees is as the function leaves it.
    """
    named = requirements.load().get(entry.clauses[0])
    tells = named is not None and named.role == roles.PROVIDER.main and named.interaction in _TELLING
    return entry.role == roles.REGISTRY.main and tells


@contextmanager
def _world() -> Iterator[tuple[Settings, Acting, Acting]]:
    """The world, what acts before its systems, and what acts between its providers and the registry."""
    roots: dict[str, str] = {}

    def owner(ask: Ask, role: str) -> str:
        near = (root for root, of in roots.items() if of == role and f"{ask.place}/".startswith(f"{root}/"))
        return next(near, "")

    acting, on_leg = Acting(owner), Acting(lambda _, role: role)
    with (
        proxying(acting) as front,
        proxying(on_leg) as leg,
        opened(TapPlace("http://localhost:0"), Settings({})) as (tap, place),
        world_behind(front.root, leg.root) as (world, listens_at),
    ):
        front.stands_before(listens_at)
        leg.stands_before(tap.root)
        tap.known_as(leg.root)
        tap.forward_to(world.parts[roles.REGISTRY.main])
        roots |= {urlsplit(part.base_url).path: part.role for part in world.parts.values()}
        yield replace(world, tap=place, limits=replace(world.limits, registry_seconds=REGISTRY_SECONDS)), acting, on_leg
