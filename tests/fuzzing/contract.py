"""What a target holds the code to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass


class Broken(AssertionError):
    """The code did with an input what it must never do."""


@dataclass(frozen=True)
class Target:
    """One way in: ``feed`` takes any bytes, and raises only where the code does not keep to its contract.

    ``seeds`` are good inputs to begin from; ``words`` are what a mutation may put in.
    """

    name: str
    what: str
    feed: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()


class Complaints(logging.Handler):
    """What was logged as an error: a server answers, and tells of its own faults there only."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(logging.Formatter().format(record))

    def raised(self) -> None:
        """Raises Broken with what was said since the last time."""
        said, self._said = self._said, []
        if said:
            raise Broken(f"logged as an error: {said[0]}")
