"""All our traffic goes through here: bounded in connect, read and *total* time, and in size.

requests bounds neither the total time of an exchange (a body that drips in would
hold a run for ever) nor its size, so a timer shuts the socket at the total limit
and all that is read is counted. Its adapter is used without its Session, which would
read the body of a redirect whole, keep cookies, and take proxies and passwords from
the environment.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import itertools
import os
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from .errors import ClientError
from .exchange import Exchange, Received, Sent
from .settings import Limits, Tls

_ids = itertools.count(1)


def new_exchange_id() -> str:
    """Unique in a run, also over worker processes."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return f"{worker}x{next(_ids)}"


def now_text() -> str:
    """The present moment in UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Exchanging:
    """An exchange under way: its connection, so that the timer can shut the socket, and its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.connection: HTTPConnection | None = None
        #: A connection lets go of its socket when the answer says that it will be closed.
        self.answering: socket.socket | None = None
        self.over = threading.Event()

    def uses(self, connection: HTTPConnection) -> None:
        self.connection = connection
        if self.over.is_set():
            # The time ran out while there was no socket to shut yet.
            raise TimeoutError

    def shut(self) -> None:
        """Called by the timer: the total time is over, so the socket is shut under the reader."""
        self.over.set()
        sock = self.answering or getattr(self.connection, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _InUse(threading.local):
    """The exchange under way in this thread."""

    exchanging: _Exchanging


_in_use = _InUse()


class _Counted(io.RawIOBase):
    """Reads from ``raw`` up to a number of bytes: neither a header line nor a chunk may be endless."""

    def __init__(self, raw: io.RawIOBase, most: int) -> None:
        self._raw = raw
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            limit = _in_use.exchanging.limits.body_bytes
            raise ClientError("too-large", f"the answer is larger than {limit} bytes")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _HTTPResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        _in_use.exchanging.answering = sock
        # Room for headers, and for what chunks add; the body itself is held to its limit when it is read.
        most = 2 * _in_use.exchanging.limits.body_bytes + 1_000_000
        self.fp = io.BufferedReader(_Counted(self.fp.detach(), most))  # type: ignore[attr-defined]


class _HTTPConnection(HTTPConnection):
    response_class = _HTTPResponse  # type: ignore[assignment]

    def request(self, *args: Any, **kwargs: Any) -> None:
        _in_use.exchanging.uses(self)
        super().request(*args, **kwargs)


class _HTTPSConnection(HTTPSConnection):
    response_class = _HTTPResponse  # type: ignore[assignment]

    def request(self, *args: Any, **kwargs: Any) -> None:
        _in_use.exchanging.uses(self)
        super().request(*args, **kwargs)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class _Adapter(requests.adapters.HTTPAdapter):
    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        super().__init__(max_retries=0, pool_maxsize=1)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        if self._tls.client_certificate:
            context = create_urllib3_context()
            context.load_cert_chain(
                self._tls.client_certificate,
                self._tls.client_key or None,
                # Never None: OpenSSL would ask for it at the terminal and wait.
                self._tls.client_key_password,
            )
            kwargs["ssl_context"] = context
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


@dataclass(frozen=True)
class _Failure:
    kind: str
    message: str


class Client:
    """A connection to one system. One request at a time; make one per thread.

    ``send`` never raises for what the system did: a missing answer is an exchange
    without response, with ``error_kind`` and ``error`` saying why.
    """

    def __init__(self, tls: Tls, limits: Limits) -> None:
        self._limits = limits
        self._adapter = _Adapter(tls)
        self._verify: str | bool = tls.ca or True

    def close(self) -> None:
        self._adapter.close()

    def send(self, sent: Sent, *, system: str = "", actor: str = "", note: str = "") -> Exchange:
        """Send the request and read the answer whole, within the limits.

        A kept-alive connection that the other side closed meanwhile is opened anew
        once, when nothing of an answer was read, and only for requests without effect.
        """
        exchange = self._send_once(sent, system, actor, note)
        if exchange.error_kind == "broken" and sent.method in ("GET", "HEAD"):
            exchange = self._send_once(sent, system, actor, note)
        return exchange

    def _send_once(self, sent: Sent, system: str, actor: str, note: str) -> Exchange:
        started, clock = now_text(), time.monotonic()
        response: Received | None = None
        failure: _Failure | None = None
        exchanging = _in_use.exchanging = _Exchanging(self._limits)
        timer = threading.Timer(self._limits.total_seconds, exchanging.shut)
        timer.daemon = True
        timer.start()
        try:
            response = self._exchange(sent)
        except ClientError as problem:
            failure = _Failure(problem.kind, str(problem))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as problem:
            failure = _failure(problem, self._limits)
        finally:
            timer.cancel()
        if exchanging.over.is_set():
            # A body that only the end of the connection ends looks complete when we shut it.
            response = None
            failure = _Failure("timeout", f"no complete answer within {self._limits.total_seconds:g} s")
        return Exchange(
            id=new_exchange_id(),
            system=system,
            actor=actor,
            note=note,
            started=started,
            seconds=time.monotonic() - clock,
            request=sent,
            response=response,
            error=failure.message if failure else "",
            error_kind=failure.kind if failure else "",
        )

    def _exchange(self, sent: Sent) -> Received:
        prepared = requests.Request(sent.method, sent.url, data=sent.body or None).prepare()
        # Exactly the URL and the headers asked for: a check may need odd ones.
        prepared.url = sent.url
        length = [("Content-Length", str(len(sent.body)))] if sent.body else []
        known = {key.lower() for key, _ in sent.headers}
        prepared.headers.clear()
        for key, value in [*sent.headers, *(pair for pair in length if pair[0].lower() not in known)]:
            prepared.headers[key] = value
        prepared.headers.setdefault("Accept-Encoding", "identity")
        if sent.chunked:
            # A body without Content-Length is sent in chunks (RFC 7230 section 4.1).
            prepared.headers.pop("Content-Length", None)
            prepared.body = _pieces(sent.body)  # type: ignore[assignment]
        answer = self._adapter.send(
            prepared,
            stream=True,
            verify=self._verify,
            timeout=(self._limits.connect_seconds, self._limits.read_seconds),
        )
        try:
            wire = self._read(answer.raw)
        finally:
            # Back to the pool when read to the end; closed otherwise.
            answer.raw.release_conn() if answer.raw._fp is None or answer.raw._fp.closed else answer.close()
        headers = tuple((key, value) for key, value in answer.raw.headers.items())
        encoding = (answer.raw.headers.get("Content-Encoding") or "").strip().lower()
        return Received(
            status=answer.status_code,
            reason=answer.reason or "",
            headers=headers,
            body=self._decoded(wire, encoding),
            wire_body=wire,
        )

    def _read(self, raw: urllib3.HTTPResponse) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in raw.stream(65536, decode_content=False):
            size += len(chunk)
            if size > self._limits.body_bytes:
                raise ClientError("too-large", f"the body is larger than {self._limits.body_bytes} bytes")
            chunks.append(chunk)
        return b"".join(chunks)

    def _decoded(self, wire: bytes, encoding: str) -> bytes:
        if encoding not in ("gzip", "x-gzip", "deflate") or not wire:
            return wire
        decoder = zlib.decompressobj(wbits=47)
        try:
            body = decoder.decompress(wire, self._limits.body_bytes)
        except zlib.error as problem:
            raise ClientError("encoding", f"the body says Content-Encoding {encoding} but is not: {problem}") from None
        if decoder.unconsumed_tail:
            raise ClientError("too-large", f"the body unpacks to more than {self._limits.body_bytes} bytes")
        if not decoder.eof:
            raise ClientError("encoding", f"the {encoding} body ends before its end")
        return body


def _pieces(body: bytes, size: int = 500) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def _failure(problem: BaseException, limits: Limits) -> _Failure:
    """Which kind of failure it was, from the causes that the libraries nest."""
    chain: list[BaseException] = []
    current: BaseException | None = problem
    while current is not None and current not in chain:
        chain.append(current)
        nested = [a for a in getattr(current, "args", ()) if isinstance(a, BaseException)]
        current = current.__cause__ or getattr(current, "reason", None) or (nested[0] if nested else None)
        if not isinstance(current, BaseException):
            current = None
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _Failure("tls", f"the certificate is not trusted: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return _Failure("tls", f"TLS failed: {cause.reason or cause}")
        if isinstance(cause, socket.gaierror):
            return _Failure("dns", "the host name is not known")
        if isinstance(cause, ConnectionRefusedError):
            return _Failure("refused", "nothing listens there (connection refused)")
    for cause in chain:
        if isinstance(cause, urllib3.exceptions.ConnectTimeoutError | requests.ConnectTimeout):
            return _Failure("timeout", f"no connection within {limits.connect_seconds:g} s")
        if isinstance(cause, urllib3.exceptions.ReadTimeoutError | requests.ReadTimeout | TimeoutError):
            return _Failure("timeout", f"no byte for {limits.read_seconds:g} s")
    text = str(chain[-1]) or type(chain[-1]).__name__
    return _Failure("broken", f"the connection broke: {text[:200]}")
