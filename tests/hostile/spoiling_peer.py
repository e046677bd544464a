"""A peer between the program and a good provider, on plain sockets: it spoils what a test wants spoilt.

Each request is forwarded whole and its answer read whole; then a function of the test writes to the connection
whatever it likes, or nothing.
"""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..support.accepting import accepting
from ..support.program import Done, World, results


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
    made: list[str]

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
        if self.is_booking() and response.status == 201:
            # Not by the body, which is XML where that was asked for.
            self.made.append((response.getheader("Location") or "").split("/Appointment/")[1].split("/")[0])
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


def _request(connection: socket.socket) -> tuple[str, str, dict[str, str], bytes]:
    """Method, path, headers and body of the request that comes in."""
    with connection.makefile("rb") as reader:
        method, path, _ = reader.readline().decode("latin-1").split(" ", 2)
        headers = {}
        while line := reader.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip()] = value.strip()
        length = next((int(value) for name, value in headers.items() if name.lower() == "content-length"), 0)
        return method, path, headers, reader.read(length)


@contextmanager
def between(world: World, spoil: Spoiling, before: str = "provider") -> Iterator[tuple[str, list[str]]]:
    """Stand before a part of the world; yields the base URL there, and the ids of what was booked or registered."""
    place = urlsplit(world.config[before]["base_url"])
    upstream = (place.hostname or "", place.port or 0)
    made: list[str] = []

    def serve(connection: socket.socket, ended: threading.Event) -> None:
        spoil(Passing(*_request(connection), connection, ended, upstream, made))

    with accepting(serve) as port:
        yield f"http://localhost:{port}{place.path}", made


def standing(world: World, made: list[str], at: str = "provider") -> list[str]:
    """Which of these appointments or entries are booked, as the system itself says."""
    return [identity for identity in made if _status(world.config[at], world, identity) == "booked"]


def _status(part: dict[str, Any], world: World, identity: str) -> str:
    url = f"{part['base_url']}/Appointment/{identity}"
    answer = world.session.get(
        url, headers=world.headers({"audience": part["base_url"], **part}, "patient/appointment.read"), timeout=30
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


def settings(
    folder: Path, base: str, world: World, claims: str = "", name: str = "spoilt", part: str = "provider"
) -> Path:
    """The world's settings with the provider, or another part, at ``base``, short times, and these claims."""
    text = world.file.read_text(encoding="utf-8")
    own = world.config[part]["base_url"]
    lines = [f"capabilities = [{claims}]" if line.startswith("capabilities") else line for line in text.splitlines()]
    # A token is made out to the system itself, wherever it is reached.
    audience = "" if "audience" in world.config[part] else f'\naudience = "{own}"'
    changed = "\n".join(lines).replace(f'base_url = "{own}"', f'base_url = "{base}"{audience}')
    limits = "[limits]\nconnect_seconds = 5\nread_seconds = 3\ntotal_seconds = 4\nbody_bytes = 400000\n"
    path = folder / f"{name}.toml"
    path.write_text(f"{changed}\n\n{limits}", encoding="utf-8")
    return path


def told_truly(done: Done, out: Path) -> list[str]:
    """The notes on bookings that may stand, after a run that told the truth about itself."""
    assert done.status in (1, 2), done.out + done.err
    assert "Traceback" not in done.out + done.err
    found = results(out)
    assert found["verdict"] in ("not conformant", "inconclusive")
    assert not [s for s in found["scenarios"] if s["status"] == "ERROR"]
    return left(out)


def left(out: Path) -> list[str]:
    """The notes of a run on bookings that may stand."""
    return [note for note in results(out)["notes"] if "may stand" in note or "may still be booked" in note]
