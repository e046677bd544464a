"""Connections whose answers are read strictly, within bounds, and can be given up at any moment.

Sending and TLS are those of urllib3, by the adapter of requests; what comes in is read by ``answer_reading``.
A timer shuts the socket of an exchange at its total limit, from its first packet on: TLS that drips in counts too.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import threading
from typing import Any

import requests
import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from ..errors import ClientError, NoAnswer
from ..settings.model import Limits, Tls
from .answer_reading import Answer, read_answer

_UNCLOSED = "the end of the answer is told by the end of the connection, and TLS was not closed (RFC 2818 section 2.2)"
_SURPLUS = "more bytes after the end of the answer (RFC 7230 section 3.3)"


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


class _Counted(io.RawIOBase):
    """Reads from ``raw`` up to a number of bytes, so that nothing read from it is endless."""

    def __init__(self, raw: io.RawIOBase, most: int) -> None:
        self._raw = raw
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        try:
            count = self._raw.readinto(buffer)
        except ssl.SSLEOFError:
            in_use.exchanging.unclosed = True
            return 0
        in_use.exchanging.begun = in_use.exchanging.begun or bool(count)
        self._left -= count or 0
        if self._left < 0:
            limit = in_use.exchanging.limits.body_bytes
            raise ClientError(NoAnswer.TOO_LARGE, f"the answer is larger than {limit} bytes")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """The whole answer is read when http.client would read the head."""

    answer: Answer

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._sock = sock
        # Room for the head, and for what chunks add to a body.
        most = 2 * in_use.exchanging.limits.body_bytes + 1_000_000
        self.fp = io.BufferedReader(_Counted(self.fp.detach(), most))

    def begin(self) -> None:
        exchanging = in_use.exchanging
        # The stub of http.client lists no _method.
        answer = read_answer(self.fp, self._method, exchanging.limits.body_bytes)  # type: ignore[attr-defined]
        if answer.until_closed and exchanging.unclosed:
            answer.head.fault(_UNCLOSED, tolerated=True)
        surplus = not answer.until_closed and self._has_more()
        if surplus:
            answer.head.fault(_SURPLUS)
        self.answer = answer
        self.code = self.status = answer.head.status
        self.reason = answer.head.reason
        self.version = 10 + answer.head.minor
        self.headers = self.msg = http.client.HTTPMessage()
        self.chunked = False
        self.length = 0
        # What follows on a connection out of step would be taken for the next answer.
        self.will_close = answer.last or surplus
        self._close_conn()  # type: ignore[attr-defined]  # in no stub of http.client

    def _has_more(self) -> bool:
        """Whether anything came after the answer, without waiting for it."""
        before = self._sock.gettimeout()
        self._sock.settimeout(0)
        try:
            return bool(self.fp.peek(1))
        except OSError:
            return False  # nothing yet, or the connection is gone
        finally:
            with contextlib.suppress(OSError):
                self._sock.settimeout(before)


class _HTTPConnection(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        in_use.exchanging.holds(sock)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        _goes_on(self)
        super().request(*args, **kwargs)


class _HTTPSConnection(HTTPSConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        in_use.exchanging.holds(sock)
        return sock

    def connect(self) -> None:
        super().connect()
        # An end of TLS that nobody announced is told from one that is meant.
        sock: Any = self.sock
        sock.suppress_ragged_eofs = False
        self.used = False

    def request(self, *args: Any, **kwargs: Any) -> None:
        _goes_on(self)
        super().request(*args, **kwargs)


def _goes_on(connection: HTTPConnection) -> None:
    """A request goes out on a connection: where it is a kept one, the exchange takes hold of it now."""
    if connection.sock is not None and getattr(connection, "used", False):
        in_use.exchanging.reused = True
        in_use.exchanging.holds(connection.sock)
    connection.used = True  # type: ignore[attr-defined]  # ours, read before it is used again


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class Adapter(requests.adapters.HTTPAdapter):
    """The adapter of requests, without what its Session adds: redirects, cookies, proxies and passwords."""

    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        super().__init__(max_retries=0, pool_maxsize=1)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        context = create_urllib3_context()
        # Set by Python so that an end of TLS that nobody announced looks like one that is meant.
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        if self._tls.client_certificate:
            context.load_cert_chain(
                self._tls.client_certificate,
                self._tls.client_key or None,
                # Never None: OpenSSL would ask for it at the terminal and wait.
                self._tls.client_key_password,
            )
        kwargs["ssl_context"] = context
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def forget_connections(self) -> None:
        """Close the connections that are kept, so that the next request has one of its own."""
        # urllib3 would close them in a finalizer, and Python throws away what is raised in one: a Ctrl-C too.
        for key in self.poolmanager.pools.keys():  # noqa: SIM118
            pool = self.poolmanager.pools.get(key)
            if pool is not None:
                pool.close()
        self.poolmanager.clear()

    def close(self) -> None:
        self.forget_connections()
        super().close()

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> Any:
        """The answer as it was read; requests would look for cookies and encodings in its headers."""
        resp.release_conn()
        return resp._original_response.answer
