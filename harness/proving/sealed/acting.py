"""An author's function at work: for the systems of its role, with a count of how often it changed anything."""

from __future__ import annotations

import json
import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any, TypeVar

from .kit import Ask, Entry, Forward, Memory, Reply

#: Which system an ask is for, among those of a role; empty: none of them.
Owner = Callable[[Ask, str], str]
_Message = TypeVar("_Message", Ask, Reply)
#: Seconds that a function may take by itself before that counts as a delay that it causes.
_DELAY = 1.0
#: Types of resources, and the capability statement.
_KIND = re.compile(r"[A-Z][A-Za-z]+|metadata")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Acting:
    """Stands in a proxy: does what the entry of the present job says, or nothing.

    ``owner`` says which system an ask is for: each has a memory of its own. A function that raises has changed nothing:
    the answer is then what the good system gave, or gives.
    """

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._lock = threading.Lock()
        self.begin(None)

    def begin(self, entry: Entry | None) -> None:
        """From now on act as this entry says, remembering nothing."""
        with self._lock:
            self._entry = entry
            self._memories: dict[str, Memory] = {}
            self.changes: Counter[str] = Counter()
            self.raised: list[str] = []

    def __call__(self, ask: Ask, forward: Forward, _: Memory) -> Reply:
        entry = self._entry
        system = self._owner(ask, entry.role) if entry else ""
        if entry is None or not system:
            return forward(ask)
        with self._lock:
            memory = self._memories.setdefault(system, Memory())
        return self._act(entry, ask, forward, memory)

    def _act(self, entry: Entry, ask: Ask, forward: Forward, memory: Memory) -> Reply:
        passed: list[tuple[Ask, Reply]] = []
        waited = 0.0

        def noted(forwarded: Ask) -> Reply:
            nonlocal waited
            began = time.monotonic()
            reply = forward(forwarded)
            waited += time.monotonic() - began
            passed.append((_copy(forwarded), _copy(reply)))
            return reply

        given = _copy(ask)
        started = time.monotonic()
        try:
            reply = _sendable(entry.act(ask, noted, memory))
        except Exception as problem:
            self._note(entry, problem)
            return passed[-1][1] if passed else forward(given)
        delayed = time.monotonic() - started - waited > _DELAY
        change = _change(given, passed, reply, exactly=entry.allowed) or ("delay" if delayed else "")
        if change:
            with self._lock:
                if self._entry is entry:
                    self.changes[f"{_place(given)}: {change}"] += 1
        return _dated(reply, passed)

    def _note(self, entry: Entry, problem: Exception) -> None:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        with self._lock:
            if self._entry is entry:
                self.raised.append(f"{type(problem).__name__}: {problem} (line {where.lineno})"[:200])


def _copy(message: _Message) -> _Message:
    """The same, for a function may change headers in place."""
    return replace(message, headers=dict(message.headers))


def _sendable(reply: object) -> Reply:
    """The reply, if it is one that can be sent.

    Raises:
        TypeError, ValueError: it is not.
    """
    if not isinstance(reply, Reply) or not isinstance(reply.body, bytes):
        raise TypeError("what the function returned is no Reply with a body of bytes")
    for name, value in reply.headers.items():
        f"{name}: {value}".encode("latin-1")
    if not 200 <= int(reply.status) <= 999:
        raise ValueError(f"{reply.status} is no status of an answer")
    return reply


def _dated(reply: Reply, passed: list[tuple[Ask, Reply]]) -> Reply:
    """With a Date where the author made an answer of his own without one: as any server would send (RFC 7231).

    One that was taken from an answer that is passed on otherwise stays away: that may be the fault.
    """
    names = {name.lower() for name in reply.headers}
    if "date" in names or any(names == answered.headers.keys() - {"date"} for _, answered in passed):
        return reply
    return reply.with_headers(date=formatdate(usegmt=True))


def _change(ask: Ask, passed: list[tuple[Ask, Reply]], reply: Reply, *, exactly: bool) -> str:
    """What was changed; empty if the ask was passed on as it came, once, and its answer too, beside mere reading."""
    if not passed:
        return "not passed on"
    rest = list(passed)
    for one in passed:
        if _same_ask(one[0], ask, exactly=exactly) and not _differences(one[1], reply, exactly=exactly):
            rest.remove(one)
            return "" if all(other.method in _READING for other, _ in rest) else "repeated"
    sent, answered = passed[-1]
    request = [] if _same_ask(sent, ask, exactly=exactly) else ["request"]
    return "+".join([*request, *_differences(answered, reply, exactly=exactly)])


def _place(ask: Ask) -> str:
    """The method and the kind of resource, of which the address may name several."""
    kinds = [step for step in ask.place.split("/") if _KIND.fullmatch(step)]
    return f"{ask.method} {kinds[-1]}" if kinds else ask.method


def _same_ask(one: Ask, other: Ask, *, exactly: bool) -> bool:
    alike = (one.method, one.path, one.headers) == (other.method, other.path, other.headers)
    return alike and _same_body(one.body, other.body, exactly=exactly)


def _differences(one: Reply, other: Reply, *, exactly: bool) -> list[str]:
    alike = _same_body(one.body, other.body, exactly=exactly)
    named = {"status": one.status == other.status, "headers": one.headers == other.headers, "body": alike}
    return [name for name, same in named.items() if not same]


def _same_body(one: bytes, other: bytes, *, exactly: bool) -> bool:
    """Whether two bodies are the same; what is laid out otherwise is so too, unless that may be the point of it."""
    return one == other or (not exactly and _meaning(one) == _meaning(other))


def _meaning(body: bytes) -> Any:
    """What the JSON says, however it is laid out, if it is JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return body
