"""Serving the world: cheroot, one port, TLS with a throw-away authority."""

from __future__ import annotations

import errno
import logging
import ssl
import sys
import threading
from typing import Any

from cheroot import wsgi
from cheroot.errors import FatalSSLAlert
from cheroot.ssl.builtin import BuiltinSSLAdapter

from .certificates import Certificates
from .connection import IDLE_SECONDS, Connection
from .framing import MAX_HEAD_BYTES

log = logging.getLogger("uec_booking.simulator")
#: Each can be held by a client that sends the half of a request, for as long as a request may take.
THREADS = 256
BACKLOG = 256
#: Idle connections take no thread. Python's default of 10 would close them as soon as a consumer has a few workers.
IDLE_CONNECTIONS = 700
#: In the WSGI environment: whether the client showed a certificate, ``presented`` or ``absent``; empty without TLS.
CERTIFICATE = "simulator.certificate"
#: In the WSGI environment, set by the app: the connection is closed, and no answer is sent.
CUT = "simulator.cut"


class _Gateway(wsgi.Gateway_10):
    """Closes the connection where the app says so, as RFC 7230 section 6.6 asks; cheroot only passes the header on."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # the base's stub has no result
        made = super().get_environ()  # type: ignore[no-untyped-call]  # as above
        return {**made, CERTIFICATE: _certificate(self.req.conn.socket)}

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if self.env.get(CUT):
            # For cheroot this is a client that went away: it closes, and says nothing.
            raise ConnectionResetError(errno.ECONNRESET, "cut on demand")
        if any(name.lower() == "connection" and value.lower() == "close" for name, value in headers):
            self.req.close_connection = True
        return super().start_response(status, headers, exc_info)


class _Server(wsgi.Server):
    def process_conn(self, conn: Connection) -> None:
        """Give a connection to a thread; one on which nothing was said yet only when its client says something."""
        if conn.waited:
            super().process_conn(conn)
        else:
            conn.waited = True
            self.put_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.ERROR, traceback: bool = False) -> None:
        """What the server has to say. A client that broke its connection is no fault of ours."""
        by_client = isinstance(sys.exc_info()[1], OSError | FatalSSLAlert)
        log.log(logging.DEBUG if by_client else level, msg, exc_info=traceback and not by_client)


class _Tls(BuiltinSSLAdapter):
    """Leaves the handshake to the thread that reads the request: the one that accepts connections would wait for it."""

    def wrap(self, sock: Any) -> Any:
        try:
            return self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True), {}
        except OSError as error:
            # It was closed before it was looked at.
            raise FatalSSLAlert(*error.args) from error


def _certificate(connection: object) -> str:
    """Whether the client showed a certificate; one that is not of the authority ends the handshake."""
    if not isinstance(connection, ssl.SSLSocket):
        return ""
    return "presented" if connection.getpeercert(binary_form=True) else "absent"


class Server:
    """A listening socket, later an app behind it. Raises OSError if the address cannot be had.

    Where the port is `shared`, other processes that say so listen at it too, and the system shares the connections out.
    """

    def __init__(self, host: str, port: int, shared: bool = False) -> None:
        self._server = _Server(
            (host, port),
            None,
            numthreads=THREADS,
            request_queue_size=BACKLOG,
            timeout=IDLE_SECONDS,
            reuse_port=shared,
        )
        self._server.keep_alive_conn_limit = IDLE_CONNECTIONS
        self._server.nodelay = True
        self._server.gateway = _Gateway
        self._server.ConnectionClass = Connection
        self._server.max_request_header_size = MAX_HEAD_BYTES
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)

    def use_tls(self, certificates: Certificates) -> None:
        """Serve HTTPS; where it is demanded, only to clients that have a certificate of the authority."""
        adapter = _Tls(str(certificates.server), str(certificates.server_key))
        certificates.asked_for_by(adapter.context)
        self._server.ssl_adapter = adapter

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
