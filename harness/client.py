"""All our traffic goes through here: bounded in connect, read and *total* time, and in size.

requests bounds neither the total time of an exchange (a body that drips in would
hold a run for ever) nor its size, so a timer shuts the socket at the total limit
and the body is read under a cap. No redirect is followed, no cookie kept, nothing
is taken from the environment (proxies, .netrc, other certificate authorities).
"""

from __future__ import annotations

import contextlib
import http.cookiejar
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


class _Deadline(threading.local):
    """The connection in use in this thread, so that the timer can shut its socket."""

    connection: HTTPConnection | None = None


_in_use = _Deadline()


class _HTTPConnection(HTTPConnection):
    def request(self, *args: object, **kwargs: object) -> None:  # type: ignore[override]
        _in_use.connection = self
        super().request(*args, **kwargs)  # type: ignore[arg-type]


class _HTTPSConnection(HTTPSConnection):
    def request(self, *args: object, **kwargs: object) -> None:  # type: ignore[override]
        _in_use.connection = self
        super().request(*args, **kwargs)  # type: ignore[arg-type]


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
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("https://", _Adapter(tls))
        self._session.mount("http://", _Adapter(tls))
        self._verify: str | bool = tls.ca or True

    def close(self) -> None:
        self._session.close()

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
        over = threading.Event()
        _in_use.connection = None
        slot = _in_use.__dict__
        timer = threading.Timer(self._limits.total_seconds, _shut, (slot, over))
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
        if failure and over.is_set():
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
        request = requests.Request(sent.method, sent.url, data=sent.body or None)
        prepared = self._session.prepare_request(request)
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
        answer = self._session.send(
            prepared,
            stream=True,
            verify=self._verify,
            timeout=(self._limits.connect_seconds, self._limits.read_seconds),
            allow_redirects=False,
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
            raise ClientError(
                "broken", f"the body says Content-Encoding {encoding} but is not: {problem}"
            ) from None
        if decoder.unconsumed_tail:
            raise ClientError("too-large", f"the body unpacks to more than {self._limits.body_bytes} bytes")
        if not decoder.eof:
            raise ClientError("broken", f"the {encoding} body ends before its end")
        return body


def _pieces(body: bytes, size: int = 500) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def _shut(slot: dict[str, object], over: threading.Event) -> None:
    """Called by the timer: the total time is over, so the socket is shut under the reader."""
    over.set()
    connection = slot.get("connection")
    sock = getattr(connection, "sock", None)
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


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
