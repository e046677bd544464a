"""What several reports need of the same run, made once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from uec_booking.harness.judging.verdicts import JudgedRun

_Made = TypeVar("_Made")


def once_a_run(make: Callable[[JudgedRun], _Made]) -> Callable[[JudgedRun], _Made]:
    """Keeps what was made of the run before, until it is asked of another. Nobody may change what is made.

    A run is the same where it is the same object: to compare what two hold would take as long as to make it anew.
    """
    kept: list[tuple[JudgedRun, _Made]] = []

    @wraps(make)
    def made(run: JudgedRun) -> _Made:
        if not kept or kept[0][0] is not run:
            kept[:] = [(run, make(run))]
        return kept[0][1]

    return made
