"""When the encounters of a user begin: at moments that are fixed beforehand, or as soon as the one before is over.

Users who wait for a system that has stalled send nothing in the meantime, and if only what they send is timed, a stall
of ten seconds is one slow answer among thousands of quick ones. So with a rate each encounter has its moment, whatever
became of those before it, and its first request is timed from then.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable


class Schedule:
    """The encounters of one user, of so many that begin ``rate`` encounters a second together; 0: without moments."""

    def __init__(
        self, users: int, rate: float, chance: random.Random, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._period = users / rate if rate else 0.0
        self._clock = clock
        # They do not begin all at once.
        self._next = clock() + chance.random() * self._period

    def next(self) -> tuple[float, float]:
        """How long to wait for the next encounter, and by how much it is late already; one of them is 0."""
        if not self._period:
            return 0.0, 0.0
        ahead = self._next - self._clock()
        self._next += self._period
        return max(ahead, 0.0), max(-ahead, 0.0)
