"""DoS and SDS that answer what is no SOAP and no LDAP: told to the user, and survived."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ...support.wsgi_serving import serving
from .conftest import World
from .playing import Desk
from .proxy import Proxy
from .services import CENTRE

_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
_FAULT = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    b"<faultcode>soap:Server</faultcode><faultstring>Closed on Sundays</faultstring>"
    b"</soap:Fault></soap:Body></soap:Envelope>"
)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"", "not in SOAP"),
        (200, b"<html><p>Welcome</html>", "not in SOAP"),
        (200, _BOMB, "document type"),
        (200, b"\xff\xfe\x00", "not in SOAP"),
        (200, b"<x>" * 5_000, "not in SOAP"),
        (200, b"x" * (9 * 1024 * 1024), "more than"),
        (500, _FAULT, "Closed on Sundays"),
        (503, b"<x/>", "answered 503"),
    ],
)
def test_a_broken_dos_is_told(desk: Desk, proxy: Proxy, tmp_path: Path, status: int, body: bytes, said: str) -> None:
    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start(f"{status} .", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
        return [body]

    with serving(lambda root: app, tmp_path) as dos:
        answer = desk.call(service=CENTRE, more=("--dos-url", dos.root))
    assert said in answer.told() and answer.outcome == "finished" and not proxy.calls


@contextmanager
def _answering(answer: bytes) -> Iterator[str]:
    """A server that gives these bytes to whatever it is asked, and closes; gives its LDAP address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(20)
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"ldap://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(timeout=30)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x02\x01"]
)
def test_a_broken_sds_is_told(desk: Desk, proxy: Proxy, found_world: World, answer: bytes) -> None:
    with _answering(answer) as url:
        told = desk.call(service=CENTRE, more=("--sds-url", url))
    assert "Spine Directory gave no answer" in told.told() and not proxy.calls
