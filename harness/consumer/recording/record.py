"""Our own record: JSON Lines. The first line says what it is, each other one holds an exchange, without secrets.

Each line is written when its exchange has ended, so nothing is lost but what was under way when the program ended.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from ...http.client import now_text
from ...http.exchange import Exchange
from ..tokens import authorization
from . import bounds

#: The member of the first line by which a record is known, and the version of its form.
MARK, VERSION = "uec_booking_recording", 1


class Writer:
    """Appends to a new record. Safe for several threads. No secret is written: of a token its form and its claims.

    Raises:
        OSError: it cannot be written, or is there already (each method; ``__init__`` alone the latter).
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY, 0o600)
        self._lock = threading.Lock()
        self.size = 0
        self._append({MARK: VERSION, "started": now_text()})

    def exchange(self, exchange: Exchange) -> None:
        """Keep an exchange as it was on the wire, with what its token said."""
        told = exchange.extra.get("authorization") or authorization(exchange.request.headers)
        self._append({**exchange.to_json(sys.maxsize), "extra": {"authorization": told}})

    def close(self) -> None:
        os.close(self._file)

    def _append(self, line: dict[str, Any]) -> None:
        text = (json.dumps(line) + "\n").encode()
        with self._lock:
            os.write(self._file, text)
            self.size += len(text)


def is_record(content: bytes) -> bool:
    """Whether a file is a record of ours."""
    return f'"{MARK}"'.encode() in content.partition(b"\n")[0][:200]


def exchanges(path: Path, content: bytes) -> Iterator[Exchange]:
    """The exchanges of a record, in the order in which they ended.

    Raises:
        SettingsError: it is damaged, or of another version.
    """
    first, _, rest = content.partition(b"\n")
    try:
        version = json.loads(first)[MARK]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        bounds.unreadable(path, "line 1", problem)
    if version != VERSION:
        bounds.unreadable(path, "line 1", f"version {version!r:.20} of the form is not known, only {VERSION}")
    lines = rest.split(b"\n")
    # What stands behind the last line feed was being written when the program ended.
    for number, line in bounds.numbered(path, lines[:-1]):
        assert isinstance(line, bytes)
        try:
            yield _exchange(json.loads(line))
        except (ValidationError, ValueError, RecursionError) as problem:
            bounds.unreadable(path, f"line {number + 1}", problem)


class _Message(BaseModel):
    headers: list[tuple[str, str]]
    body: str
    body_encoding: Literal["", "base64"] = ""


class _Request(_Message):
    method: str
    url: str


class _Response(_Message):
    status: int
    reason: str = ""


class _Line(BaseModel):
    started: datetime
    seconds: float
    request: _Request
    response: _Response | None = None
    error: str = ""
    extra: dict[str, Any] = {}


def _exchange(data: object) -> Exchange:
    line = _Line.model_validate(data)
    stored = {
        "id": "",
        "system": "",
        "actor": "",
        "note": "",
        **line.model_dump(),
        "started": bounds.in_utc(line.started),
    }
    exchange = Exchange.from_json(stored)
    told = line.extra.get("authorization")
    kept = told if isinstance(told, dict) else authorization(exchange.request.headers)
    request = replace(exchange.request, url=bounds.plain(exchange.request.url))
    return replace(exchange, request=request, extra={"authorization": kept})
