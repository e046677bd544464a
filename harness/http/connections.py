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
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from ..errors import ClientError, NoAnswer
from ..settings.model import Tls
from .answer_reading import Answer, read_answer
from .exchanging import in_use

_UNCLOSED = "the end of the answer is told by the end of the connection, and TLS was not closed (RFC 2818 section 2.2)"
_SURPLUS = "more bytes after the end of the answer (RFC 7230 section 3.3)"


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


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Adapter(requests.adapters.HTTPAdapter):
    """The adapter of requests, without redirects, cookies, passwords and proxies of the environment.

    Where a proxy is named it is asked for every address but those of this machine.
    """

    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        super().__init__(max_retries=0, pool_maxsize=1)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        kwargs["ssl_context"] = self._context()
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if proxy not in self.proxy_manager:
            kwargs["ssl_context"] = self._context()
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def proxies_for(self, url: str) -> dict[str, str]:
        """By scheme the proxy to ask for an address, as ``send`` takes it."""
        here = (urlsplit(url).hostname or "") in THIS_MACHINE
        return {} if here or not self._tls.proxy else {"http": self._tls.proxy, "https": self._tls.proxy}

    def _context(self) -> ssl.SSLContext:
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
        return context

    def forget_connections(self) -> None:
        """Close the connections that are kept, so that the next request has one of its own."""
        # urllib3 would close them in a finalizer, and Python throws away what is raised in one: a Ctrl-C too.
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118
                pool = manager.pools.get(key)
                if pool is not None:
                    pool.close()
            manager.clear()

    def close(self) -> None:
        self.forget_connections()
        super().close()

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> Any:
        """The answer as it was read; requests would look for cookies and encodings in its headers."""
        resp.release_conn()
        return resp._original_response.answer
