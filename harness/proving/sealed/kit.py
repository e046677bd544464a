"""What a file of faults is written with: a function between a caller and a good system, which does one thing wrong.

An author imports it as ``kit``. It knows nothing of the suite, and the suite reads the entries that it collects.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit


def _changed(headers: dict[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Headers with others, named as keyword arguments are: None takes one away."""
    given = {name.replace("_", "-").lower(): value for name, value in changes.items()}
    return {name: value for name, value in {**headers, **given}.items() if value is not None}


def _resource(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {}


@dataclass(frozen=True)
class Ask:
    """A request. ``path`` has its query; ``headers`` are by lower-case name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def place(self) -> str:
        return self.path.split("?")[0]

    def is_a(self, method: str, ending: str) -> bool:
        """``ending`` is the last step of the path, or ``Appointment/`` for a single appointment."""
        single = ending == "Appointment/" and "/Appointment/" in self.place and "/_history/" not in self.place
        return self.method == method and (single or self.place.endswith(f"/{ending}"))

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.path).query, keep_blank_values=True)

    def asking(self, query: list[tuple[str, str]]) -> Ask:
        return replace(self, path=f"{self.place}?{urlencode(query)}")

    def with_headers(self, **changes: str | None) -> Ask:
        return replace(self, headers=_changed(self.headers, changes))

    @property
    def json(self) -> dict[str, Any]:
        """The body, or an empty dict when it is not JSON."""
        return _resource(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer. ``headers`` are by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> dict[str, Any]:
        """The body, or an empty dict when it is not JSON."""
        return _resource(self.body)

    def telling(self, resource: dict[str, Any]) -> Reply:
        """With another resource, where this one has one in JSON."""
        return replace(self, body=json.dumps(resource).encode()) if self.json else self

    def with_headers(self, **changes: str | None) -> Reply:
        return replace(self, headers=_changed(self.headers, changes))


Forward = Callable[[Ask], Reply]


@dataclass
class Memory:
    """What a fault remembers between requests."""

    seen: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


#: A fault answers a request; what it forwards reaches the good provider.
Fault = Callable[[Ask, Forward, Memory], Reply]


ROLES = ("provider", "registry", "consumer")


@dataclass(frozen=True)
class Entry:
    """One entry of the file: a fault, or a variation that the standard allows."""

    name: str
    act: Fault
    role: str
    clauses: tuple[str, ...]
    why: str
    allowed: bool


ENTRIES: list[Entry] = []


def _enter(role: str, clauses: str, allowed: bool) -> Callable[[Fault], Fault]:
    def decorate(act: Fault) -> Fault:
        if role not in ROLES:
            raise ValueError(f"{act.__name__}: role {role!r} is none of {', '.join(ROLES)}")
        why = (act.__doc__ or "").strip()
        if not why:
            raise ValueError(f"{act.__name__} has no docstring: say there what is wrong")
        ENTRIES.append(Entry(act.__name__.replace("_", "-"), act, role, tuple(clauses.split()), why, allowed))
        return act

    return decorate


def fault(role: str, breaks: str) -> Callable[[Fault], Fault]:
    """Enter a fault; ``breaks`` are the ids of the requirements that the system then breaks, the first foremost.

    The docstring of the function says in a sentence what the system does wrong.
    """
    return _enter(role, breaks, allowed=False)


def variation(role: str, allowed_by: str) -> Callable[[Fault], Fault]:
    """Enter what a conformant system may do; ``allowed_by`` are ids of clauses or contradictions that leave it free."""
    return _enter(role, allowed_by, allowed=True)
