"""Defects: each breaks one requirement at one named seam, to prove that the harness notices.

Every module here that holds a tuple of defects is found; nothing has to be listed.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from ..seams import Fault


def _found() -> Iterator[Fault]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        room = import_module(f"{__name__}.{module.name}")
        # What a module takes from another is not annotated in it.
        for name in room.__annotations__:
            value = getattr(room, name, ())
            if isinstance(value, tuple):
                yield from (one for one in value if isinstance(one, Fault))


DEFECTS: tuple[Fault, ...] = tuple(_found())
