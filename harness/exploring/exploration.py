"""An exploration: hypothesis draws sequences and shrinks those that fail, one requirement after the other."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.strategies import SearchStrategy
from uec_booking.standard.roles import PROVIDER, REGISTRY

from ..settings.model import Settings
from . import registry_sequences
from .attempt import Attempts, Outcome, Witness
from .hunt import Bounds, Hunt, Place, drawn
from .sequences import Plan, plans, round_trip

#: Sequences that are drawn from one number, as long as the round trip goes on and then; and those of the round trip
#: that come between two such rounds.
_FEW, _MANY, _AT_ONCE = 12, 40, 8
#: How often a requirement may fail and not fail again, before it is not looked for any more.
_ONCE = 3


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
    """What was found, each by its shortest sequence; ``notes`` tell what is no finding, and ``ended`` why it ended.

    It is filled in as it goes on, so that one that is broken off is complete up to there. ``known`` are the
    requirements that are not looked for any more.
    """

    part: str
    seed: int
    place: Place = field(default_factory=Place)
    known: set[str] = field(default_factory=set)
    findings: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended: str = ""
    sequences: int = 0
    requests: int = 0
    slots: int = 0
    cut_short: int = 0
    #: How often each requirement has failed in a round, whether it did again or not.
    once: Counter[str] = field(default_factory=Counter)

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
    found: Exploration | None = None,
) -> Exploration:
    """Explore a provider or a registry. ``tell`` is called with each finding as soon as it is as short as can be.

    The same seed draws the same sequences, as long as the system answers alike. With an ``opening`` that comes first,
    in place of the near misses. Goes on where ``found`` has ended, if it is given.
    """
    found = found or Exploration(part, seed, Place(round=1 if opening else 0))
    attempts = Attempts(settings, part, folder, bounds.slots, witness)
    draw = _DRAWN_FROM[settings.part(part).role]
    trip = list(opening or draw.round_trip(random.Random(f"round trip {seed}")))
    before = replace(found)
    until = time.monotonic() + bounds.seconds
    try:
        with _without_traces():
            over = False
            while not over:
                place = found.place
                hunt = Hunt(attempts, place, frozenset(found.known), until, bounds)
                if place.round % 2 and place.passed < len(trip):
                    hunt.go_through(trip, _AT_ONCE)
                else:
                    count = _FEW if place.passed < len(trip) else _MANY
                    all_plans = draw.plans(settings, 0 if opening else place.round)
                    hunt.draw(all_plans, count, random.Random(f"{seed} {place.round}"))
                over = _end_of_round(hunt, found, bounds, tell)
    finally:
        found.sequences, found.requests = before.sequences + attempts.made, before.requests + attempts.requests
        found.slots = max(before.slots, attempts.diary.used)
        found.cut_short = before.cut_short + attempts.cut_short.total()
        for reason, number in attempts.cut_short.most_common(3):
            found.notes.append(f"{number} sequences ended before their time: {reason}")
    return found


def sequences_of(settings: Settings, part: str, seed: int, count: int) -> tuple[list[Plan], list[Plan]]:
    """So many sequences that a number draws, and those of the round trip through all near misses; none is sent."""
    draw = _DRAWN_FROM[settings.part(part).role]
    with _without_traces():
        plans = drawn(draw.plans(settings, 0), count, random.Random(f"{seed} 0"))
    return plans, list(draw.round_trip(random.Random(f"round trip {seed}")))


def _end_of_round(hunt: Hunt, found: Exploration, bounds: Bounds, tell: Callable[[Outcome], None]) -> bool:
    """Confirm what the round has come upon, and go on to the next one, unless this one was cut short.

    Returns whether the exploration has ended.
    """
    if hunt.best is not None:
        confirmed = _confirmed(hunt, found, tell)
        found.once[hunt.best.requirement] += 1
        if confirmed or found.once[hunt.best.requirement] >= _ONCE:
            found.known.add(hunt.best.requirement)
    if hunt.best is not None or not hunt.over:
        found.place = replace(found.place, round=found.place.round + 1, within=0)
    if hunt.over:
        found.ended = hunt.over
        return True
    if len(found.findings) >= bounds.findings:
        found.ended = f"so many findings are enough ({len(found.findings)}): mend these first"
        return True
    return False


def _confirmed(hunt: Hunt, found: Exploration, tell: Callable[[Outcome], None]) -> bool:
    """Whether it fails again: that is a finding. What does not is a note."""
    best = hunt.best
    assert best is not None
    again = hunt.shortened()
    if again is None:
        found.notes.append(f"{best.requirement} failed once and not again, so it is no finding: {_seen(best)}")
        return False
    found.findings.append(again)
    tell(again)
    return True


def _seen(outcome: Outcome) -> str:
    assert outcome.failure is not None
    return outcome.failure.observation.actual


@contextmanager
def _without_traces() -> Iterator[None]:
    """Hypothesis keeps files of its own beside what it is run in: here in a folder that goes."""
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        set_hypothesis_home_dir(folder)
        yield
