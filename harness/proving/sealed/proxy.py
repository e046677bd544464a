"""A reverse proxy that does one thing wrong: an outsider's way to break a good system.

It shares nothing with the simulator and its defects: plain ``http.server`` in front, ``http.client`` behind, and
between them one function that may do what it likes with a request.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .kit import Ask, Fault, Forward, Memory, Reply

#: Headers that belong to one connection and are not passed on (RFC 9110 section 7.6.1).
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})
_SECONDS = 30
_BODY_BYTES = 10_000_000


def nothing(ask: Ask, forward: Forward, _: Memory) -> Reply:
    """No fault: what is asked is passed on, and so is the answer."""
    return forward(ask)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer leave at once, not each on its own.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: FaultyProxy

    def log_message(self, *_: object) -> None:
        """Say nothing: the run under test has its own record."""

    def answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = self._body()
        except ValueError:
            self.close_connection = True
            self.send_error(400)
            return
        # That a body came in chunks is told, for a fault may be about that; it goes on in one piece.
        kept = {k: v for k, v in headers.items() if k not in _HOP or k == "transfer-encoding"}
        ask = Ask(self.command, self.path, kept, body)
        reply = self.server.fault(ask, self.server.forward, self.server.memory)
        self.wfile.write(self.server.before)
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            # A function may write names as it likes; the length is still ours to say, once.
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body + self.server.after)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _BODY_BYTES))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(min(size, _BODY_BYTES))
            self.rfile.readline()
        self.rfile.readline()
        return found


class FaultyProxy(ThreadingHTTPServer):
    """Listens on a free port of this machine at once, and answers with its ``fault`` as soon as it is told what it
    ``stands_before``. With ``tls`` it is spoken to by HTTPS."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, fault: Fault = nothing, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fault = fault
        self.memory = Memory()
        #: Bytes on the wire before and after each answer, for faults of HTTP itself.
        self.before = self.after = b""
        self._tls = tls
        self._behind: Callable[[], http.client.HTTPConnection] | None = None
        self.root = f"{'https' if tls else 'http'}://localhost:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stands_before(self, root: str, tls: ssl.SSLContext | None = None) -> None:
        """Forward to this address (scheme, host and port) from now on."""
        pieces = urlsplit(root)
        host, port = "127.0.0.1", pieces.port
        if pieces.scheme == "https":
            name = pieces.hostname or "localhost"
            self._behind = lambda: http.client.HTTPSConnection(name, port, timeout=_SECONDS, context=tls)
        else:
            self._behind = lambda: http.client.HTTPConnection(host, port, timeout=_SECONDS)

    def forward(self, ask: Ask) -> Reply:
        """The answer of what it stands before; 502 where there is none."""
        assert self._behind is not None
        # The faults look into bodies, so nobody is asked to compress them.
        headers = {name: value for name, value in ask.headers.items() if name.lower() not in _HOP}
        headers["accept-encoding"] = "identity"
        connection = self._behind()
        try:
            connection.request(ask.method, ask.path, ask.body or None, headers)
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except (OSError, http.client.HTTPException):
            return Reply(502, {})
        finally:
            connection.close()

    def get_request(self) -> tuple[Any, Any]:
        """As the base has it; the handshake is left to the thread that reads the request."""
        connection, address = super().get_request()
        if self._tls is None:
            return connection, address
        connection.settimeout(_SECONDS)
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that went away."""

    def close(self) -> None:
        """End."""
        self.shutdown()
        self._thread.join(timeout=30)
        self.server_close()


@contextmanager
def proxying(fault: Fault = nothing, tls: ssl.SSLContext | None = None) -> Iterator[FaultyProxy]:
    """A proxy for the time of the block."""
    proxy = FaultyProxy(fault, tls)
    try:
        yield proxy
    finally:
        proxy.close()
