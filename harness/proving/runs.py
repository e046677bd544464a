"""Makes the runs of a proof that were not made yet, and says how it goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ..text import say
from .job import Job, Outcome
from .journal import Journal
from .pool import Work, outcomes
from .repeats import Repeat
from .setups import Setup

Run = TypeVar("Run", Job, Setup, Repeat)


def run(jobs: Sequence[Job], work: Work, journal: Journal, workers: int, patience: float) -> None:
    """Make the runs of warm workers; ``patience`` is how many seconds one may take."""
    keep(jobs, journal, lambda waiting: outcomes(waiting, work, workers, patience))


def keep(runs: Sequence[Run], journal: Journal, make: Callable[[Sequence[Run]], Iterable[Outcome]]) -> None:
    """Make the runs that were not made yet and keep their outcomes, telling how it goes on."""
    waiting = [run for run in runs if run.name not in journal.done]
    if len(waiting) < len(runs):
        say(f"{len(runs) - len(waiting)} of {len(runs)} runs were made before; {len(waiting)} to go.")
    started = time.monotonic()
    for number, outcome in enumerate(make(waiting), start=1):
        journal.keep(outcome)
        spent = time.monotonic() - started
        left = round(spent / number * (len(waiting) - number))
        told = outcome.trouble or f"{len(outcome.scenarios)} scenarios in {outcome.seconds:.1f} s"
        say(f"{number:>4}/{len(waiting)} {outcome.name}: {told}; about {left // 60} min {left % 60:02d} s left")
        sys.stdout.flush()
