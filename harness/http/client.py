"""All our traffic goes through here: bounded in connect, read and *total* time, and in size.

requests bounds neither the total time of an exchange (a body that drips in would
hold a run for ever) nor its size, so a timer shuts the socket at the total limit
and all that is read is counted (``connections``).
"""

from __future__ import annotations

import itertools
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import requests
import urllib3

from ..errors import ClientError, NoAnswer
from ..settings.model import Limits, Tls
from .answer_reading import Answer
from .connections import Adapter
from .content_coding import unpacked
from .exchange import Exchange, Received, Sent
from .exchanging import Exchanging, in_use

_ids = itertools.count(1)
_WITHOUT_EFFECT = ("GET", "HEAD")


def new_exchange_id() -> str:
    """Unique in a run, also over worker processes."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return f"{worker}x{next(_ids)}"


def now_text() -> str:
    """The present moment in UTC, ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class _Failure:
    kind: NoAnswer
    message: str


class Client:
    """A connection to one system. One request at a time; make one per thread.

    ``send`` never raises for what the system did: a missing answer is an exchange
    without response, with ``error_kind`` and ``error`` saying why.
    """

    def __init__(self, tls: Tls, limits: Limits) -> None:
        self._limits = limits
        self._adapter = Adapter(tls)
        self._verify: str | bool = tls.ca or True

    def close(self) -> None:
        self._adapter.close()

    def send(self, sent: Sent, *, system: str = "", actor: str = "", note: str = "") -> Exchange:
        """Send the request and read the answer whole, within the limits.

        A request without effect that met a kept connection closed meanwhile is sent once more on a new one.
        """
        if sent.method not in _WITHOUT_EFFECT:
            # The other side may close a kept connection at any moment (RFC 7230 section 6.3.1), and nobody
            # could tell whether it has done what it was asked to.
            self._adapter.forget_connections()
        exchange = self._send_once(sent, system, actor, note)
        if exchange.error_kind == NoAnswer.CLOSED and sent.method in _WITHOUT_EFFECT:
            exchange = self._send_once(sent, system, actor, note)
        return exchange

    def _send_once(self, sent: Sent, system: str, actor: str, note: str) -> Exchange:
        started, clock = now_text(), time.monotonic()
        response: Received | None = None
        failure: _Failure | None = None
        exchanging = in_use.exchanging = Exchanging(self._limits)
        timer = threading.Timer(self._limits.total_seconds, exchanging.shut)
        timer.daemon = True
        timer.start()
        try:
            response = self._exchange(sent)
        except ClientError as problem:
            failure = _Failure(problem.kind, str(problem))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as problem:
            failure = _failure(problem, self._limits)
            if failure.kind == NoAnswer.BROKEN and exchanging.reused and not exchanging.begun:
                failure = _Failure(NoAnswer.CLOSED, f"a kept connection was closed meanwhile: {failure.message}")
        finally:
            timer.cancel()
            exchanging.done()
        if exchanging.over.is_set():
            # A body that only the end of the connection ends looks complete when we shut it.
            response = None
            failure = _Failure(NoAnswer.TIMEOUT, f"no complete answer within {self._limits.total_seconds:g} s")
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
            error_kind=failure.kind if failure else None,
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
            prepared.body = _pieces(sent.body)  # type: ignore[assignment]  # the stub has no iterator of bytes
        answer: Answer = self._adapter.send(  # type: ignore[assignment]  # our connections give our own answers
            prepared,
            stream=True,
            verify=self._verify,
            timeout=(self._limits.connect_seconds, self._limits.read_seconds),
            proxies=self._adapter.proxies_for(sent.url),
        )
        head = answer.head
        encoding = ", ".join(head.values("content-encoding"))
        return Received(
            status=head.status,
            reason=head.reason,
            headers=head.headers,
            body=unpacked(answer.body, encoding, self._limits.body_bytes),
            wire_body=answer.body,
            faults=tuple(head.faults),
        )


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
            return _Failure(NoAnswer.TLS, f"the certificate is not trusted: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return _Failure(NoAnswer.TLS, f"TLS failed: {cause.reason or cause}")
        if isinstance(cause, socket.gaierror):
            return _Failure(NoAnswer.DNS, "the host name is not known")
        if isinstance(cause, ConnectionRefusedError):
            return _Failure(NoAnswer.REFUSED, "nothing listens there (connection refused)")
    for cause in chain:
        if isinstance(cause, urllib3.exceptions.ConnectTimeoutError | requests.ConnectTimeout):
            return _Failure(NoAnswer.TIMEOUT, f"no connection within {limits.connect_seconds:g} s")
        if isinstance(cause, urllib3.exceptions.ReadTimeoutError | requests.ReadTimeout | TimeoutError):
            return _Failure(NoAnswer.TIMEOUT, f"no byte for {limits.read_seconds:g} s")
    text = str(chain[-1]) or type(chain[-1]).__name__
    return _Failure(NoAnswer.BROKEN, f"the connection broke: {text[:200]}")
