"""A peer between the program and a good provider, on plain sockets: it spoils what a test wants spoilt.

Each request is forwarded whole and its answer read whole; then a function of the test writes to the connection
whatever it likes, or nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from program import World


@dataclass
class Passing:
    """A request on its way: how it came in, and the connection that waits for the answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: socket.socket
    ended: threading.Event
    upstream: tuple[str, int]
    forwarded: bytes = field(default=b"")

    def is_booking(self) -> bool:
        return self.method == "POST" and self.path.endswith("/Appointment")

    def is_single(self, method: str = "GET") -> bool:
        return self.method == method and "/Appointment/" in self.path

    def answer(self) -> tuple[bytes, bytes]:
        """What the good provider answers: the head, with the empty line, and the body."""
        good = http.client.HTTPConnection(*self.upstream, timeout=30)
        try:
            good.request(self.method, self.path, self.body or None, self.headers)
            response = good.getresponse()
            body = response.read()
        finally:
            good.close()
        dropped = ("connection", "transfer-encoding", "content-length")
        lines = [f"{name}: {value}" for name, value in response.getheaders() if name.lower() not in dropped]
        lines += [f"Content-Length: {len(body)}", "Connection: close"]
        head = f"HTTP/1.1 {response.status} {response.reason}\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        return head.encode("latin-1"), body

    def say(self, data: bytes) -> None:
        self.connection.sendall(data)

    def say_all(self) -> None:
        """Answer as the good provider does."""
        head, body = self.answer()
        self.say(head + body)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


#: What is done with a request.
Spoiling = Callable[[Passing], None]


def _serve(connection: socket.socket, spoil: Spoiling, ended: threading.Event, upstream: tuple[str, int]) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(20)
        reader = connection.makefile("rb")
        method, path, _ = reader.readline().decode("latin-1").split(" ", 2)
        headers = {}
        while line := reader.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip()] = value.strip()
        length = next((int(value) for name, value in headers.items() if name.lower() == "content-length"), 0)
        body = reader.read(length)
        reader.close()
        spoil(Passing(method, path, headers, body, connection, ended, upstream))


@contextmanager
def between(world: World, spoil: Spoiling) -> Iterator[str]:
    """Stand before the world's provider; yields the base URL there."""
    place = urlsplit(world.config["provider"]["base_url"])
    upstream = (place.hostname or "", place.port or 0)
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while not ended.is_set():
                connection, _ = listener.accept()
                if ended.is_set():
                    connection.close()
                    return
                threads.append(threading.Thread(target=_serve, args=(connection, spoil, ended, upstream), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    port = listener.getsockname()[1]
    try:
        yield f"http://localhost:{port}{place.path}"
    finally:
        ended.set()
        with contextlib.suppress(OSError):
            # Wakes the accepting thread.
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        accepting.join(timeout=10)
        listener.close()
        for thread in threads:
            thread.join(timeout=10)


def settings(folder: Path, base: str, world: World, claims: str = "", name: str = "spoilt") -> Path:
    """A settings file for the provider at ``base``, with short times and no part but the provider."""
    part = world.config["provider"]
    path = folder / f"{name}.toml"
    path.write_text(
        f"""edition = "1.0.0"
capabilities = [{claims}]

[provider]
base_url = "{base}"
asid = "{part["asid"]}"

[provider.services]
within_2_hours = "{part["services"]["within_2_hours"]}"
later = "{part["services"]["later"]}"

[limits]
connect_seconds = 2
read_seconds = 1.5
total_seconds = 2
body_bytes = 400000
""",
        encoding="utf-8",
    )
    return path
