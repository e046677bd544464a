"""A learned lifecycle beside that of the standard: where they part."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from uec_booking.standard import requirements

from .machine import Input, Machine, Output
from .standard import FREE, RULES


@dataclass(frozen=True)
class Difference:
    """An answer that the standard does not have. ``path`` are the requests that lead there, from a free slot on."""

    state: str
    input: Input
    output: Output
    requirement: str
    allowed: tuple[Output, ...]
    path: tuple[Input, ...]

    def in_words(self) -> str:
        """As a person tells it."""
        before = ", ".join(self.path) or "at the beginning"
        return f"{before}: {self.input} → {self.output}, not {' or '.join(self.allowed)}"


@dataclass(frozen=True)
class Compared:
    """``meaning``: of each state that was reached, which of the standard's it stands for."""

    differences: tuple[Difference, ...]
    meaning: dict[str, str]


def compared(machine: Machine, edition: str) -> Compared:
    """Walk both machines at once. Behind an answer that the standard does not have nothing more is compared.

    What the edition does not ask for is no difference.
    """
    catalogue = requirements.load()
    found: dict[tuple[str, Input], Difference] = {}
    meaning: dict[str, str] = {}
    open_: deque[tuple[str, str, tuple[Input, ...]]] = deque([(machine.first, FREE, ())])
    seen = {(machine.first, FREE)}
    while open_:
        state, means, path = open_.popleft()
        meaning.setdefault(state, means)
        for asked, step in machine.steps[state].items():
            rule = RULES[means][asked]
            then = rule.then.get(step.output)
            if then is None and not catalogue[rule.requirement].applies_in(edition):
                continue
            if then is None:
                allowed = tuple(rule.then)
                found.setdefault((state, asked), Difference(state, asked, step.output, rule.requirement, allowed, path))
            elif (step.then, then) not in seen:
                seen.add((step.then, then))
                open_.append((step.then, then, (*path, asked)))
    return Compared(tuple(found.values()), meaning)
