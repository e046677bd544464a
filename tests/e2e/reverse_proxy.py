"""A small reverse proxy, to stand before the world as a Spine Secure Proxy or as an endpoint with mutual TLS."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

#: Hop-by-hop headers (RFC 7230 section 6.1), and those that are made anew.
_OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@contextmanager
def proxy(
    target: Callable[[str], str],
    ca: str = "",
    tls: ssl.SSLContext | None = None,
    rewrite: Callable[[str], str] = str,
) -> Iterator[tuple[str, list[str]]]:
    """Forward each request to ``target(path)``; yields the proxy's root and the targets that were asked for.

    ``rewrite`` is applied to header values and bodies of answers.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            url = target(self.path)
            asked.append(url)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
            if tls is None:
                headers.pop("Host", None)
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(
                    self.command,
                    url,
                    data=body,
                    headers=headers,
                    verify=ca or True,
                    timeout=30,
                    allow_redirects=False,
                )
            text = rewrite(answer.content.decode("utf-8")).encode("utf-8")
            self.send_response_only(answer.status_code, answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in _OWN:
                    self.send_header(name, rewrite(value))
            if tls:
                self.send_header("Strict-Transport-Security", "max-age=31536000")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = forward

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: object, client_address: object) -> None:
            # The handshake is made in the thread of the connection, so that a bad client holds up nobody.
            secured = tls.wrap_socket(request, server_side=True) if tls else request  # type: ignore[arg-type]
            # The server closes the socket that it accepted, of which TLS has taken the connection away.
            with secured:  # type: ignore[attr-defined]
                super().finish_request(secured, client_address)  # type: ignore[arg-type]

        def handle_error(self, *_: object) -> None:
            """A client that is rejected is what the test is about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://localhost:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
