"""Servers that misbehave, on plain sockets: each behaviour is a function of one accepted connection."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..accepting import Serve, accepting

#: What is done with a connection.
Behaviour = Serve

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json;charset=utf-8\r\n"
PAUSE = 0.05
#: A resource that nothing is wrong with.
GOOD = b'{"resourceType":"OperationOutcome","id":"1","issue":[{"severity":"information","code":"informational"}]}'


def whole(body: bytes, *headers: bytes, kind: bytes = b"application/fhir+json") -> bytes:
    """A right answer with this body."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: %s;charset=utf-8" % kind, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def says(*pieces: bytes, then_closes: bool = False) -> Behaviour:
    """Sends these bytes; then closes, or stays."""

    def behaviour(connection: socket.socket, ended: threading.Event) -> None:
        for piece in pieces:
            connection.sendall(piece)
        if not then_closes:
            ended.wait()

    return behaviour


def drips(begin: bytes, piece: bytes) -> Behaviour:
    """Sends a beginning, and then a little from time to time, without end."""

    def behaviour(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(begin)
        while not ended.wait(PAUSE):
            connection.sendall(piece)

    return behaviour


def floods(begin: bytes, piece: bytes) -> Behaviour:
    """Sends a beginning, and then as much as it can, without end."""

    def behaviour(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(begin)
        while not ended.is_set():
            connection.sendall(piece)

    return behaviour


def resets(begin: bytes = b"") -> Behaviour:
    """Sends a beginning, and breaks the connection with a reset."""

    def behaviour(connection: socket.socket, ended: threading.Event) -> None:
        if begin:
            connection.sendall(begin)
            ended.wait(PAUSE)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return behaviour


@contextmanager
def serving(
    behaviour: Behaviour, tls: ssl.SSLContext | None = None, *, before_tls: Behaviour | None = None
) -> Iterator[str]:
    """Serve the behaviour to each request; yields the address. Ends all connections at the end.

    ``before_tls`` takes the place of a handshake.
    """

    def serve(connection: socket.socket, ended: threading.Event) -> None:
        if before_tls is not None:
            before_tls(connection, ended)
            return
        secured = tls.wrap_socket(connection, server_side=True) if tls else connection
        with secured:
            if secured.recv(65536):
                behaviour(secured, ended)

    with accepting(serve) as port:
        yield f"{'https' if tls or before_tls else 'http'}://localhost:{port}"
