"""The search for one failure: hypothesis draws sequences and shrinks one that fails, which is then made shorter."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Flaky, NoSuchExample
from hypothesis.strategies import SearchStrategy

from ..errors import SystemAway
from ..running.signals import raise_if_lost
from .attempt import Attempts, Outcome
from .diary import UsedUp
from .sequences import Plan
from .shortening import shortened

_DRAWN = hypothesis.settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    report_multiple_bugs=False,
)


#: Shorter sequences that hypothesis may try; what is left is made shorter step by step, which takes fewer requests.
_SHRINKING = 20
#: Seconds beyond its time that an exploration may take to make its last finding shorter.
_GRACE = 60.0


def drawn(plans: SearchStrategy[Plan], count: int, chance: random.Random) -> list[Plan]:
    """So many sequences as a hunt draws them, the simplest first; none is sent."""
    found: list[Plan] = []

    def note(plan: Plan) -> bool:
        found.append(plan)
        return False

    with suppress(NoSuchExample):
        hypothesis.find(plans, note, settings=hypothesis.settings(_DRAWN, max_examples=count), random=chance)
    return found


@dataclass(frozen=True)
class Bounds:
    """How far an exploration goes: so long, with so many different slots, sequences, findings and requests.

    What makes a finding shorter goes beyond the requests.
    """

    seconds: float
    slots: int
    findings: int = 20
    sequences: int = 1_000_000
    requests: int = 100_000_000


@dataclass
class Place:
    """Where an exploration is: the round, the sequences that are done of it, and those of the round trip."""

    round: int = 0
    within: int = 0
    passed: int = 0


class Hunt:
    """The search for one failure, from the place that was reached on. ``over`` says why nothing more can be tried."""

    def __init__(self, attempts: Attempts, place: Place, known: frozenset[str], until: float, bounds: Bounds) -> None:
        self._attempts = attempts
        self._known = known
        self._place = place
        self._skipped = 0
        self._until = until
        self._bounds = bounds
        self._shrunk = 0
        self.best: Outcome | None = None
        self.over = ""

    def draw(self, drawn: SearchStrategy[Plan], count: int, chance: random.Random) -> None:
        """Draw so many sequences until one fails, and then shorter ones that fail alike; the shortest is ``best``.

        Those that are done of the round are drawn once more, as the next ones depend on them, and not sent.
        """
        self._skipped = self._place.within
        how = hypothesis.settings(_DRAWN, max_examples=count)
        # What fails by chance only is found out by confirming it.
        with suppress(NoSuchExample, Flaky):
            hypothesis.find(drawn, self._fails, settings=how, random=chance)

    def go_through(self, trip: Sequence[Plan], most: int) -> None:
        """Carry out some of the sequences that are left, up to the first that fails; that one is left again."""
        for plan in trip[self._place.passed :][: most - self._place.within]:
            if self._fails(plan) or self.over:
                return
            self._place.passed += 1

    def shortened(self) -> Outcome | None:
        """The sequence once more, as short as it can be; None where it does not fail again."""
        assert self.best is not None
        # What fails by the clock may not fail at once, but does where there is more time.
        best = self._again(self.best.plan) or self._again(replace(self.best.plan, slow=True))
        return shortened(best, self._again) if best is not None else None

    def _again(self, plan: Plan) -> Outcome | None:
        """The outcome of a sequence alone, where it fails as the best one does."""
        outcome = self._outcome(plan, confirming=True)
        assert self.best is not None
        return outcome if outcome is not None and outcome.requirement == self.best.requirement else None

    def _fails(self, plan: Plan) -> bool:
        raise_if_lost()
        if self._skipped:
            self._skipped -= 1
            return False
        if not self.over and time.monotonic() > self._until + (_GRACE if self.best else 0):
            self.over = "the time is up"
        if not self.over and self.best is None and self._attempts.made >= self._bounds.sequences:
            self.over = f"{self._bounds.sequences} sequences are done"
        if not self.over and self.best is None and self._attempts.requests >= self._bounds.requests:
            self.over = f"{self._attempts.requests} requests are sent"
        if self.best is not None:
            self._shrunk += 1
        if self.over or self._shrunk > _SHRINKING:
            return False
        outcome = self._outcome(plan)
        if outcome is None:
            return False
        if not outcome.requirement:
            self._place.within += self.best is None
            return False
        if self.best is None:
            self.best = outcome
        if outcome.requirement != self.best.requirement:
            return False
        if (len(outcome.plan.steps), outcome.requests) <= (len(self.best.plan.steps), self.best.requests):
            self.best = outcome
        return True

    def _outcome(self, plan: Plan, *, confirming: bool = False) -> Outcome | None:
        try:
            return self._attempts.attempt(plan, self._known, confirming=confirming)
        except (UsedUp, SystemAway) as end:
            self.over = str(end)
            return None
