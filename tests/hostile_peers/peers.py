"""Servers that misbehave, on plain sockets: each behaviour is a function of one accepted connection."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket, threading.Event], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
PAUSE = 0.05


def _drip(connection: socket.socket, ended: threading.Event, piece: bytes) -> None:
    while not ended.wait(PAUSE):
        connection.sendall(piece)


def _flood(connection: socket.socket, ended: threading.Event, piece: bytes) -> None:
    while not ended.is_set():
        connection.sendall(piece)


def drips_body(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n")
    _drip(connection, ended, b" ")


def drips_body_without_length(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Connection: close\r\n\r\n")
    _drip(connection, ended, b" ")


def drips_chunks(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    _drip(connection, ended, b"1\r\n \r\n")


def drips_headers(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK)
    _drip(connection, ended, b"X")


def endless_interim_answers(connection: socket.socket, ended: threading.Event) -> None:
    _flood(connection, ended, b"HTTP/1.1 100 Continue\r\n\r\n")


def endless_body(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Connection: close\r\n\r\n")
    _flood(connection, ended, b" " * 65536)


def endless_chunk_size(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    _flood(connection, ended, b"0" * 65536)


def negative_chunk_size(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n")
    _flood(connection, ended, b" " * 65536)


def endless_header_line(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"X-Long: ")
    _flood(connection, ended, b"x" * 65536)


def endless_headers(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK)
    _flood(connection, ended, b"X-More: yes\r\n" * 1000)


#: A hundred times the limit of the tests, in 30 kB.
BOMB = zlib.compress(b" " * 30_000_000, wbits=31)


def gzip_bomb(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB)
    ended.wait()


def gzip_that_is_not(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
    ended.wait()


def gzip_cut_short(connection: socket.socket, ended: threading.Event) -> None:
    body = zlib.compress(b"{}" * 1000)[:10]
    connection.sendall(OK + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    ended.wait()


def garbage(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(bytes(range(256)) * 40 + b"\r\n\r\n")
    ended.wait()


def garbage_chunks(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nnot a number\r\n")
    ended.wait()


def hangs(connection: socket.socket, ended: threading.Event) -> None:
    ended.wait()


def closes(connection: socket.socket, ended: threading.Event) -> None:
    return


def closes_within_the_body(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n{")


def redirects_in_a_circle(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    ended.wait()


def redirects_with_endless_body(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://[bad\r\nConnection: close\r\n\r\n")
    _flood(connection, ended, b" " * 65536)


@contextmanager
def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve the behaviour to each connection; yields the address. Ends all connections at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            secured = tls.wrap_socket(connection, server_side=True) if tls else connection
            with secured:
                secured.recv(65536)
                behaviour(secured, ended)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                if ended.is_set():
                    connection.close()
                    return
                threads.append(threading.Thread(target=handle, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    port = listener.getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://localhost:{port}"
    finally:
        ended.set()
        with contextlib.suppress(OSError):
            # Wakes the accepting thread.
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        accepting.join(timeout=10)
        listener.close()
        for thread in threads:
            thread.join(timeout=10)
