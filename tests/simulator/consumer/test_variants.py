"""Variations: a desk with many of them at once still books, and re-books."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache

import pytest

from .playing import COMMAND, Desk
from .services import CENTRE, HUB

GROUPS = 12


@cache
def variations() -> list[str]:
    done = subprocess.run([*COMMAND, "--list"], capture_output=True, text=True, timeout=60, check=True)
    rows = [line.split(maxsplit=3) for line in done.stdout.splitlines()]
    return [name for kind, name, *_ in rows if kind == "variant"]


def test_there_are_many_ways_to_conform() -> None:
    assert len(variations()) >= 60


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_desk_of_another_make_books_and_rebooks(group: int, desk_with: Callable[..., Desk]) -> None:
    # Neighbours in the list are of one kind, so they are kept apart.
    chosen = variations()[group::GROUPS]
    desk = desk_with(*(part for name in chosen for part in ("--variant", name)))
    first = desk.call(service=CENTRE)
    assert first.of("booked-shown"), (chosen, first.told())
    second = desk.call(service=HUB, cancel=("all",))
    assert second.of("booked-shown") and second.of("cancelled-shown"), (chosen, second.told())
    assert (first.outcome, second.outcome) == ("finished", "finished")
