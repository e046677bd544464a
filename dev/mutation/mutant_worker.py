"""Warm workers of ``mutate.py``: which lines of the checks a system has run, and which mutants a system tells."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import coverage
import pytest
from mutant_code import at_work
from mutants import PLACES, Mutant
from uec_booking.harness.proving import consumer_worker, worker
from uec_booking.harness.proving.job import Job, Outcome
from uec_booking.harness.proving.loop import Loop
from uec_booking.harness.running.items import scenario_id

#: What stands between the name of a system and that of a scenario in the context of a line.
BETWEEN = " > "
#: How long a system may take with a mutant; without one it takes a few.
SECONDS = 60


@dataclass(frozen=True)
class MutantJob(Job):
    """A mutant, and the systems to try it with, each with few scenarios, in this order."""

    mutant: Mutant | None = None
    systems: tuple[Job, ...] = ()


class TracedLoop(Loop):
    """Notes which lines of the checks each scenario runs with each system."""

    traced: coverage.Coverage
    _name = ""

    def _carry_out(self, job: Job, session: pytest.Session) -> Outcome:
        self._name = job.name
        outcome = super()._carry_out(job, session)
        self.traced.save()
        return outcome

    def _run_one(self, item: pytest.Item, session: pytest.Session) -> None:
        self.traced.switch_context(f"{self._name}{BETWEEN}{scenario_id(item)}")
        super()._run_one(item, session)


class MutatedLoop(Loop):
    """Runs systems with and without a mutant, until one tells it: a verdict or the end of a scenario is another.

    In ``scenarios`` of the outcome is what became of it: ``killed`` or ``survived``, with the system that tells it.
    """

    _usual: dict[Job, Outcome]

    def _carry_out(self, job: Job, session: pytest.Session) -> Outcome:
        assert isinstance(job, MutantJob) and job.mutant is not None
        usual = self.__dict__.setdefault("_usual", {})
        for system in job.systems:
            if system not in usual:
                usual[system] = super()._carry_out(system, session)
            with at_work(job.mutant), _bounded():
                changed = super()._carry_out(system, session)
            if _told(changed) == _told(usual[system]):
                continue
            # It is the mutant only if the same run without it goes as it did.
            again = super()._carry_out(system, session)
            if _told(again) == _told(usual[system]):
                return replace(again, name=job.name, scenarios={"killed": system.name}, trouble="")
            usual[system] = again
        return replace(Outcome.lost(job.name, ""), scenarios={"survived": ""})


@contextmanager
def _bounded() -> Iterator[None]:
    """What a mutant keeps going for ever ends as an error of the scenario."""

    def end(*_: object) -> None:
        raise TimeoutError("a mutant does not come to an end")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _told(outcome: Outcome) -> Any:
    return outcome.verdicts, outcome.scenarios, bool(outcome.trouble)


def traced(connection: Connection, data: str, consumers: bool) -> None:
    """As ``work`` of the proof, for what is noted of lines."""
    include = [f"{Path(place).resolve()}/*" for place in PLACES]
    TracedLoop.traced = coverage.Coverage(data_file=data, data_suffix=True, include=include, config_file=False)
    TracedLoop.traced.start()
    _work(connection, TracedLoop, consumers)
    TracedLoop.traced.stop()
    TracedLoop.traced.save()


def mutated(connection: Connection, consumers: bool) -> None:
    """As ``work`` of the proof, for jobs with mutants."""
    _work(connection, MutatedLoop, consumers)


def _work(connection: Connection, loop: type[Loop], consumers: bool) -> None:
    place = consumer_worker if consumers else worker
    place.Loop = loop  # type: ignore[attr-defined]  # the loop of the proof, with more in it
    place.work(connection)
