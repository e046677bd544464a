"""Serves a foreign provider on the loopback, with the server that comes with Flask, over HTTP or HTTPS."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

#: Makes the WSGI application of a provider whose service root is the address given.
Making = Callable[[str], Any]


class _KeepsOpen(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log(self, *_: object, **__: object) -> None:
        """Say nothing: the run under test has its own record."""


class _Closes(_KeepsOpen):
    protocol_version = "HTTP/1.0"


@dataclass(frozen=True)
class Served:
    """``root`` is the service root; ``ca`` the file of the authority to trust, empty over HTTP."""

    root: str
    ca: str = ""


@contextmanager
def serving(
    making: Making,
    folder: Path,
    *,
    path: str = "",
    tls: bool = False,
    closing: bool = False,
    names: Sequence[str] = ("localhost", "127.0.0.1"),
) -> Iterator[Served]:
    """Serve until the block ends.

    ``closing``: one connection for each request, as HTTP/1.0 has it. ``names``: what the certificate is made out to.
    """
    handler = _Closes if closing else _KeepsOpen
    context, ca = _certificates(folder, names) if tls else (None, "")
    later: list[Any] = []
    server: BaseWSGIServer = make_server(
        "127.0.0.1",
        0,
        lambda environ, start: later[0](environ, start),
        threaded=True,
        request_handler=handler,
        ssl_context=context,
    )
    root = f"{'https' if tls else 'http'}://localhost:{server.port}{path}"
    later.append(making(root))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Served(root, ca)
    finally:
        server.shutdown()
        thread.join(timeout=30)
        server.server_close()


def _certificates(folder: Path, names: Sequence[str]) -> tuple[ssl.SSLContext, str]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    ca = folder / "foreign-ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    return context, str(ca)
