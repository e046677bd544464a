"""A reverse proxy that does one thing wrong: an outsider's way to break a good provider.

It knows nothing of the simulator's defects and shares nothing with them: plain ``http.server`` in front,
``http.client`` behind, and between them one function that may do what it likes with a request.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}


def _changed(headers: dict[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Headers with others, named as keyword arguments are: None takes one away."""
    given = {name.replace("_", "-").lower(): value for name, value in changes.items()}
    return {name: value for name, value in {**headers, **given}.items() if value is not None}


def _resource(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {}


@dataclass(frozen=True)
class Ask:
    """A request. ``path`` has its query; ``headers`` are by lower-case name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def place(self) -> str:
        return self.path.split("?")[0]

    def is_a(self, method: str, ending: str) -> bool:
        """``ending`` is the last step of the path, or ``Appointment/`` for a single appointment."""
        single = ending == "Appointment/" and "/Appointment/" in self.place and "/_history/" not in self.place
        return self.method == method and (single or self.place.endswith(f"/{ending}"))

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.path).query, keep_blank_values=True)

    def asking(self, query: list[tuple[str, str]]) -> Ask:
        return replace(self, path=f"{self.place}?{urlencode(query)}")

    def with_headers(self, **changes: str | None) -> Ask:
        return replace(self, headers=_changed(self.headers, changes))

    @property
    def json(self) -> dict[str, Any]:
        """The body, or an empty dict when it is not JSON."""
        return _resource(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer. ``headers`` are by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> dict[str, Any]:
        """The body, or an empty dict when it is not JSON."""
        return _resource(self.body)

    def telling(self, resource: dict[str, Any]) -> Reply:
        """With another resource, where this one has one in JSON."""
        return replace(self, body=json.dumps(resource).encode()) if self.json else self

    def with_headers(self, **changes: str | None) -> Reply:
        return replace(self, headers=_changed(self.headers, changes))


Forward = Callable[[Ask], Reply]


@dataclass
class Memory:
    """What a fault remembers between requests."""

    seen: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


#: A fault answers a request; what it forwards reaches the good provider.
Fault = Callable[[Ask, Forward, Memory], Reply]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body of an answer leave at once, not each on its own.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Proxy

    def log_message(self, *_: object) -> None:
        """Say nothing: the run under test has its own record."""

    def answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        ask = Ask(self.command, self.path, {k: v for k, v in headers.items() if k not in _HOP}, self._body())
        # The faults look into bodies, so nobody is asked to compress them.
        reply = self.server.fault(ask.with_headers(Accept_Encoding="identity"), self.server.forward, self.server.memory)
        self.wfile.write(self.server.before)
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            if name not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body + self.server.after)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True
    fault: Fault
    upstream: tuple[str, int]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.memory = Memory()
        #: Bytes on the wire before and after each answer, for faults of HTTP itself.
        self.before = self.after = b""

    def forward(self, ask: Ask) -> Reply:
        connection = http.client.HTTPConnection(*self.upstream, timeout=30)
        try:
            connection.request(ask.method, ask.path, ask.body or None, ask.headers)
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


@contextmanager
def proxying(fault: Fault, before: bytes = b"", after: bytes = b"") -> Iterator[tuple[str, Callable[[int], None]]]:
    """Proxy until the block ends; yields its address, and how to tell it the port of the provider behind it."""
    proxy = _Proxy()
    proxy.fault = fault
    proxy.before, proxy.after = before, after
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()

    def stands_before(port: int) -> None:
        proxy.upstream = ("127.0.0.1", port)

    try:
        yield f"http://localhost:{proxy.server_address[1]}", stands_before
    finally:
        proxy.shutdown()
        thread.join(timeout=30)
        proxy.server_close()
