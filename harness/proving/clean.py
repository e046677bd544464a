"""The system without any fault, as the runs of a proof against it saw it."""

from __future__ import annotations

from collections.abc import Sequence

from ..catalogue.traceability import tags_of_features
from ..judging import verdicts as v
from .job import Outcome


class Clean:
    """The clean system, from the runs made of it: what it must not be accused of, and how its traffic looks."""

    def __init__(self, runs: Sequence[Outcome]) -> None:
        self._runs = runs
        self._orders: dict[str, tuple[str, ...]] = {}
        self.warned = {name for run in runs for name, verdict in run.verdicts.items() if verdict == v.WARN}
        self.failed = tuple(
            sorted(
                {
                    name
                    for run in runs
                    for name, verdict in run.verdicts.items()
                    if verdict in (v.FAIL, v.ERROR, v.INCONCLUSIVE)
                }
            )
        )

    def scenarios_for(self, requirement: str) -> tuple[str, ...]:
        """The scenarios that saw something of a requirement: those about it, then those that met it by the way.

        Among them those first that show most other traffic a second, so that whatever is done otherwise is met early.
        """
        if requirement not in self._orders:
            run = self._runs[0]
            about = set(tags_of_features().get(requirement, ()))
            # What is about it counts though the clean system gave it nothing to see: some can only be refuted.
            met_by = [name for name, seen in run.decided.items() if requirement in seen or name in about]
            left = {name: set(run.shapes[name]) for name in met_by}
            order: list[str] = []
            while left:
                best = max(
                    left,
                    key=lambda name: (name in about, (len(left[name]) + 0.01) / (run.seconds_of[name] + 0.05), name),
                )
                order.append(best)
                met = left.pop(best)
                left = {name: shapes - met for name, shapes in left.items()}
            self._orders[requirement] = tuple(order)
        return self._orders[requirement]

    def differs(self, run: Outcome) -> bool:
        """Whether the traffic of a run shows something that no clean run has, or lacks what all of them have."""
        for scenario, took in run.course.items():
            usual = {one.course[scenario] for one in self._runs if scenario in one.course}
            if len(usual) == 1 and took not in usual:
                return True
        for scenario, seen in run.shapes.items():
            clean: list[set[object]] = [set(one.shapes[scenario]) for one in self._runs if scenario in one.shapes]
            if clean and (set(seen) - set.union(*clean) or set.intersection(*clean) - set(seen)):
                return True
        return False
