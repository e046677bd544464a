"""Finds a test that holds at the faulty system and not at the clean one, and the fewest requests that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from .places import SHOWS, SHOWS_NOT, Place

#: Beyond so many requests a scenario is not sent as a whole.
_MOST_REQUESTS = 30
#: Selections of requests that are tried, and tests of the answers to one of them.
_MOST_SELECTIONS, _MOST_TESTS = 4, 3


class Attempt(Protocol):
    """What a report makes of a failure, to be tried (``reports/reproduction``): requests are known by their ids."""

    @property
    def every(self) -> tuple[str, ...]: ...
    @property
    def needed(self) -> tuple[str, ...]: ...
    def told_at_once(self) -> list[Any]: ...
    def without(self, keep: Sequence[str], left_out: Sequence[str]) -> tuple[str, ...]: ...
    def telling(self, keep: Sequence[str], faulty: Path, clean: Path) -> list[Any]: ...
    def script(self, keep: Sequence[str], condition: Any) -> str: ...


@dataclass(frozen=True)
class Reproduction:
    """A script that ended with 1 at the faulty system and with 0 at the clean one."""

    script: str
    requests: int
    tried: int


def reproduced(attempts: Sequence[Attempt], faulty: Place, clean: Place) -> Reproduction | None:
    """The script of the first attempt that can be told apart, reduced; None where none of them can."""
    # Few requests tell most faults, so all attempts are made with few before one is made with many.
    selections = [(one, one.needed) for one in attempts] + [(one, one.every) for one in attempts]
    tried: list[str] = []
    for attempt, keep in selections:
        plain = attempt.script(keep, None)
        if plain in tried or len(keep) > _MOST_REQUESTS or len(tried) == _MOST_SELECTIONS:
            continue
        tried.append(plain)
        for condition in _candidates(attempt, keep, faulty, clean):
            trial = _Trial(attempt, condition, faulty, clean)
            if condition.exchanges() <= set(keep) and trial.tells_apart(keep):
                fewest = trial.fewest(keep)
                return Reproduction(attempt.script(fewest, condition), len(fewest), trial.tried)
    return None


class _Trial:
    """One test, with one selection of requests after the other."""

    def __init__(self, attempt: Attempt, condition: Any, faulty: Place, clean: Place) -> None:
        self._attempt, self._condition = attempt, condition
        self._faulty, self._clean = faulty, clean
        self.tried = 0

    def tells_apart(self, keep: Sequence[str]) -> bool:
        script = self._attempt.script(keep, self._condition)
        self.tried += 1
        return self._faulty.run(script) == SHOWS and self._clean.run(script) == SHOWS_NOT

    def fewest(self, keep: tuple[str, ...]) -> tuple[str, ...]:
        """Some are left out in turn, half of them first, then fewer, until none can be."""
        size = len(keep)
        while size > 1:
            size = (size + 1) // 2
            for left_out in [keep[at : at + size] for at in range(0, len(keep), size)][::-1]:
                fewer = self._attempt.without(keep, left_out)
                if fewer != keep and self._condition.exchanges() <= set(fewer) and self.tells_apart(fewer):
                    keep = fewer
        return keep


def _candidates(attempt: Attempt, keep: Sequence[str], faulty: Place, clean: Place) -> Iterator[Any]:
    """The tests to try: that which the stored run gives, then those that hold for the answers of the faulty system now.

    None of these holds for the answers of the clean one.
    """
    at_once = attempt.told_at_once()[:1]
    yield from at_once
    plain = attempt.script(keep, None)
    with TemporaryDirectory(prefix="uec-booking-") as folder:
        answers = Path(folder) / "faulty", Path(folder) / "clean"
        for place, kept in zip((faulty, clean), answers, strict=True):
            place.run(plain, kept)
        yield from [one for one in attempt.telling(keep, *answers) if one not in at_once][:_MOST_TESTS]
