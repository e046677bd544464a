"""The tap: a recording reverse proxy before a registry.

What providers do towards the registry is judged from what passed here, and from nothing else.
A provider is told the tap's address in place of the registry's, with the same path or none. Times
and sizes are bounded in both directions, and it can stand in the way when a scenario asks.
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
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import trustme
from cheroot import wsgi
from cheroot.errors import FatalSSLAlert, MaxSizeExceeded
from cheroot.ssl.builtin import BuiltinSSLAdapter
from uec_booking.standard import names
from uec_booking.standard.roles import REGISTRY

from ..errors import SettingsError, is_no_room, why_not_written
from ..http.client import Client, new_exchange_id, now_text
from ..http.exchange import Exchange, Headers, Received, Sent, header
from ..settings.model import Part, Settings, TapPlace
from ..text import ended
from .log import SYSTEM, Disturbance, TapRecord

AUTHORITY_FILE = "tap-ca.pem"
_THREADS = 16
_IDLE_SECONDS = 30
_HANDSHAKE_SECONDS = 3
_HEAD_BYTES = 65_536
#: Headers that belong to one connection and are not passed on (RFC 9110 section 7.6.1).
_OF_CONNECTION = frozenset(
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


class Tap:
    """A tap that listens at ``place``; it passes requests on once it is told where to (``forward_to``).

    Raises:
        SettingsError: the address cannot be had, or the certificate cannot be used.
    """

    def __init__(self, place: TapPlace, folder: Path, settings: Settings) -> None:
        self._limits = settings.limits
        self._record = TapRecord(folder)
        self._target: Part | None = None
        self._bearer: Callable[[], str] | None = None
        self._done: dict[str, int] = {}
        self._counting = threading.Lock()
        self._own = threading.local()
        pieces = urlsplit(place.listen)
        address = (pieces.hostname or "127.0.0.1", pieces.port or 0)
        self._server = wsgi.Server(address, self._answer, numthreads=_THREADS, timeout=_IDLE_SECONDS)
        self._server.max_request_body_size = self._limits.body_bytes
        self._server.max_request_header_size = _HEAD_BYTES
        self._server.error_log = _said  # type: ignore[method-assign,assignment]
        self._secure = pieces.scheme == "https"
        try:
            if self._secure:
                self._server.ssl_adapter = _tls(place, folder, pieces.hostname or "localhost")
            self._server.prepare()
        except OSError as problem:
            if is_no_room(problem):
                raise SettingsError(
                    f"The certificate of the tap cannot be stored: {why_not_written(problem)}. Make room there."
                ) from None
            raise SettingsError(
                f"{settings.place('registry.tap')}: the tap cannot listen at {place.listen}: {ended(problem)} "
                "Name an address of this machine with a free port, or leave tap out; if another run with these "
                "settings is under way, wait for its end."
            ) from None
        self.root = f"{pieces.scheme}://{pieces.hostname}:{self._server.bind_addr[1]}"
        self._thread = threading.Thread(target=self._server.serve, name="tap", daemon=True)
        self._thread.start()

    def forward_to(self, registry: Part, bearer: Callable[[], str] | None = None) -> None:
        """Pass requests on to this registry from now on; with a token that ``bearer`` gives in place of the caller's.

        Where the registry asks for client certificates so does the tap; who has none is let in, and that is noted.
        """
        self._target, self._bearer = registry, bearer
        adapter = self._server.ssl_adapter
        if adapter is not None and registry.tls.client_certificate and registry.tls.ca:
            # A file that holds no certificate is for the preflight to tell of.
            with suppress(OSError):
                adapter.context.load_verify_locations(registry.tls.ca)
                adapter.context.verify_mode = ssl.CERT_OPTIONAL

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
        headers = [(n, v) for n, v in received.headers if n.lower() not in _OF_CONNECTION]
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
        passes_on = kind in ("", "slow", "losing answers")
        exchange = self._forward(sent) if passes_on else _unanswered(sent)
        # What the registry made is known here, even where its answer is not let through.
        made = str(exchange.resource.get("id") or "") if exchange.ok and sent.method == "POST" else ""
        if kind not in ("", "slow"):
            exchange = replace(exchange, response=_disturbed(kind))
        elif exchange.response is None:
            exchange = replace(exchange, response=_disturbed("away"))
        else:
            exchange = replace(exchange, response=self._own_address(exchange.response))
        assert exchange.response is not None
        extra = {
            "token": _token_form(sent),
            "secure": self._secure,
            "certificate": _certificate(environ),
            "disturbed": kind,
            "made": made,
        }
        self._record.append(
            replace(exchange, request=sent, system=SYSTEM, actor="a provider", extra=extra, note=_note(kind))
        )
        return exchange.response

    def _forward(self, sent: Sent) -> Exchange:
        target = self._target
        if target is None:
            return _unanswered(sent)
        pieces, base = urlsplit(sent.url), urlsplit(target.base_url)
        path = pieces.path if pieces.path.startswith(f"{base.path}/") else base.path + pieces.path
        path += f"?{pieces.query}" if pieces.query else ""
        kept = tuple((n, v) for n, v in sent.headers if n.lower() not in _OF_CONNECTION)
        if self._bearer is not None:
            kept = (*((n, v) for n, v in kept if n.lower() != "authorization"), ("Authorization", self._bearer()))
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = Client(target.tls, self._limits)
        exchange: Exchange = client.send(replace(sent, url=f"{base.scheme}://{base.netloc}{path}", headers=kept))
        return exchange

    def _own_address(self, received: Received) -> Received:
        """The answer with the tap's address where it names the registry's, so that callers stay with the tap."""
        assert self._target is not None
        theirs = self._target.base_url + "/"
        ours = self.root + urlsplit(theirs).path
        headers = tuple((name, value.replace(theirs, ours)) for name, value in received.headers)
        encoded = received.header("Content-Encoding") is not None
        body = received.body if encoded else received.body.replace(theirs.encode(), ours.encode())
        return replace(received, headers=headers, body=body, wire_body=received.wire_body if encoded else body)

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
    """The request as it came in, under the tap's own address."""
    headers = [(n[5:].replace("_", "-").title(), str(v)) for n, v in environ.items() if n.startswith("HTTP_")]
    if environ.get("CONTENT_TYPE"):
        headers.append(("Content-Type", environ["CONTENT_TYPE"]))
    url = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}{environ['REQUEST_URI']}"
    body = environ["wsgi.input"].read() if environ["REQUEST_METHOD"] in ("POST", "PUT", "PATCH") else b""
    return Sent(environ["REQUEST_METHOD"], url, tuple(headers), body)


