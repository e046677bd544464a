"""An exploration: hypothesis draws sequences and shrinks those that fail, one requirement after the other."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky, NoSuchExample
from hypothesis.strategies import SearchStrategy
from uec_booking.standard.roles import PROVIDER, REGISTRY

from ..errors import SystemAway
from ..running.signals import raise_if_lost
from ..settings.model import Settings
from . import registry_sequences
from .attempt import Attempts, Outcome, Witness
from .diary import UsedUp
from .sequences import Plan, plans, round_trip

#: Sequences that are drawn from one number, as long as the round trip goes on and then; and those of the round trip
#: that come between two such rounds.
_FEW, _MANY, _AT_ONCE = 12, 40, 8
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


@dataclass(frozen=True)
class _Drawing:
    """What the sequences of a role are drawn from: by the number of the round, and each near miss once."""

    plans: Callable[[Settings, int], SearchStrategy[Plan]]
    round_trip: Callable[[random.Random], Iterator[Plan]]


_DRAWN_FROM = {
    PROVIDER.name: _Drawing(lambda s, number: plans("xml" in s.capabilities, near=number % 4 == 3), round_trip),
    REGISTRY.name: _Drawing(lambda _, __: registry_sequences.plans(), registry_sequences.round_trip),
}


@dataclass
class Exploration:
    """What was found, each by its shortest sequence; ``notes`` tell what is no finding, and ``ended`` why it ended."""

    part: str
    seed: int
    findings: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended: str = ""
    sequences: int = 0
    requests: int = 0
    slots: int = 0
    cut_short: int = 0

    @property
    def explored(self) -> bool:
        """Whether any sequence went far enough to say something."""
        return self.sequences > self.cut_short


def explore(
    settings: Settings,
    folder: Path,
    seed: int,
    bounds: Bounds,
    tell: Callable[[Outcome], None] = lambda _: None,
    part: str = PROVIDER.main,
    opening: Sequence[Plan] = (),
    witness: Witness | None = None,
) -> Exploration:
    """Explore a provider or a registry. ``tell`` is called with each finding as soon as it is as short as can be.

    The same seed draws the same sequences, as long as the system answers alike. With an ``opening`` that comes first,
    in place of the near misses.
    """
    found = Exploration(part, seed)
    attempts = Attempts(settings, part, folder, bounds.slots, witness)
    until = time.monotonic() + bounds.seconds
    known: set[str] = set()
    draw = _DRAWN_FROM[settings.part(part).role]
    left = list(opening or draw.round_trip(random.Random(f"round trip {seed}")))
    number = 1 if opening else 0
    with _without_traces():
        while not found.ended:
            hunt = _Hunt(attempts, frozenset(known), until, bounds)
            if number % 2 and left:
                hunt.go_through(left, _AT_ONCE)
            else:
                drawn, count = draw.plans(settings, 0 if opening else number), _FEW if left else _MANY
                hunt.draw(drawn, count, random.Random(f"{seed} {number}"))
            number += 1
            if hunt.best is not None:
                known.add(hunt.best.requirement)
                _confirmed(hunt, found, tell)
            found.ended = hunt.over
            if not found.ended and len(found.findings) >= bounds.findings:
                found.ended = f"so many findings are enough ({len(found.findings)}): mend these first"
    found.sequences, found.requests, found.slots = attempts.made, attempts.requests, attempts.diary.used
    found.cut_short = attempts.cut_short.total()
    for reason, count in attempts.cut_short.most_common(3):
        found.notes.append(f"{count} sequences ended before their time: {reason}")
    return found


def _confirmed(hunt: _Hunt, found: Exploration, tell: Callable[[Outcome], None]) -> None:
    """A finding is what fails again; what does not is a note."""
    best = hunt.best
    assert best is not None
    again = hunt.shortened()
    if again is None:
        found.notes.append(f"{best.requirement} failed once and not again, so it is no finding: {_seen(best)}")
        return
    found.findings.append(again)
    tell(again)


def _seen(outcome: Outcome) -> str:
    assert outcome.failure is not None
    return outcome.failure.observation.actual


class _Hunt:
    """The search for one failure. ``over`` says why nothing more can be tried."""

    def __init__(self, attempts: Attempts, known: frozenset[str], until: float, bounds: Bounds) -> None:
        self._attempts = attempts
        self._known = known
        self._until = until
        self._bounds = bounds
        self._shrunk = 0
        self.best: Outcome | None = None
        self.over = ""

    def draw(self, drawn: SearchStrategy[Plan], count: int, chance: random.Random) -> None:
        """Draw so many sequences until one fails, and then shorter ones that fail alike; the shortest is ``best``."""
        how = hypothesis.settings(_DRAWN, max_examples=count)
        # What fails by chance only is found out by confirming it.
        with suppress(NoSuchExample, Flaky):
            hypothesis.find(drawn, self._fails, settings=how, random=chance)

    def go_through(self, left: list[Plan], most: int) -> None:
        """Carry out some of the sequences that are left, up to the first that fails; that one is left again."""
        for _ in range(min(most, len(left))):
            if self.over or self._fails(left[0]):
                return
            left.pop(0)

    def shortened(self) -> Outcome | None:
        """The sequence once more, without the steps that it can do without; None where it does not fail again."""
        assert self.best is not None
        best = self._again(self.best.plan)
        size = len(self.best.plan.steps) // 2
        while best is not None and size:
            start = 0
            # The last step is the one that shows it.
            while start < len(best.plan.steps) - 1:
                steps = best.plan.steps
                kept = (*steps[:start], *steps[min(start + size, len(steps) - 1) :])
                shorter = self._again(replace(best.plan, steps=kept))
                best, start = (shorter, start) if shorter is not None else (best, start + size)
            size //= 2
        return best

    def _again(self, plan: Plan) -> Outcome | None:
        """The outcome of a sequence alone, where it fails as the best one does."""
        outcome = self._outcome(plan, confirming=True)
        assert self.best is not None
        return outcome if outcome is not None and outcome.requirement == self.best.requirement else None

    def _fails(self, plan: Plan) -> bool:
        raise_if_lost()
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
        if outcome is None or not outcome.requirement:
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


@contextmanager
def _without_traces() -> Iterator[None]:
    """Hypothesis keeps files of its own beside what it is run in: here in a folder that goes."""
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        set_hypothesis_home_dir(folder)
        yield
