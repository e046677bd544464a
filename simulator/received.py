"""The last requests that came to the systems of the world, for the control interface to show."""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from flask import Response, g, request

from .server import CERTIFICATE
from .tokens import MAX_TOKEN_CHARACTERS

KEPT = 1000
BODY_CHARACTERS = 20_000
# Consumers send the same token again and again.
REMEMBERED_TOKENS = 256


class Received:
    """A bounded list of what was asked and answered; tokens are not kept.

    `own` holds the subjects of the tokens of the world's own providers, which call its registry: what they ask is
    marked. `watch` is called with each entry and with its answer, where it was one of HTTP; it must be quick, and
    never raise.
    """

    def __init__(
        self,
        own: frozenset[str] = frozenset(),
        watch: Callable[[Mapping[str, Any], Response | None], None] = lambda *_: None,
    ) -> None:
        self._own = own
        self._watch = watch
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._count = 0
        self._lock = threading.Lock()

    def add(self, system: str, at: str, response: Response) -> None:
        """Keep the present request to a system and the status of its answer; `at` is an instant."""
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        entry = {
            "method": request.method,
            "path": request.path,
            "query": request.query_string.decode("latin-1"),
            "headers": headers,
            "body": g.get("raw_body", b"")[:BODY_CHARACTERS].decode("utf-8", "replace"),
            "status": response.status_code,
            "response_id": g.get("response_id", ""),
            "fault": g.get("fault_on_demand", ""),
            "situation": g.get("situation", ""),
            # By the token, which is not kept; at the registry nothing else says who asks.
            "caller": getattr(g.get("caller"), "organisation", ""),
            "certificate": request.environ.get(CERTIFICATE, ""),
            # Longer ones no system takes, and none is to fill the memory.
            "own": _subject(request.headers.get("Authorization", "")[:MAX_TOKEN_CHARACTERS]) in self._own,
        }
        self.keep(system, at, entry, response)

    def keep(self, system: str, at: str, entry: Mapping[str, Any], response: Response | None = None) -> None:
        """Keep what a system was asked and how it answered, in order with everything else."""
        with self._lock:
            self._count += 1
            self._entries.append({"number": self._count, "at": at, "system": system, **entry})
            self._watch(self._entries[-1], response)

    def entries(self, after: int = 0, path: str = "") -> list[dict[str, Any]]:
        """The requests kept with a number above `after` and a path that begins with `path`; an LDAP search has none."""
        with self._lock:
            return [e for e in self._entries if e["number"] > after and e["path"].startswith(path)]

    def last(self) -> int:
        """The number of the last request so far, kept or not; 0 before the first."""
        with self._lock:
            return self._count

    def clear(self) -> None:
        """Forget them all; the numbers go on."""
        with self._lock:
            self._entries.clear()


@lru_cache(REMEMBERED_TOKENS)
def _subject(authorization: str) -> str:
    """Whom a bearer token is of, as it says itself; empty where it does not."""
    _, _, payload = authorization.partition(".")
    text = payload.partition(".")[0]
    try:
        claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return ""
    return str(claims.get("sub", "")) if isinstance(claims, dict) else ""
