"""What a check decides, said at its head, where a reader, the catalogue and the reports find it.

A check records against the requirements that it declares. Which requirement a request in a feature's table is about
is told by the column ``decides`` of that table, and some sentences name theirs; checks that take it from there say so:

    @decides("PRV-BOOK-10", "ERR-04")          these two
    @decides("PRV-CAN-21", named=True)         this one, and the one that the caller or the sentence names
    @decides(rows=True)                        those of the rows of the table
    @decides("PRV-SRCH-17", rows={"search-ok"})   that one, and those of the rows with one of these answers

Nothing is compared while a run goes on: a slip in a declaration is ours, and no system shall suffer from it.
``tests/traceability`` compares the declarations with the code and with a run.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from .recorder import Recorder

P = ParamSpec("P")
R = TypeVar("R")

_HARNESS = __package__.rpartition(".")[0]
_PACKAGE = f"{_HARNESS.rpartition('.')[0]}."
_CHECKS = f"{_HARNESS}.checks."


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name below ``harness/checks``, with what it decides and where it stands.

    ``file`` is relative to the package: ``harness/checks/provider/booking/booked.py``.
    """

    name: str
    file: str
    line: int
    decides: frozenset[str] = frozenset()
    #: Whether its caller names requirements too.
    named: bool = False
    #: Whether it decides what rows of a table name: all of them, or those with one of these answers.
    rows: bool | frozenset[str] = False

    @property
    def function(self) -> str:
        return self.name.rpartition(".")[2]

    def in_words(self) -> str:
        return f"{self.file}:{self.line} {self.function}"

    def takes(self, answer: str) -> bool:
        """Whether it decides what a row with this answer names."""
        return self.rows if isinstance(self.rows, bool) else answer in self.rows


def decides(
    *requirements: str, named: bool = False, rows: bool | Set[str] = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a check with what it decides; what it records then bears its name.

    The first argument of a check is the recorder of the scenario, or what has it.
    """

    def mark(check: Callable[P, R]) -> Callable[P, R]:
        taken = rows if isinstance(rows, bool) else frozenset(rows)
        declared = place_of(check, frozenset(requirements), named, taken)

        @functools.wraps(check)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            with _recorder(args[0]).recorded_by(declared.name):
                return check(*args, **kwargs)

        checked.declared = declared  # type: ignore[attr-defined]  # read again by declared_by
        return checked

    return mark


def declared_by(function: object) -> Check | None:
    """What a function says that it decides; None for one that is no check."""
    found = getattr(function, "declared", None)
    return found if isinstance(found, Check) else None


def place_of(
    function: Callable[..., object],
    requirements: frozenset[str] = frozenset(),
    named: bool = False,
    rows: bool | frozenset[str] = False,
) -> Check:
    """A function of the harness as a check: its name, and where it begins (with its decorator, if it has one)."""
    inner = inspect.unwrap(function)
    name = f"{inner.__module__}.{inner.__qualname__}".removeprefix(_CHECKS).removeprefix(f"{_HARNESS}.")
    module = inner.__module__.removeprefix(_PACKAGE).replace(".", "/")
    return Check(name, f"{module}.py", inner.__code__.co_firstlineno, requirements, named, rows)


def _recorder(first: object) -> Recorder:
    return first if isinstance(first, Recorder) else first.recorder  # type: ignore[attr-defined]  # a scenario
