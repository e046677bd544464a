"""A server that answers every request as a test says, to be looked at by `doctor`."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

#: Of path and headers of the request: status, headers and body.
Answer = Callable[[str, Mapping[str, str]], tuple[int, dict[str, str], bytes]]


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server on a free port that answers each request so; yields its address with a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path, self.headers)
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A handshake that fails is what some of these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        # In the thread of each connection, not in the one that accepts them all.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http{'' if context is None else 's'}://localhost:{server.server_address[1]}/STU3/1"
    finally:
        server.shutdown()
        server.server_close()


def outcome(status: int, diagnostics: str, **headers: str) -> Answer:
    body = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": diagnostics}]}
    sent = {"Content-Type": "application/fhir+json", **headers}
    return lambda path, received: (status, sent, json.dumps(body).encode())


def searchset(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """A good answer to every search, without slots."""
    return (
        200,
        {"Content-Type": "application/fhir+json"},
        b'{"resourceType": "Bundle", "type": "searchset", "total": 0}',
    )


def made_out_to(right: str) -> Answer:
    """A system that takes tokens for one audience only: that text, with its own address for {url}."""
    refused = outcome(403, "The token is not for us")

    def answer(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        token = (headers.get("Authorization") or "..").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)) or b"{}")
        wanted = right.format(url=f"http://{headers['Host']}/STU3/1")
        return (searchset if claims.get("aud") == wanted else refused)(path, headers)

    return answer
