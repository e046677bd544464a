"""Defects: each breaks one requirement at one named seam, to prove that the harness notices.

Every module here that holds a tuple of defects is found; nothing has to be listed.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from uec_booking.simulator.seams import Fault


def _found() -> Iterator[Fault]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        for name, value in vars(import_module(f"{__name__}.{module.name}")).items():
            if name.isupper() and isinstance(value, tuple):
                yield from (one for one in value if isinstance(one, Fault))


# A table that one module takes from another is met twice.
DEFECTS: tuple[Fault, ...] = tuple({id(fault): fault for fault in _found()}.values())
