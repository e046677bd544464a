"""Serving the world: cheroot, one port, TLS with a throw-away authority."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import trustme
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter

THREADS = 32
BACKLOG = 256
IDLE_SECONDS = 30


class Server:
    """A listening socket, later an app behind it. Raises OSError if the address cannot be had."""

    def __init__(self, host: str, port: int) -> None:
        self._server = wsgi.Server(
            (host, port), None, numthreads=THREADS, request_queue_size=BACKLOG, timeout=IDLE_SECONDS
        )
        # Python's default of 10 would close idle connections as soon as a consumer has a few workers.
        self._server.keep_alive_conn_limit = 4 * THREADS
        self._server.nodelay = True
        self._failure: list[BaseException] = []
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)

    def use_tls(self, folder: Path) -> bytes:
        """Serve HTTPS with a certificate for localhost and 127.0.0.1; returns the authority's PEM."""
        authority = trustme.CA()
        leaf = authority.issue_cert("localhost", "127.0.0.1", "::1")
        chain, key = folder / "server.pem", folder / "server-key.pem"
        chain.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(key)
        key.chmod(0o600)
        self._server.ssl_adapter = BuiltinSSLAdapter(str(chain), str(key))
        return bytes(authority.cert_pem.bytes())

    def listen(self) -> int:
        """Bind and listen; returns the port."""
        self._server.prepare()
        return int(self._server.bind_addr[1])

    def start(self, app: Any) -> None:
        """Answer requests with the app, in the background."""
        self._server.wsgi_app = app
        self._thread.start()

    def stop(self) -> None:
        """Let the requests under way finish, and close."""
        self._server.stop()

    def _serve(self) -> None:
        self._server.serve()
