"""A recording proxy between providers and the registry, which can lose answers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


@dataclass(frozen=True)
class Call:
    """One request that went through."""

    method: str
    path: str
    headers: Mapping[str, str]


class Recorder:
    """Forwards to `target`; the answers to the next `lose_answers` calls do not arrive, or as a `page` of a gateway."""

    def __init__(self, port: int = 0) -> None:
        self.target = ""
        self.lose_answers = 0
        #: In place of a lost answer, a page with this status; 0 for nothing at all.
        self.page = 0
        self.calls: list[Call] = []
        self.session = requests.Session()
        self.session.trust_env = False
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                recorder.pass_on(self)

            do_GET = do_POST = do_PUT = _pass_on

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """Forward one request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("host", "content-length")}
        assert handler.command is not None
        self.calls.append(Call(handler.command, handler.path, dict(handler.headers.items())))
        answer = self.session.request(
            handler.command, self.target + handler.path, data=body, headers=headers, timeout=10
        )
        if self.lose_answers > 0:
            self.lose_answers -= 1
            handler.close_connection = True
            if self.page:
                text = b"<html><body>A page of a gateway.</body></html>"
                handler.send_response(self.page)
                handler.send_header("Content-Type", "text/html")
                handler.send_header("Content-Length", str(len(text)))
                handler.end_headers()
                handler.wfile.write(text)
            return
        handler.send_response(answer.status_code)
        for name in ("Content-Type", "ETag", "Location"):
            if name in answer.headers:
                handler.send_header(name, answer.headers[name])
        handler.send_header("Content-Length", str(len(answer.content)))
        handler.end_headers()
        handler.wfile.write(answer.content)

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)
        self.session.close()
