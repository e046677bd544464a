"""A recording reverse proxy before a system that somebody else calls: a registry, or a provider.

What its callers do is judged from what passed here, and from nothing else. They are told the proxy's address in
place of the system's, with the same path or none. Times and sizes are bounded in both directions, and it can stand
in the way when a scenario asks.
"""

from __future__ import annotations

import base64
import json
import logging
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cheroot import wsgi
from cheroot.errors import FatalSSLAlert, MaxSizeExceeded
from uec_booking.standard import roles

from ..errors import SettingsError, is_no_room, why_not_written
from ..http.client import Client, new_exchange_id, now_text
from ..http.exchange import Exchange, Received, Sent, header
from ..http.serving import begun
from ..settings.model import Part, Settings, TapPlace
from ..text import ended
from . import interference
from .connection import Connection
from .log import REGISTRY, Disturbance, ProxyLog, Watched
from .tls import AUTHORITY_FILE, adapter, client_certificate

_THREADS = 16
_IDLE_SECONDS = 30
_HEAD_BYTES = 65_536
#: Headers that belong to one connection and are not passed on (RFC 9110 section 7.6.1).
OF_CONNECTION = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
    ]
)
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class RecordingProxy:
    """Listens at ``place`` for callers of one role, and records; passes requests on once told where (``forward_to``).

    ``watched`` says whom it stands before, and who calls there. It writes into ``record``, or into the folder.

    Raises:
        SettingsError: the address cannot be had, or the certificate cannot be used.
    """

    def __init__(
        self,
        place: TapPlace,
        folder: Path,
        settings: Settings,
        watched: Watched = REGISTRY,
        record: ProxyLog | None = None,
    ) -> None:
        self._watched = watched
        self._limits = settings.limits
        self._record = record or ProxyLog(folder)
        self._target: Part | None = None
        self._bearer: Callable[[], str] | None = None
        self._done: dict[str, int] = {}
        self._counting = threading.Lock()
        self._own = threading.local()
        pieces = urlsplit(place.listen)
        address = (pieces.hostname or "127.0.0.1", pieces.port or 0)
        self._server = wsgi.Server(address, self._answer, numthreads=_THREADS, timeout=_IDLE_SECONDS)
        self._server.ConnectionClass = Connection
        self._server.max_request_body_size = self._limits.body_bytes
        self._server.max_request_header_size = _HEAD_BYTES
        self._server.error_log = _said  # type: ignore[method-assign,assignment]
        self._secure = pieces.scheme == "https"
        try:
            if self._secure:
                self._server.ssl_adapter = adapter(place, folder, pieces.hostname or "localhost")
            self._thread = begun(self._server, "recording proxy")
        except OSError as problem:
            if is_no_room(problem):
                raise SettingsError(
                    f"The certificate of the recording proxy cannot be stored: {why_not_written(problem)}. "
                    "Make room there."
                ) from None
            raise SettingsError(
                f"{settings.place(self._watched.setting)}: the recording proxy cannot listen at {place.listen}: "
                f"{ended(problem)} "
                "Name an address of this machine with a free port, or leave tap out; if another run with these "
                "settings is under way, wait for its end."
            ) from None
        self.root = f"{pieces.scheme}://{pieces.hostname}:{self._server.bind_addr[1]}"

    def forward_to(self, system: Part, bearer: Callable[[], str] | None = None) -> None:
        """Pass requests on to this system from now on; with a token that ``bearer`` gives in place of the caller's.

        Where the system asks for client certificates so does the proxy; who has none is let in, and that is noted.
        """
        self._target, self._bearer = system, bearer
        secured = self._server.ssl_adapter
        if secured is not None and system.tls.client_certificate and system.tls.ca:
            # A file that holds no certificate is for the preflight to tell of.
            with suppress(OSError):
                secured.context.load_verify_locations(system.tls.ca)
                secured.context.verify_mode = ssl.CERT_OPTIONAL

    def known_as(self, root: str) -> None:
        """Name this address in answers in place of its own, where something else stands before it."""
        self.root = root

    def close(self) -> None:
        """End; requests under way are given up."""
        self._server.stop()
        self._thread.join(timeout=10)

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            sent = _sent(environ)
        except (ValueError, OSError, MaxSizeExceeded):
            # A body that never came whole is no request, to be passed on or judged.
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        received = self._pass(sent, environ)
        headers = [(n, v) for n, v in received.headers if n.lower() not in OF_CONNECTION]
        body = received.wire_body or received.body
        headers.append(("Content-Length", str(len(body))))
        start_response(f"{received.status} {responses.get(received.status, received.reason)}", headers)
        return [body]

    def _pass(self, sent: Sent, environ: dict[str, Any]) -> Received:
        """Answer one request, and record what the caller sent and was answered."""
        disturbance = self._disturbing(sent)
        kind = disturbance.kind if disturbance else ""
        if disturbance and kind == "slow":
            time.sleep(disturbance.seconds)
        passes_on = not kind or kind in interference.PASSES_ON
        exchange = self._forward(sent) if passes_on else self._unanswered(sent)
        # What the system made is known here, even where its answer is not let through.
        made = str(exchange.resource.get("id") or "") if exchange.ok and sent.method == "POST" else ""
        if kind not in ("", "slow"):
            exchange = replace(exchange, response=interference.answer(kind, self._watched.role))
        elif exchange.response is None:
            exchange = replace(exchange, response=interference.answer("away", self._watched.role))
        else:
            exchange = replace(exchange, response=self._own_address(exchange.response))
        assert exchange.response is not None
        extra = {
            "token": _token_form(sent),
            "secure": self._secure,
            "certificate": client_certificate(environ),
            "disturbed": kind,
            "made": made,
        }
        self._record.append(
            replace(
                exchange,
                request=sent,
                system=self._watched.system,
                actor=self._watched.caller,
                extra=extra,
                note=interference.note(kind),
            )
        )
        return exchange.response

    def _forward(self, sent: Sent) -> Exchange:
        target = self._target
        if target is None:
            return self._unanswered(sent)
        pieces, base = urlsplit(sent.url), urlsplit(target.base_url)
        path = pieces.path if pieces.path.startswith(f"{base.path}/") else base.path + pieces.path
        path += f"?{pieces.query}" if pieces.query else ""
        kept = tuple((n, v) for n, v in sent.headers if n.lower() not in OF_CONNECTION)
        if self._bearer is not None:
            kept = (*((n, v) for n, v in kept if n.lower() != "authorization"), ("Authorization", self._bearer()))
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = Client(target.tls, self._limits)
        exchange: Exchange = client.send(replace(sent, url=f"{base.scheme}://{base.netloc}{path}", headers=kept))
        return exchange

    def _own_address(self, received: Received) -> Received:
        """The answer with the proxy's address where it names the system's, so that callers stay with the proxy."""
        assert self._target is not None
        theirs = self._target.base_url + "/"
        ours = self.root + urlsplit(theirs).path
        headers = tuple((name, value.replace(theirs, ours)) for name, value in received.headers)
        encoded = received.header("Content-Encoding") is not None
        body = received.body if encoded else received.body.replace(theirs.encode(), ours.encode())
        return replace(received, headers=headers, body=body, wire_body=received.wire_body if encoded else body)

    def _unanswered(self, sent: Sent) -> Exchange:
        return Exchange(new_exchange_id(), self._watched.system, "", "", now_text(), 0.0, sent)

    def _disturbing(self, sent: Sent) -> Disturbance | None:
        """The disturbance that this request is to meet, counted."""
        text = unquote(sent.url) + sent.body.decode("utf-8", "replace")
        for wanted in self._record.disturbances():
            if sent.method in wanted.methods and wanted.about in text:
                with self._counting:
                    done = self._done.get(wanted.id, 0)
                    if done < wanted.times:
                        self._done[wanted.id] = done + 1
                        return wanted
        return None


