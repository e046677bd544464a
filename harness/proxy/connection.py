"""Connections of callers: shaken hands with in the thread of each, so that nobody waits for one that is slow."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress

from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest, HTTPServer

from .tls import Adapter

_HANDSHAKE_SECONDS = 3
_NOT_HTTPS = b"The client sent a plain HTTP request, but this server only speaks HTTPS on this port."


class _Headers(HeaderReader):
    """Drops headers with an underscore, as most servers do: WSGI would take one for a header with a hyphen (CF-16)."""

    def _allow_header(self, key_name: bytes) -> bool:
        return b"_" not in key_name


class _Request(HTTPRequest):
    """Takes targets that begin with two slashes: what is wrong with one is judged, and so has to be recorded."""

    def __init__(self, server: HTTPServer, conn: HTTPConnection) -> None:
        super().__init__(server, conn, proxy_mode=True)
        self.header_reader = _Headers()


class Connection(HTTPConnection):
    """A connection whose TLS begins when a thread of the server takes it."""

    RequestHandlerClass = _Request
    _secured = False

    def communicate(self) -> bool:
        """Answer a request; returns whether another may come."""
        if isinstance(self.socket, ssl.SSLSocket) and not self._secured and not self._shakes_hands(self.socket):
            return False
        return bool(super().communicate())  # type: ignore[no-untyped-call]  # cheroot gives it no types

    def _shakes_hands(self, secured: ssl.SSLSocket) -> bool:
        adapter = self.server.ssl_adapter
        assert isinstance(adapter, Adapter)
        secured.settimeout(_HANDSHAKE_SECONDS)
        try:
            secured.do_handshake()
        except ssl.SSLCertVerificationError as problem:
            adapter.tell_refused(problem.verify_message)
            return False
        except OSError as problem:
            if isinstance(problem, ssl.SSLError) and problem.reason == "HTTP_REQUEST":
                self._says_that_it_is_https(secured)
            return False
        secured.settimeout(self.server.timeout)
        self.ssl_env = adapter.get_environ(secured)
        self._secured = True
        return True

    def _says_that_it_is_https(self, secured: ssl.SSLSocket) -> None:
        # In plain HTTP, beside the TLS that never came to be.
        head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nContent-Type: text/plain\r\n" % len(_NOT_HTTPS)
        with suppress(OSError), socket.fromfd(secured.fileno(), secured.family, secured.type) as plain:
            plain.sendall(head + b"Connection: close\r\n\r\n" + _NOT_HTTPS)
