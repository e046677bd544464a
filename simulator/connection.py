"""Connections that hold nobody up: a client that is slow or silent waits alone, and only so long.

cheroot gives each new connection to a thread, which waits for as long as bytes drip in. Both are mended here.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from contextlib import suppress
from typing import Any

from cheroot import makefile
from cheroot.server import HTTPConnection

from .framing import Request

#: A request has to be there whole after this time.
REQUEST_SECONDS = 15
#: How long the answer to it may take to be sent, and how long a connection may be idle.
IDLE_SECONDS = 30
_LINGER_SECONDS = 2
_LINGER_BYTES = 8_000_000


class _TimedSocket(socket.SocketIO):
    """Reads until `ends` (monotonic seconds) and no longer, however the bytes come."""

    ends = 0.0

    def readinto(self, buffer: Any) -> int | None:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)  # type: ignore[attr-defined]  # not in the stub of SocketIO
        try:
            return super().readinto(buffer)
        finally:
            self._sock.settimeout(IDLE_SECONDS)  # type: ignore[attr-defined]  # the same


class _TimedReader(makefile.StreamReader):
    def __init__(self, raw: _TimedSocket, size: int) -> None:
        super(makefile.StreamReader, self).__init__(raw, size)
        self.bytes_read = 0


def _has_come(connection: socket.socket) -> bool:
    """Whether there is something to read at once."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


class Connection(HTTPConnection):
    """A connection whose requests are read strictly and in bounded time."""

    RequestHandlerClass = Request

    def __init__(self, server: Any, sock: Any, make: Any = makefile.MakeFile) -> None:
        super().__init__(server, sock, make)
        #: Whether the client may still be sending what was refused.
        self.unread = False
        #: Whether it has waited for the client's first bytes: the server lets it do so without a thread.
        self.waited = False
        self._shook_hands = not isinstance(sock, ssl.SSLSocket)
        self._timed = _TimedSocket(sock, "r")
        self.rfile = _TimedReader(self._timed, self.rbufsize)

    def communicate(self) -> bool:
        """Answer a request; returns whether another may come, or the first is still to come behind the handshake."""
        self._timed.ends = time.monotonic() + REQUEST_SECONDS
        if self._goes_on():
            return True
        if self.unread:
            self._read_past()
        return False

    def _goes_on(self) -> bool:
        if not self._shook_hands:
            if not self._shakes_hands():
                return False
            if not _has_come(self.socket):
                return True
        return bool(super().communicate())  # type: ignore[no-untyped-call]  # has no types

    def _shakes_hands(self) -> bool:
        self.socket.settimeout(REQUEST_SECONDS)
        try:
            self.socket.do_handshake()
        except OSError as problem:
            if isinstance(problem, ssl.SSLError) and problem.reason == "HTTP_REQUEST":
                self._says_that_it_is_https()
            return False
        finally:
            self.socket.settimeout(IDLE_SECONDS)
        self._shook_hands = True
        return True

    def _says_that_it_is_https(self) -> None:
        # Who speaks plain HTTP to a port for HTTPS is told so in plain HTTP, beside the TLS that never came to be.
        said = b"This port speaks HTTPS only."
        with suppress(OSError), socket.fromfd(self.socket.fileno(), self.socket.family, self.socket.type) as plain:
            head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nContent-Type: text/plain\r\n" % len(said)
            plain.sendall(head + b"Connection: close\r\n\r\n" + said)
        self.unread = True

    def _read_past(self) -> None:
        """Read on for a moment: a client whose bytes meet a closed socket never gets to see the answer."""
        ends, most = time.monotonic() + _LINGER_SECONDS, _LINGER_BYTES
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            while most > 0 and (left := ends - time.monotonic()) > 0:
                self.socket.settimeout(left)
                part = self.socket.recv(65_536)
                most = most - len(part) if part else 0
