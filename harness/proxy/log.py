"""What a recording proxy saw, and how it is asked to stand in the way.

The proxy runs in the process that controls a run; its scenarios may run in others. They meet in a
folder that ends with the run: the proxy appends to ``exchanges.jsonl``, and obeys the files in
``disturbances/``. No secret is written: of a token only its form.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..http.exchange import Exchange


@dataclass(frozen=True)
class Watched:
    """Whom a recording proxy stands before (its ``role``), and who calls there.

    Exchanges are recorded under ``system``, which is no part of the run: what it answers to others is not judged.
    ``setting`` is the key by which a settings file asks for the proxy.
    """

    role: str
    caller: str
    setting: str

    @property
    def system(self) -> str:
        return f"{self.role}, at the recording proxy"


REGISTRY = Watched("registry", "a provider", "registry.tap")
PROVIDER = Watched("provider", "a consumer", "provider.tap")
SSP = Watched("Spine Secure Proxy", "the consumer under test", "consumer.ssp")

#: What a recording proxy can do to requests, in words.
KINDS = {
    "away": "answers 503 and passes nothing on, as a gateway before a system that is down",
    "failing": "answers 500 with an OperationOutcome and passes nothing on",
    "slow": "waits before it passes the request on",
    "losing answers": "passes the request on and answers 503 in place of the system",
    "conflicting": "answers 409 with an OperationOutcome and passes nothing on",
    "rejecting": "answers 422 with an OperationOutcome and passes nothing on",
    "uncompressing": "passes the request on without its wish for a compressed answer",
    "leaving slots only": "passes the request on, and leaves nothing but slots in the Bundle that answers it",
    "adding resources": "passes the request on, and adds resources to the Bundle that answers it",
    "answering": "answers with a status of the scenario's choice, without a body, and passes nothing on",
}


@dataclass(frozen=True)
class Disturbance:
    """Of the requests that mention ``about`` (an NHS number, a URL), the first ``times`` are disturbed.

    ``methods`` narrows them; ``seconds`` is the wait of a slow system, ``status`` what it is answering with.
    """

    id: str
    kind: str
    about: str
    methods: tuple[str, ...]
    times: int
    seconds: float = 0.0
    status: int = 503


class ProxyLog:
    """A view of the folder of a recording proxy: for the proxy itself, and for each scenario."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "exchanges.jsonl"
        self._refused = folder / "refused.txt"
        self._disturbances = folder / "disturbances"
        self._disturbances.mkdir(parents=True, exist_ok=True)
        self._read: list[Exchange] = []
        self._offset = 0
        #: The first line of what was read: after ``forget`` there is another.
        self._first = b""

    # -- for the proxy --------------------------------------------------------------

    def append(self, exchange: Exchange) -> None:
        # Whole, because checks read it: a search without an upper bound has a long answer.
        line = json.dumps({**exchange.to_json(sys.maxsize), "extra": dict(exchange.extra)}) + "\n"
        handle = os.open(self._log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            # In one write, so that a reader never sees the lines of two requests mixed.
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def refuse(self, why: str) -> None:
        """Note that a caller was turned away for its certificate, before it could ask anything."""
        handle = os.open(self._refused, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(handle, f"{why}\n".encode())
        finally:
            os.close(handle)

    def refused(self) -> list[str]:
        """Why callers were turned away for their certificates, in order."""
        return self._refused.read_text(encoding="utf-8").splitlines() if self._refused.exists() else []

    def forget(self) -> None:
        """Begin anew: what passed until now is of another run."""
        self._log.unlink(missing_ok=True)
        self._refused.unlink(missing_ok=True)

    def disturbances(self) -> Iterator[Disturbance]:
        """What is asked for at present, oldest first."""
        for path in sorted(self._disturbances.glob("*.json"), key=lambda p: (_age(p), p.name)):
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue  # taken away meanwhile
            yield Disturbance(**{**data, "methods": tuple(data["methods"])})

    # -- for scenarios ------------------------------------------------------------

    def from_now_on(self) -> None:
        """Leave out what passed until now: it is of scenarios before, and there is much of it."""
        self._read, self._offset, self._first = [], 0, b""
        if self._log.exists():
            with self._log.open("rb") as log:
                self._first, self._offset = log.readline(), log.seek(0, os.SEEK_END)

    def exchanges(self) -> list[Exchange]:
        """All that passed so far, in the order of the answers."""
        if not self._log.exists():
            # Another view of it was told to begin anew, and nothing has passed since.
            self._read, self._offset, self._first = [], 0, b""
        else:
            with self._log.open("rb") as log:
                if (first := log.readline()) != self._first:
                    self._read, self._offset, self._first = [], 0, first
                log.seek(self._offset)
                for line in log:
                    if not line.endswith(b"\n"):
                        break
                    self._offset += len(line)
                    self._read.append(_exchange(json.loads(line)))
        return list(self._read)

    def disturb(
        self,
        kind: str,
        about: str,
        *,
        methods: tuple[str, ...] = ("POST", "PUT"),
        times: int,
        seconds: float = 0.0,
        status: int = 503,
    ) -> str:
        """Have requests disturbed from now on; returns the id by which to end it.

        Raises:
            ValueError: the kind is not one of ``KINDS``.
        """
        if kind not in KINDS:
            raise ValueError(f"the recording proxy cannot be {kind!r}; it can be {', '.join(KINDS)}")
        wanted = Disturbance(uuid.uuid4().hex, kind, about, methods, times, seconds, status)
        draft = self._disturbances / f".{wanted.id}"
        draft.write_text(json.dumps(asdict(wanted)), encoding="utf-8")
        draft.replace(self._disturbances / f"{wanted.id}.json")
        return wanted.id

    def calm(self, identity: str) -> None:
        """End a disturbance."""
        (self._disturbances / f"{identity}.json").unlink(missing_ok=True)


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _exchange(data: dict[str, Any]) -> Exchange:
    return replace(Exchange.from_json(data), extra=data["extra"])
