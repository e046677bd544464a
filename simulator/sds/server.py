"""The listening socket of SDS: a thread for each connection, and no more of them than a bound."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Sequence
from typing import Any

from sansldap import LDAPResultCode

from ..certificates import Certificates
from ..clock import Clock
from ..received import Received
from .ldap import Ldap
from .session import Session
from .tree import Entry

MAX_CONNECTIONS = 64
_LOOK_FOR_THE_END_SECONDS = 0.1
_HANDSHAKE_SECONDS = 10.0


class SdsServer:
    """SDS at a port of its own. Raises OSError if the address cannot be had; port 0 is any that is free."""

    def __init__(self, host: str, port: int) -> None:
        self._server = _Server(host, port)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK_FOR_THE_END_SECONDS,), name="sds", daemon=True
        )

    def use_tls(self, certificates: Certificates) -> None:
        """Speak LDAPS; a client's certificate is asked for as by the other systems of the world."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.server_key)
        certificates.asked_for_by(context)
        self._server.tls = context

    def start(self, tree: Sequence[Entry], received: Received, clock: Clock) -> None:
        """Answer from the tree, in the background."""
        self._server.session = lambda connection: Session(connection, tree, received, clock)
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self.address_family = family
        self.session: Any = None
        self.tls: ssl.SSLContext | None = None
        self._free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__((str(address[0]), int(address[1])), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            # The socket is new and its buffer empty, so this does not wait for anybody.
            request.settimeout(0.1)
            if self.tls is None:
                request.sendall(Ldap().notice(f"at most {MAX_CONNECTIONS} connections at a time", LDAPResultCode.BUSY))
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing is said of a client that is gone."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls = self.server.tls
        if tls is None:
            self.server.session(self.request).run()
            return
        self.request.settimeout(_HANDSHAKE_SECONDS)
        with tls.wrap_socket(self.request, server_side=True) as secured:
            self.server.session(secured).run()
