"""How a defect or a variant is switched on: one method of one subsystem is replaced, or responses rewritten.

The subsystems are plain objects whose methods are the seams. A `Fault` gives the method itself
(``ProviderRules.next_version``, ``ProviderRecords.claim_slot``), so the rules hold no branch for it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial, reduce
from typing import Any

from flask import Request, Response

Method = Callable[..., Any]
Replacement = Callable[..., Any]
Rewrite = Callable[[Request, Response], None]

#: The kinds of faults: defects written by hand or generated, and conformant different choices.
DEFECT = "defect"
MECHANICAL = "mechanical"
VARIANT = "variant"
UNDECIDABLE = "undecidable"
#: A defect that earns a warning, though its requirement is a MUST: no clause forbids it outright.
WARNED = "warned"


@dataclass(frozen=True)
class Fault:
    """One fault (a defect) or one conformant different choice (a variant).

    At least one of these makes it: `replacement`, called as ``replacement(original, *arguments)`` in place of
    the method `seam` of every system of the part; `rewrite`, called with each request and its response;
    or `made_of`, the names of others that make it together. `more` are further methods with their replacements.
    `near` names a requirement whose scenarios meet the fault, where those of its own mostly do not.
    `unclaimed` names an optional capability that a system with this choice does not claim.
    `undecidable` is the reason why a run without knowledge of the system's inside cannot see it.
    """

    name: str
    requirement: str
    summary: str
    part: str
    seam: Method | None = None
    replacement: Replacement | None = None
    rewrite: Rewrite | None = None
    made_of: tuple[str, ...] = ()
    kind: str = DEFECT
    near: str = ""
    unclaimed: str = ""
    undecidable: str = ""
    more: tuple[tuple[Method, Replacement], ...] = ()


class UnknownFault(ValueError):
    """A name that is neither a defect nor a variant; says which are nearly called so."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        near = get_close_matches(name.lower(), list(known), n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"There is no defect or variant called {name!r}.{hint}")


class Switchboard:
    """Which faults are on. They can be switched while requests are served."""

    def __init__(self, known: Iterable[Fault]) -> None:
        self._known = {fault.name: fault for fault in known}
        self._systems: dict[str, list[object]] = {}
        self._on: tuple[Fault, ...] = ()
        self._replaced: list[tuple[object, str]] = []
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()
        #: Called with what ``used`` says each time that a fault is about to have its way.
        self.on_use: Callable[[Mapping[str, int]], None] | None = None

    def connect(self, part: str, system: object) -> None:
        """Make a subsystem's doors reachable for the faults of `part` (``provider``, ``registry`` or ``outbox``)."""
        self._systems.setdefault(part, []).append(system)

    def names(self) -> list[str]:
        """The names of the faults that are on."""
        return [fault.name for fault in self._on]

    def unclaimed(self) -> frozenset[str]:
        """The optional capabilities that a world with these faults does not claim."""
        return frozenset(fault.unclaimed for fault in self._on if fault.unclaimed)

    def used(self) -> dict[str, int]:
        """How often each fault that is on had its way: a method of it called, or a response changed by it."""
        with self._lock:
            return dict(self._used)

    def switch_to(self, names: Iterable[str]) -> None:
        """Have exactly these faults on. Raises UnknownFault and changes nothing if a name is unknown."""
        wanted: list[Fault] = []
        for name in names:
            if name not in self._known:
                raise UnknownFault(name, self._known)
            fault = self._known[name]
            wanted += [self._known[part] for part in fault.made_of] or [fault]
        with self._lock:
            for door, method in self._replaced:
                vars(door).pop(method, None)
            self._replaced = []
            self._used = {fault.name: 0 for fault in wanted}
            for fault in wanted:
                if fault.replacement is not None:
                    self._replace(fault, fault.seam, fault.replacement)
                for seam, replacement in fault.more:
                    self._replace(fault, seam, replacement)
            self._on = tuple(wanted)

    def rewrite(self, part: str, request: Request, response: Response) -> None:
        """Let every response-rewriting fault of the part have its way with the response."""
        for fault in self._on:
            if fault.rewrite is not None and fault.part == part:
                before = (response.status_code, response.headers.to_wsgi_list(), response.get_data())
                fault.rewrite(request, response)
                if before != (response.status_code, response.headers.to_wsgi_list(), response.get_data()):
                    self._count(fault)

    def _replace(self, fault: Fault, seam: Method | None, replacement: Replacement) -> None:
        if seam is None:
            raise ValueError(f"{fault.name} does not say which method it replaces")
        method = seam.__name__
        for system in self._systems.get(fault.part, []):
            door = _door(system, seam)
            setattr(door, method, partial(self._call, fault, replacement, getattr(door, method)))
            self._replaced.append((door, method))

    def _call(self, fault: Fault, replacement: Replacement, original: Any, *arguments: Any, **named: Any) -> Any:
        self._count(fault)
        return replacement(original, *arguments, **named)

    def _count(self, fault: Fault) -> None:
        with self._lock:
            if fault.name in self._used:
                self._used[fault.name] += 1
            if self.on_use is not None:
                self.on_use(self._used)


def _door(system: object, method: Method) -> object:
    """The system itself or its subsystem that has the method. Raises LookupError if it has none."""
    *names, _ = method.__qualname__.split(".")
    owner: Any = reduce(getattr, names, sys.modules[method.__module__])
    for door in (system, *vars(system).values()):
        if isinstance(door, owner):
            return door
    raise LookupError(f"{type(system).__name__} has no {owner.__name__}")


def catalogue(faults: Iterable[Fault]) -> Mapping[str, Fault]:
    """The faults by name. Raises ValueError if two share one."""
    by_name: dict[str, Fault] = {}
    for fault in faults:
        if fault.name in by_name:
            raise ValueError(f"two faults are called {fault.name}")
        by_name[fault.name] = fault
    return by_name
