"""What random sequences of requests came to, for the check that records it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..http.exchange import Exchange


@dataclass(frozen=True)
class Found:
    """A requirement that an answer breaks, with the shortest sequence that shows it: its words and its exchanges."""

    requirement: str
    expected: str
    actual: str
    steps: Sequence[str]
    exchanges: Sequence[Exchange]

    def told(self) -> str:
        """What was seen, and what led to it."""
        return f"{self.actual}; after: {', then '.join(self.steps)}"


@dataclass(frozen=True)
class Explored:
    """The sequences that were sent to a system, drawn from ``seed``.

    ``held`` has the requirements that the model decided, each with the exchanges that met it.
    """

    system: str
    seed: int
    sequences: int
    requests: int
    held: Mapping[str, Sequence[Exchange]] = field(default_factory=dict)
    found: Sequence[Found] = ()

    def told(self) -> str:
        return f"so in {self.sequences} sequences of {self.requests} requests, drawn from the number {self.seed}"
