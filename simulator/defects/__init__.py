"""Defects: each breaks one requirement at one seam, to prove that the harness notices.

Every module here is found, in folders too; nothing has to be listed. A defect is written in one of two forms.

What needs code is a function: its name is the defect's, its docstring says what is wrong, and ``breaks`` names
the requirement and the method that it stands in for (without one it rewrites answers)::

    @breaks("PRV-CAN-14", ProviderRules.check_may_cancel)
    def anyone_may_cancel(original: Any, current: Any, caller: Any) -> None:
        '''Whoever asks may cancel.'''

What only drops, changes or adds something is a row of a table, made with the small functions of `fault_making`::

    BOOKING: tuple[Fault, ...] = (
        rewriting("no-created", "PRV-BOOK-27", "It has no created.", with_body(without("created"), done("book"))),
    )
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from importlib import import_module

from ..seams import Fault

#: The defects of the reference consumer, which is a program of its own and finds them itself.
CONSUMER = f"{__name__}.consumer"


def found_in(path: Iterable[str], package: str, *, leaving_out: str = "") -> Iterator[Fault]:
    """The defects written in the modules of a package, in the order of their names."""
    for module in sorted(pkgutil.walk_packages(path, f"{package}."), key=lambda one: one.name):
        if leaving_out and module.name.startswith(leaving_out):
            continue
        room = import_module(module.name)
        for name, value in tuple(vars(room).items()):
            # What a module takes from another is not its own: not annotated in it, not written in it.
            if isinstance(value, Fault):
                function = value.replacement or value.rewrite
                if function is not None and function.__module__ == room.__name__:
                    yield value
            elif isinstance(value, tuple) and name in getattr(room, "__annotations__", ()):
                yield from (one for one in value if isinstance(one, Fault))