def _sent(environ: dict[str, Any]) -> Sent:
    """The request as it came in, under the proxy's own address."""
    headers = [(n[5:].replace("_", "-").title(), str(v)) for n, v in environ.items() if n.startswith("HTTP_")]
    if environ.get("CONTENT_TYPE"):
        headers.append(("Content-Type", environ["CONTENT_TYPE"]))
    url = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}{environ['REQUEST_URI']}"
    body = environ["wsgi.input"].read() if environ["REQUEST_METHOD"] in ("POST", "PUT", "PATCH") else b""
    return Sent(environ["REQUEST_METHOD"], url, tuple(headers), body)


def _token_form(sent: Sent) -> str:
    """The form of the bearer token: client-credentials, unsigned or absent (REG-21)."""
    scheme, _, token = (header(sent.headers, "Authorization") or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return "absent"
    parts = token.strip().split(".")
    if len(parts) != 3:
        return "client-credentials"  # opaque: whoever issued it can read it
    try:
        head = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
        unsigned = str(head.get("alg", "none")).lower() == "none"
    except (ValueError, AttributeError):
        unsigned = not parts[2]
    return "unsigned" if unsigned or not parts[2] else "client-credentials"


def _said(message: str = "", level: int = logging.ERROR, traceback: bool = False) -> None:
    """What the server has to say: nothing of callers that break their connection."""
    by_caller = isinstance(sys.exc_info()[1], OSError | FatalSSLAlert)
    logging.getLogger(__name__).log(
        logging.DEBUG if by_caller else level, message, exc_info=traceback and not by_caller
    )


@contextmanager
def opened(
    place: TapPlace, settings: Settings, watched: Watched = REGISTRY
) -> Iterator[tuple[RecordingProxy, TapPlace]]:
    """A recording proxy for the time of the block, and its place with the folder of its record.

    Raises:
        SettingsError: the address cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        proxy = RecordingProxy(place, Path(folder), settings, watched)
        try:
            authority = place.authority or str(Path(folder) / AUTHORITY_FILE)
            yield proxy, replace(place, listen=proxy.root, authority=authority, record=folder)
        finally:
            proxy.close()


@contextmanager
def tapped(settings: Settings) -> Iterator[Settings]:
    """The settings, with the recording proxy running that they name before their registry."""
    if settings.tap is None or settings.tap.record or roles.REGISTRY.main not in settings.parts:
        yield settings
        return
    with opened(settings.tap, settings) as (proxy, place):
        proxy.forward_to(settings.part(roles.REGISTRY.main))
        yield replace(settings, tap=place)
