"""The desk's defects and variants: found, and switched on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from ..defects import CONSUMER, consumer, found_in
from ..seams import Fault, Switchboard, UnknownFault
from .desk import Desk
from .settings import SettingsError
from .variants import variants


def defects() -> list[Fault]:
    """All defects of the desk."""
    return list(found_in(consumer.__path__, CONSUMER))


def switched_on(desk: Desk, defects_on: list[str], variants_on: list[str]) -> Switchboard:
    """Switch these on, for good. Raises SettingsError for a name that is not known."""
    for option, names, known in (("defect", defects_on, defects()), ("variant", variants_on, variants())):
        there = {fault.name for fault in known}
        for name in names:
            if name not in there:
                raise SettingsError(f"--{option}: {UnknownFault(name, there)} --list shows what there is.")
    switchboard = Switchboard((*defects(), *variants()))
    switchboard.connect("consumer", desk)
    switchboard.switch_to((*defects_on, *variants_on))
    return switchboard


def telling(switchboard: Switchboard, file: str) -> None:
    """Keep `file` up to date: how often each fault that is on had its way, as JSON; also where one ends the desk.

    Raises SettingsError where it cannot be written.
    """
    try:
        _tell(Path(file), switchboard.used())
    except OSError as problem:
        raise SettingsError(
            f"--tell-used {file!r} cannot be written: {problem.strerror}. Name a file in a folder that is there."
        ) from None
    switchboard.on_use = partial(_tell, Path(file))


def _tell(file: Path, used: Mapping[str, int]) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(used), encoding="utf-8")
    # Whoever reads it finds it whole.
    draft.replace(file)