def _unanswered(sent: Sent) -> Exchange:
    return Exchange(new_exchange_id(), SYSTEM, "", "", now_text(), 0.0, sent)


def _disturbed(kind: str) -> Received:
    status, code = {
        "conflicting": (409, "conflict"),
        "refusing": (422, "business-rule"),
        "failing": (500, "exception"),
    }.get(kind, (503, ""))
    if not code:
        return Received(status, "", (), b"")
    outcome = {
        "resourceType": "OperationOutcome",
        "id": str(uuid.uuid4()),
        "issue": [{"severity": "error", "code": code, "diagnostics": "Answered by the tap in place of the registry."}],
    }
    headers: Headers = (("Content-Type", f"{names.FHIR_JSON};charset=utf-8"), ("Cache-Control", "no-store"))
    return Received(status, "", headers, json.dumps(outcome).encode())


def _note(kind: str) -> str:
    return f"seen at the tap, which was {kind}" if kind else "seen at the tap"


def _certificate(environ: dict[str, Any]) -> str:
    """presented or absent; empty where the tap does not ask for client certificates."""
    if not environ.get("tap.asks"):
        return ""
    return "presented" if environ.get("SSL_CLIENT_VERIFY") == "SUCCESS" else "absent"


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


class _Adapter(BuiltinSSLAdapter):
    """Says in the environ of each request whether client certificates are asked for.

    It waits for a handshake only so long: the server accepts nobody else meanwhile, and sets its own limit after.
    """

    def wrap(self, sock: Any) -> Any:
        sock.settimeout(_HANDSHAKE_SECONDS)
        return super().wrap(sock)  # type: ignore[no-untyped-call]

    def get_environ(self, sock: Any) -> dict[str, Any]:  # type: ignore[override]
        asks = self.context.verify_mode != ssl.CERT_NONE
        return {**super().get_environ(sock), "tap.asks": asks}  # type: ignore[no-untyped-call]


def _said(message: str = "", level: int = logging.ERROR, traceback: bool = False) -> None:
    """What the server has to say: nothing of callers that break their connection."""
    by_caller = isinstance(sys.exc_info()[1], OSError | FatalSSLAlert)
    logging.getLogger(__name__).log(
        logging.DEBUG if by_caller else level, message, exc_info=traceback and not by_caller
    )


def _tls(place: TapPlace, folder: Path, host: str) -> BuiltinSSLAdapter:
    certificate, key = place.certificate, place.key
    if not certificate:
        certificate, key = _throw_away(folder, host, place.authority)
    return _Adapter(certificate, key)


def _throw_away(folder: Path, host: str, authority_file: str) -> tuple[str, str]:
    """A certificate for ``host`` by an authority made now, which is written to a file for the providers."""
    authority = trustme.CA()
    made = authority.issue_cert(host, "localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(authority_file or str(folder / AUTHORITY_FILE))
    certificate, key = folder / "tap.pem", folder / "tap-key.pem"
    certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
    key.touch(mode=0o600)
    key.write_bytes(made.private_key_pem.bytes())
    return str(certificate), str(key)


@contextmanager
def opened(place: TapPlace, settings: Settings) -> Iterator[tuple[Tap, TapPlace]]:
    """A tap for the time of the block, and its place with the folder of its record.

    Raises:
        SettingsError: the address cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        tap = Tap(place, Path(folder), settings)
        try:
            authority = place.authority or str(Path(folder) / AUTHORITY_FILE)
            yield tap, replace(place, listen=tap.root, authority=authority, record=folder)
        finally:
            tap.close()


@contextmanager
def tapped(settings: Settings) -> Iterator[Settings]:
    """The settings, with the tap running that they name before their registry."""
    if settings.tap is None or settings.tap.record or REGISTRY.main not in settings.parts:
        yield settings
        return
    with opened(settings.tap, settings) as (tap, place):
        tap.forward_to(settings.part(REGISTRY.main))
        yield replace(settings, tap=place)
