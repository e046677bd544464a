"""Tells the reporters of a run; they are found through entry points, so the harness knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from .verdicts import JudgedRun, ScenarioVerdict

GROUP = "uec_booking.reporters"
#: Writes last, because it tells where the documents of the others are.
_LAST = "terminal"


class Listeners:
    """The reporters, called in turn. One that fails is told of at the end and hinders no other."""

    def __init__(self, reporters: Iterable[Any] = ()) -> None:
        self._reporters = list(reporters)
        self.failures: list[str] = []

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        self._each(lambda reporter: reporter.run_started(total, system))

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        self._each(lambda reporter: reporter.scenario_finished(scenario, done, total))

    def run_judged(self, run: JudgedRun, folder: Path) -> None:
        self._each(lambda reporter: reporter.run_judged(run, folder))

    def proof_made(self, proof: Mapping[str, Any], folder: Path) -> None:
        self._each(lambda reporter: reporter.proof_made(proof, folder))

    def _each(self, tell: Callable[[Any], None]) -> None:
        for reporter in self._reporters:
            try:
                tell(reporter)
            except OSError as problem:
                self.failures.append(f"{type(reporter).__name__} could not write: {problem}")


def installed(names: Iterable[str] | None = None) -> Listeners:
    """All reporters that are installed, or those of the names given."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    chosen = [found[name] for name in (names if names is not None else sorted(found, key=lambda n: n == _LAST))]
    return Listeners(point.load()() for point in chosen)
