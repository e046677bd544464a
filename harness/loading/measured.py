"""What was counted and timed, in the form in which the command takes it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .bookings import Bookings

#: The shares of the requests whose times are told.
PERCENTILES = (50, 90, 95, 99)


@dataclass
class Counts:
    """Beside what Locust counts. ``operations`` and ``unsent`` are those of workers, as they tell them.

    ``taken``: bookings of a slot that somebody else had by then. ``overloaded``: the load was more than its own
    machine could make, so its times are too long. ``ended_early`` says why, if it did.
    """

    seconds: float = 0.0
    encounters: int = 0
    taken: int = 0
    unsent: int = 0
    overloaded: bool = False
    ended_early: str = ""
    operations: list[dict[str, Any]] = field(default_factory=list)

    def hand_over(self, operations: list[dict[str, Any]], bookings: Bookings) -> dict[str, Any]:
        """For the master: what came since the last time."""
        data = {"encounters": self.encounters, "taken": self.taken, "unsent": bookings.refused}
        self.encounters = self.taken = bookings.refused = 0
        return {**data, "operations": operations}

    def take(self, data: Mapping[str, Any]) -> None:
        """At the master: what a worker has handed over."""
        self.encounters += data.get("encounters", 0)
        self.taken += data.get("taken", 0)
        self.unsent += data.get("unsent", 0)
        self.operations += data.get("operations", [])


def measured(stats: Any, counts: Counts) -> dict[str, Any]:
    """``stats`` are Locust's, whose percentiles are of times rounded to two digits."""
    return {
        "seconds": counts.seconds,
        "encounters": counts.encounters,
        "taken": counts.taken,
        "overloaded": counts.overloaded,
        "ended_early": counts.ended_early,
        "interactions": {entry.name: _of(entry) for entry in sorted(stats.entries.values(), key=lambda one: one.name)},
        "failures": [
            {"interaction": error.name, "what": str(error.error), "times": error.occurrences}
            for error in _most_frequent(list(stats.errors.values()))
        ],
    }


def _of(entry: Any) -> dict[str, Any]:
    times = {f"p{share}": entry.get_response_time_percentile(share / 100) / 1000 for share in PERCENTILES}
    return {
        "requests": entry.num_requests,
        "failures": entry.num_failures,
        **times,
        "max": round((entry.max_response_time or 0) / 1000, 3),
    }


def _most_frequent(errors: Sequence[Any]) -> Sequence[Any]:
    return sorted(errors, key=lambda one: -int(one.occurrences))[:50]
