"""How variations of the desk are written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ...seams import VARIANT, Fault, Method, Replacement
from ..memory import Memory

More = tuple[tuple[Method, Replacement], ...]


def allows(requirement: str, method: Method, *, more: More = ()) -> Callable[[Callable[..., Any]], Fault]:
    """The function below is a conformant choice that is near this requirement: it stands in for `method`.

    Its name with dashes is the variation's name, and the first paragraph of its docstring the summary.
    """

    def variation(function: Callable[..., Any]) -> Fault:
        name = function.__name__.replace("_", "-")
        summary = " ".join((function.__doc__ or "").partition("\n\n")[0].split())
        return row(name, requirement, summary, method, function, more=more)

    return variation


def row(
    name: str, requirement: str, summary: str, method: Method, replacement: Replacement, *, more: More = ()
) -> Fault:
    """A variation as a row of a table."""
    return Fault(name, requirement, summary, "consumer", method, replacement, kind=VARIANT, more=more)


def part(original: Any) -> Any:
    """The part of the desk whose method stands in `original`."""
    while isinstance(original, partial):
        # Another variation stands in for the method too: what it was called with last is the method before it.
        original = original.args[-1]
    return original.__self__


def booked_here(memory: Memory, url: str) -> bool:
    """Whether a 111 service that this desk plays has made this booking."""
    with memory._open() as database:
        return database.execute("SELECT 1 FROM booking WHERE url = ?", (url,)).fetchone() is not None


def always(value: object) -> Callable[..., Any]:
    """Stands in for a method that gives this value, whatever is asked."""
    return lambda original, *arguments, **named: value


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[..., Any]:
    """Stands in for a method that makes a dict, which is changed in place."""

    def replacement(original: Any, *arguments: Any, **named: Any) -> dict[str, Any]:
        made: dict[str, Any] = original(*arguments, **named)
        change(made)
        return made

    return replacement
