"""The last exchanges with the systems of the world, for the console to show; a reader can wait for the next."""

from __future__ import annotations

import threading
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

KEPT = 200
#: Of each body so much is kept, as it was sent, and shown.
BODY_BYTES = 20_000
#: Each reader holds one of the server's threads.
READERS = 8


@dataclass(frozen=True)
class Exchange:
    """What a system was asked, as `Received` keeps it, and what it answered: there is no `answer` of LDAP."""

    request: Mapping[str, Any]
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer: bytes = b""
    compressed: bool = False
    cut: bool = False

    @property
    def number(self) -> int:
        """Its number among all that was received."""
        return int(self.request["number"])

    def answer_text(self) -> str:
        """The body of the answer as far as it was kept, decompressed."""
        # Decompressed only for who looks; a stream that was cut is shown as far as it goes.
        data = zlib.decompressobj(wbits=31).decompress(self.answer, BODY_BYTES) if self.compressed else self.answer
        return data.decode("utf-8", "replace")


class ExchangeLog:
    """A ring of exchanges. Adding never waits for a reader: a slow one misses what the ring has lost meanwhile."""

    def __init__(self) -> None:
        self._ring: deque[Exchange] = deque(maxlen=KEPT)
        self._changed = threading.Condition()
        self._readers = 0
        self._closed = False

    def add(self, request: Mapping[str, Any], response: Response | None) -> None:
        """Keep an exchange, and wake who waits for it."""
        exchange = Exchange(request) if response is None else _answered(request, response)
        with self._changed:
            self._ring.append(exchange)
            self._changed.notify_all()

    def latest(self) -> list[Exchange]:
        """Those that are kept, the newest first."""
        with self._changed:
            return list(self._ring)[::-1]

    def find(self, number: int) -> Exchange | None:
        """The exchange of that number, or None if it is not kept (any more)."""
        return next((one for one in self.latest() if one.number == number), None)

    def newest(self) -> int:
        """The number of the last exchange; 0 before the first."""
        with self._changed:
            return self._newest()

    def enter(self) -> bool:
        """Become a reader; False where there are too many, or all has ended. A reader leaves by `leave`."""
        with self._changed:
            if self._closed or self._readers >= READERS:
                return False
            self._readers += 1
            return True

    def leave(self) -> None:
        """Be a reader no more."""
        with self._changed:
            self._readers -= 1

    def has_room(self) -> bool:
        """Whether another reader could enter."""
        with self._changed:
            return not self._closed and self._readers < READERS

    def after(self, number: int, seconds: float) -> list[Exchange] | None:
        """Those after a number, oldest first, once there are any; none after so many seconds, None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._newest() > number, seconds)
            return None if self._closed else [one for one in self._ring if one.number > number]

    def close(self) -> None:
        """Let all readers go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _newest(self) -> int:
        return self._ring[-1].number if self._ring else 0


def _answered(request: Mapping[str, Any], response: Response) -> Exchange:
    data = response.get_data()
    return Exchange(
        request,
        tuple(response.headers.items()),
        data[:BODY_BYTES],
        response.headers.get("Content-Encoding") == "gzip",
        len(data) > BODY_BYTES,
    )
