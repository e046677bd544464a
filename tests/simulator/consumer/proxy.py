"""A Spine Secure Proxy for the desk's tests: passes calls on to providers, keeps them, and can do so badly."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import requests

from ...support.wsgi_serving import serving

#: The path under which the proxy is reached.
PATH = "/ssp"


@dataclass(frozen=True)
class Call:
    """One call as it came in; `url` is what stands behind the proxy's address, slash and all."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """slots, metadata, search, book, read or cancel."""
        path, _, query = self.url.partition("?")
        if self.method != "GET":
            return {"POST": "book", "PUT": "cancel"}[self.method]
        if path.endswith(("/Slot", "/metadata")):
            return {"Slot": "slots", "metadata": "metadata"}[path.rpartition("/")[2]]
        return "search" if query else "read"

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the token."""
        part = self.headers["Authorization"].removeprefix("Bearer ").split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return claims


@dataclass(frozen=True)
class Reply:
    """What is given back to the desk. A `status` of 0 closes the connection instead."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


#: What befalls a call: it gets the call and a function that passes it on.
Fate = Callable[[Call, Callable[[], Reply]], Reply]


class Proxy:
    """Keeps `calls`. `befall` sets what happens to the next calls of a kind, one after the other."""

    def __init__(self, ca: str) -> None:
        self.calls: list[Call] = []
        self.url = ""
        self._fates: dict[str, list[Fate]] = {}
        self._lock = threading.Lock()
        self._ca = ca

    def begin(self) -> None:
        """Forget the calls and the fates."""
        self.calls.clear()
        self._fates.clear()

    def befall(self, kind: str, *fates: Fate) -> None:
        """The next calls of the kind meet these fates; those after them are passed on."""
        self._fates.setdefault(kind, []).extend(fates)

    def kinds(self, *, slots: bool = False) -> list[str]:
        """The kinds of the calls, in order, without statements, and without slot searches unless asked for."""
        left_out = {"metadata"} if slots else {"metadata", "slots"}
        return [call.kind for call in self.calls if call.kind not in left_out]

    def of(self, kind: str) -> list[Call]:
        """The calls of a kind."""
        return [call for call in self.calls if call.kind == kind]

    def app(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """The WSGI application."""
        headers = {
            name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        headers = {**headers, "Content-Type": environ.get("CONTENT_TYPE", "")}
        chunked = headers.pop("Transfer-Encoding", "") == "chunked"
        body = environ["wsgi.input"].read(*(() if chunked else (int(environ.get("CONTENT_LENGTH") or 0),)))
        url = environ["REQUEST_URI"].removeprefix(f"{PATH}/")
        if url.lower().startswith("https%3a"):
            url = unquote(url)
        call = Call(environ["REQUEST_METHOD"], url, headers, body)
        with self._lock:
            self.calls.append(call)
            waiting = self._fates.get(call.kind, [])
            fate = waiting.pop(0) if waiting else passed_on
        reply = fate(call, lambda: self.passed_on(call))
        if not reply.status:
            # The server closes the connection, and says nothing.
            raise ConnectionAbortedError
        start(f"{reply.status} .", [*reply.headers.items(), ("Content-Length", str(len(reply.body)))])
        return [reply.body]

    def passed_on(self, call: Call) -> Reply:
        """What the provider answers."""
        sent = {name: value for name, value in call.headers.items() if value and name not in ("Host", "Content-Length")}
        # A connection each: one kept open may be closed by the provider just when it is used.
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                call.method,
                call.url,
                headers=sent,
                data=call.body,
                timeout=30,
                allow_redirects=False,
                verify=self._ca,
            )
        dropped = ("content-length", "transfer-encoding", "content-encoding", "connection")
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in dropped}
        return Reply(answer.status_code, kept, answer.content)


@contextmanager
def opened(ca: str, folder: Path) -> Iterator[Proxy]:
    """A proxy for the time of the block."""
    proxy = Proxy(ca)
    with serving(lambda root: proxy.app, folder, path=PATH, closing=True) as served:
        proxy.url = served.root
        yield proxy


# -- fates -------------------------------------------------------------------------------


def passed_on(call: Call, forward: Callable[[], Reply]) -> Reply:
    """As if there were no proxy."""
    return forward()


def answers(status: int, code: str = "", *, signed: bool = False, diagnostics: str = "") -> Fate:
    """Not passed on: this status, with an OperationOutcome where `code` is given; `signed` as a provider's own."""

    def fate(call: Call, forward: Callable[[], Reply]) -> Reply:
        if not code:
            return Reply(status)
        issue = {"severity": "error", "code": code, **({"diagnostics": diagnostics} if diagnostics else {})}
        outcome = {"resourceType": "OperationOutcome", "id": "1", "issue": [issue]}
        mark = {"X-Request-ID": "1", "X-Correlation-ID": call.headers["X-Request-Id"]} if signed else {}
        return Reply(status, {"Content-Type": "application/fhir+json", **mark}, json.dumps(outcome).encode())

    return fate


def cut_before(call: Call, forward: Callable[[], Reply]) -> Reply:
    """The connection is closed; nothing was done."""
    return Reply(0)


def cut_after(call: Call, forward: Callable[[], Reply]) -> Reply:
    """It is done, and the connection closed."""
    forward()
    return Reply(0)


def timed_out_after(call: Call, forward: Callable[[], Reply]) -> Reply:
    """It is done, but the proxy says that no answer came in time."""
    forward()
    return Reply(504)


def unreadable(call: Call, forward: Callable[[], Reply]) -> Reply:
    """It is done, and the answer is a page without the provider's headers."""
    return Reply(forward().status, {"Content-Type": "text/html"}, b"<p>It works</p>")


def first(what: Callable[[Call], object]) -> Fate:
    """Something happens just before the call is passed on."""

    def fate(call: Call, forward: Callable[[], Reply]) -> Reply:
        what(call)
        return forward()

    return fate
