"""Which faults each system has on demand, how many of its calls were counted, and which faults fired."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .faults import FaultOnDemand

#: The key of the registry, and what it is called where a root is asked for.
REGISTRY = "registry"
#: Of each fault so many of the times when it fired are told.
TIMES_TOLD = 100


@dataclass
class _Set:
    """One fault that a system has, with what came of it so far."""

    fault: FaultOnDemand
    calls: int = 0
    fired: int = 0
    #: When a fault for some seconds began, by the monotonic clock.
    began: float | None = None
    told: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=TIMES_TOLD))

    def meets(self, call: str) -> bool:
        """Count a call, and say whether the fault holds for it."""
        fault = self.fault
        if fault.call not in (call, "any"):
            return False
        self.calls += 1
        if self.calls < fault.first:
            return False
        if not fault.for_seconds:
            return not fault.times or self.calls < fault.first + fault.times
        now = time.monotonic()
        if self.began is None:
            self.began = now
        return now - self.began < fault.for_seconds


@dataclass(frozen=True)
class Fired:
    """A fault that holds for a call. `given_up` is set when the faults of the system are set anew, or all ends."""

    fault: FaultOnDemand
    given_up: threading.Event
    told: dict[str, str]


class OnDemand:
    """The faults on demand of a world, by the key of the system (`REGISTRY` for the registry).

    `roots` gives the service root of each, by which they are named to people. `at_start` are the faults that
    systems have from the start, by root, and again after a reset; those of the directory file.
    """

    def __init__(self, roots: Mapping[str, str], at_start: Mapping[str, Sequence[FaultOnDemand]]) -> None:
        self._roots = dict(roots)
        self._at_start = {self.system(root): tuple(faults) for root, faults in at_start.items()}
        self._sets: dict[str, list[_Set]] = {}
        self._given_up: dict[str, threading.Event] = {key: threading.Event() for key in roots}
        self._lock = threading.Lock()
        self.reset()

    def system(self, root: str) -> str:
        """The key of the system with this root. Raises ValueError that names those there are."""
        wanted = root.rstrip("/")
        for key, path in self._roots.items():
            if path == wanted:
                return key
        roots = [path or "/" for path in self._roots.values()]
        # Of many those that are nearly written so.
        known = get_close_matches(root, roots, n=3) if len(roots) > 10 else roots
        hint = f"; there are {', '.join(known)}" if known else f"; there are {len(roots)} others"
        raise ValueError(f"there is no system with the root {root[:100]!r}{hint}")

    def put(self, system: str, faults: Sequence[FaultOnDemand]) -> None:
        """Let a system have exactly these, counted from its next call on."""
        with self._lock:
            self._replace(system, faults)

    def clear(self) -> None:
        """Let no system have any."""
        with self._lock:
            for system in self._roots:
                self._replace(system, ())

    def reset(self) -> None:
        """Let all systems have what they had at the start, counted anew."""
        with self._lock:
            for system in self._roots:
                self._replace(system, self._at_start.get(system, ()))

    def release(self) -> None:
        """Let the calls that wait go on: the world ends."""
        with self._lock:
            for event in self._given_up.values():
                event.set()

    def meet(self, system: str, call: str, told: Mapping[str, str]) -> Fired | None:
        """Count a call of a system. Returns the first of its faults that holds for it; `told` is kept of the call.

        Each call is counted once by every fault of its kind, in whatever threads calls arrive.
        """
        with self._lock:
            # All of them count the call, also those behind the one that fires.
            met = [each for each in self._sets.get(system, ()) if each.meets(call)]
            if not met:
                return None
            first = met[0]
            first.fired += 1
            line = {"call": call, **told}
            first.told.append(line)
            return Fired(first.fault, self._given_up[system], line)

    def note(self, fired: Fired, text: str) -> None:
        """Add to what is told of a fault that fired."""
        with self._lock:
            fired.told["note"] = text

    def as_json(self) -> list[dict[str, Any]]:
        """Every fault with its root, the calls it counted, how often it fired, and the last of those times."""
        with self._lock:
            return [
                {
                    "root": self._roots[system] or "/",
                    "fault": each.fault.as_json(),
                    "calls": each.calls,
                    "fired": each.fired,
                    "last": [dict(line) for line in each.told],
                }
                for system, sets in self._sets.items()
                for each in sets
            ]

    def _replace(self, system: str, faults: Sequence[FaultOnDemand]) -> None:
        self._sets[system] = [_Set(fault) for fault in faults]
        self._given_up[system].set()
        self._given_up[system] = threading.Event()
