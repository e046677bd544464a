"""Turns of the scenarios of one run, over all its worker processes.

Most scenarios run beside each other. One that takes a system away for everybody (tag ``alone``) waits
until the others have ended and keeps new ones waiting, or they would be told of a system that is down.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

#: The tag of such a scenario.
ALONE = "alone"


def can_take_turns() -> bool:
    """Whether several workers can: on Windows a run has one."""
    return find_spec("fcntl") is not None


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """The time of one scenario: beside others, or ``alone``. ``folder`` is shared by the workers of a run."""
    try:
        import fcntl
    except ImportError:  # Windows: there such scenarios need a run with one worker
        yield
        return
    entrance, room = (os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600) for name in ("entrance", "room"))
    try:
        # Who wants to be alone waits for the room at the entrance, so that the others let it empty.
        fcntl.flock(entrance, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(entrance, fcntl.LOCK_UN)
        yield
    finally:
        os.close(room)
        os.close(entrance)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """The time of a scenario of a consumer under test: what it does besides cannot be told apart from another's."""
    try:
        import fcntl
    except ImportError:  # Windows: there such a run has one worker
        yield
        return
    # Whoever comes first makes it: the slots that are leased for the run are kept there too.
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "consumer.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
