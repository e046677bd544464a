"""Tells the reporters of a run; they are found through entry points, so the harness knows none of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ..errors import SettingsError, why_not_written
from ..judging.verdicts import JudgedRun, ScenarioVerdict
from ..text import ended
from .publishing import clear, put_in_place, staging

GROUP = "uec_booking.reporters"
#: What is made only where a command asks for it, by name.
ON_REQUEST = "uec_booking.on_request"
#: Comes last, because it tells where the documents of the others are.
_LAST = "terminal"
#: Of those made on request: tells a person less, and the outcome of a run for a script.
QUIET = "quiet"
OUTCOME = "outcome"
#: The name for all that are written where nobody names any.
ALL = "all"
#: By its document the folder is known as ours.
_RESULTS = "results"


@contextmanager
def run_left_alone() -> Iterator[None]:
    """What is there now is not looked through for garbage in the block: the run is large, and all of it is in use."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Listeners:
    """The reporters, called in turn. One that cannot write is told of at the end and hinders no other.

    ``tellers`` write no documents: they are called when those of the others are in place.
    """

    def __init__(self, reporters: Iterable[Any] = (), tellers: Iterable[Any] = ()) -> None:
        self._reporters = list(reporters)
        self._tellers = list(tellers)
        self._failures: dict[str, list[str]] = {}

    def run_started(self, total: int, system: Mapping[str, Any]) -> None:
        self._each(lambda reporter: reporter.run_started(total, system))

    def scenario_finished(self, scenario: ScenarioVerdict, done: int, total: int) -> None:
        self._each(lambda reporter: reporter.scenario_finished(scenario, done, total))

    def run_judged(self, run: JudgedRun, folder: Path) -> None:
        """The documents in ``folder`` are those of this run after it: all of the run before are gone."""
        self._attempt("The reports", lambda: self._publish(run, folder))
        for teller in self._tellers:
            self._attempt(type(teller).__name__, partial(teller.run_judged, run, folder))

    def _publish(self, run: JudgedRun, folder: Path) -> None:
        with staging(folder) as place, run_left_alone():
            finished = []
            for number, reporter in enumerate(self._reporters):
                own = place / str(number)
                own.mkdir()
                if self._attempt(type(reporter).__name__, partial(reporter.run_judged, run, own)):
                    finished.append(own)
            clear(folder)
            # Killed in between, what is there must be known as ours: by the results.
            for own in sorted(finished, key=lambda own: not (own / "results.json").exists()):
                put_in_place(own, folder)

    def proof_made(self, proof: Mapping[str, Any], folder: Path) -> None:
        self._each(lambda reporter: reporter.proof_made(proof, folder))

    def lifecycle_learned(self, lifecycle: Mapping[str, Any], folder: Path) -> None:
        self._each(lambda reporter: getattr(reporter, "lifecycle_learned", _passed_over)(lifecycle, folder))

    def exploration_made(self, exploration: Mapping[str, Any], folder: Path) -> None:
        self._each(lambda reporter: getattr(reporter, "exploration_made", _passed_over)(exploration, folder))

    def trouble(self) -> str:
        """What could not be written and why, in one paragraph; empty where all went well."""
        return " ".join(
            f"{', '.join(dict.fromkeys(names))} could not be written: {ended(why)}"
            for why, names in self._failures.items()
        )

    def _each(self, tell: Callable[[Any], None]) -> None:
        for reporter in (*self._reporters, *self._tellers):
            self._attempt(type(reporter).__name__, partial(tell, reporter))

    def _attempt(self, name: str, attempt: Callable[[], None]) -> bool:
        """Whether it went well. What fails for another reason than that it cannot write is a fault of ours."""
        try:
            attempt()
        except OSError as problem:
            self._failures.setdefault(why_not_written(problem), []).append(name)
            return False
        return True


def installed(names: Iterable[str] = (ALL,), teller: str = "") -> Listeners:
    """The reporters of these names; ``all`` are those that have their use wherever a run is made.

    ``teller`` names what tells a person of the run in place of the usual one.
    """
    asked = set(names)
    made: dict[str, Any] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.name in asked or ALL in asked:
            reporter = point.load()()
            if point.name in asked or getattr(reporter, "wanted", _always)():
                made[point.name] = reporter
    tellers = [made.pop(name) for name in (_LAST,) if name in made]
    if teller:
        tellers = [on_request(teller)()]
    return Listeners(made.values(), tellers)


def named(text: str) -> tuple[str, ...]:
    """The reporters of ``--report NAMES``, and those without which a run is not found again or says nothing.

    Raises:
        SettingsError: there is none of such a name.
    """
    known = sorted({ALL, *(point.name for point in entry_points(group=GROUP))})
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        wrong = f"there is no report {unknown[0]!r}" if unknown else "no report is named"
        near = get_close_matches(unknown[0], known, n=1) if unknown else []
        meant = f" Did you mean {near[0]}?" if near else ""
        raise SettingsError(f"--report: {wrong}.{meant} Choose among {', '.join(known)}, with commas between them.")
    return (_RESULTS, *names, _LAST)


def _always() -> bool:
    return True


def _passed_over(*_: object) -> None:
    """What a reporter does at a moment that it does not know."""


def on_request(name: str) -> Any:
    """What makes the document of this name, which is made where it is asked for."""
    (point,) = entry_points(group=ON_REQUEST, name=name)
    return point.load()
