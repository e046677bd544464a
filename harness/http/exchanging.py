"""The exchange under way in a thread: its limits, and how it is given up."""

from __future__ import annotations

import contextlib
import socket
import threading

from ..settings.model import Limits


class Exchanging:
    """An exchange under way: its limits, and a hold on its socket, so that the timer can shut it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.over = threading.Event()
        #: Whether a kept connection was used, which the other side may have closed meanwhile.
        self.reused = False
        #: Whether anything of an answer came.
        self.begun = False
        #: Whether TLS ended without saying so.
        self.unclosed = False
        self._hold: socket.socket | None = None
        self._lock = threading.Lock()

    def holds(self, sock: socket.socket) -> None:
        """Keep a hold of our own: the other one changes hands when TLS begins, and is let go of at the end."""
        hold = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            self._let_go()
            self._hold = hold
        if self.over.is_set():
            # The time ran out while there was no socket to shut yet.
            raise TimeoutError

    def shut(self) -> None:
        """Called by the timer: the total time is over, so the connection ends under the reader."""
        self.over.set()
        with self._lock, contextlib.suppress(OSError):
            if self._hold is not None:
                self._hold.shutdown(socket.SHUT_RDWR)

    def done(self) -> None:
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._hold is not None:
            self._hold.close()
            self._hold = None


class _InUse(threading.local):
    """The exchange under way in this thread."""

    exchanging: Exchanging


in_use = _InUse()
