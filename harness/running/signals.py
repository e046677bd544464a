"""SIGINT and SIGTERM, from the first moment of the program to its last.

Both end what goes on by a ``KeyboardInterrupt``, so that what was opened is closed and what was booked is cancelled.
While a run is brought to its end (bookings cancelled, reports put in place) the first of them is only noted.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Arrived:
    """Whether a signal has arrived that was to end what goes on."""

    interruption = False


def _interrupt(_: int, __: FrameType | None) -> None:
    _Arrived.interruption = True
    raise KeyboardInterrupt


def raise_if_lost() -> None:
    """Interrupt now, if a signal has arrived and what it raised was lost.

    Python throws away what is raised in a finalizer, a ``__del__`` or a callback of the garbage collector, and a
    signal may arrive while one of them runs. So who works in a loop asks here between two rounds of it.
    """
    if _Arrived.interruption:
        _Arrived.interruption = False
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """A SIGTERM during the block is a ``KeyboardInterrupt``, as Ctrl-C is."""
    _Arrived.interruption = False
    shown_by = sys.unraisablehook
    hide_what_is_lost()
    try:
        with _handled_by(_interrupt):
            yield
    finally:
        sys.unraisablehook = shown_by


def hide_what_is_lost() -> None:
    """Nothing is shown of an interruption that Python throws away: who asks by ``raise_if_lost`` gets it all the same.

    For whatever shows such exceptions from now on, which pytest does in its own way from its configuration on.
    """
    shown_by = sys.unraisablehook

    def show(lost: sys.UnraisableHookArgs) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            _Arrived.interruption = True
        else:
            shown_by(lost)

    sys.unraisablehook = show


@contextmanager
def brought_to_an_end(what: str) -> Iterator[None]:
    """The first signal during the block is told and waits for its end, which is near; a second one interrupts it."""
    arrived: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        if len(arrived) > 1:
            _interrupt(number, frame)
        print(f"\nuec-booking: {what}; once more to stop at once", file=sys.stderr)

    with _handled_by(note):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    # Only the main thread can have handlers, and only it is ever interrupted.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            # None stands for a handler that was not set from Python and cannot be put back.
            signal.signal(number, signal.SIG_DFL if old is None else old)
