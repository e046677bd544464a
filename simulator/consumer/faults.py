"""The desk's defects and variants: found, listed and switched on."""

from __future__ import annotations

from ..defects import CONSUMER, consumer, found_in
from ..seams import Fault, Switchboard, UnknownFault
from .desk import Desk
from .settings import SettingsError
from .variants import variants


def defects() -> list[Fault]:
    """All defects of the desk."""
    return list(found_in(consumer.__path__, CONSUMER))


def listed() -> str:
    """All of them, a line each."""
    return "".join(f"{f.kind:8} {f.name:30} {f.requirement:14} {f.summary}\n" for f in (*defects(), *variants()))


def switched_on(desk: Desk, defects_on: list[str], variants_on: list[str]) -> None:
    """Switch these on, for good. Raises SettingsError for a name that is not known."""
    for option, names, known in (("defect", defects_on, defects()), ("variant", variants_on, variants())):
        there = {fault.name for fault in known}
        for name in names:
            if name not in there:
                raise SettingsError(f"--{option}: {UnknownFault(name, there)} --list shows what there is.")
    switchboard = Switchboard((*defects(), *variants()))
    switchboard.connect("consumer", desk)
    switchboard.switch_to((*defects_on, *variants_on))
