"""The bundled world behind its own server, in this process, so that coverage sees what each input comes to."""

from __future__ import annotations

import json
import logging
import re
import socket
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from uec_booking.simulator.clock import Clock
from uec_booking.simulator.received import Received
from uec_booking.simulator.sds.server import SdsServer
from uec_booking.simulator.server import Server
from uec_booking.simulator.settings import Settings
from uec_booking.simulator.wiring import RunningWorld

from .contract import Broken, Complaints
from .examples import NOW, ROOT

#: After this time at most all that was booked is forgotten, and it is `NOW` once more.
FRESH_SECONDS = 60
_TOKEN = "of-the-fuzzed-world"
_SECONDS = 25
_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ")
#: A transfer coding, or a version of HTTP, that the server does not have.
_OF_HTTP = re.compile(rb"HTTP/1\.1 50[15] [A-Za-z ]+\r\nContent-Type: text/plain\r\n")


class World:
    """Listens on the loopback until it is closed."""

    def __init__(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="uec-booking-fuzz-")
        self._complaints = Complaints()
        logging.getLogger("uec_booking.simulator").addHandler(self._complaints)
        database = f"sqlite:///{Path(folder.name) / 'world.db'}"
        world = RunningWorld(Settings(ROOT, "1.0.0", database, _TOKEN, compat=("tkw",)))
        server, self._sds = Server("127.0.0.1", 0), SdsServer("127.0.0.1", 0)
        self._port = server.listen()
        server.start(world.app)
        self._sds.start(world.tree, Received(), Clock())
        world.start()
        self._fresh_until = 0.0

        def close() -> None:
            world.release()
            server.stop()
            self._sds.stop()
            world.stop()
            logging.getLogger("uec_booking.simulator").removeHandler(self._complaints)
            folder.cleanup()

        #: To be called before the process ends: the threads of the server would keep it.
        self.close = close

    def ask(self, wire: bytes) -> bytes:
        """All that comes back for what is sent on a connection. Raises Broken for an answer with 5xx, or none."""
        if time.monotonic() > self._fresh_until:
            self._refresh()
        answer = self._exchange(self._port, wire)
        self._complaints.raised()
        found = _STATUS_LINE.match(answer)
        if wire and answer and found is None:
            raise Broken(f"no answer of HTTP/1.1: {answer[:200]!r}")
        if found is not None and found[1] >= b"500" and not _OF_HTTP.match(answer):
            raise Broken(f"answered with {answer[:2000]!r}")
        return answer

    def ask_sds(self, wire: bytes) -> bytes:
        """What SDS says to these bytes."""
        answer = self._exchange(self._sds.port, wire)
        self._complaints.raised()
        return answer

    def _exchange(self, port: int, wire: bytes) -> bytes:
        parts = []
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            with suppress(OSError):
                connection.sendall(wire)
                # It need not wait for what will never come.
                connection.shutdown(socket.SHUT_WR)
            try:
                while part := connection.recv(65_536):
                    parts.append(part)
            except TimeoutError:
                raise Broken(f"not answered within {_SECONDS} seconds") from None
            except ConnectionResetError:
                pass
        return b"".join(parts)

    def _refresh(self) -> None:
        for method, path, body in (
            ("POST", "/control/reset", b""),
            ("PUT", "/control/clock", json.dumps({"now": NOW.isoformat()}).encode()),
        ):
            head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {_TOKEN}\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            answer = self._exchange(self._port, head.encode() + body)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"{path}: {answer[:500]!r}")
        self._fresh_until = time.monotonic() + FRESH_SECONDS


@cache
def world() -> World:
    """The one of this process."""
    return World()
