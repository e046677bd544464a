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
    """Keep `file` up to date: how often each fault that is on had its way, as JSON.

    What it says already is counted on, so that nothing is lost where a fault ends the desk and it is started again.

    Raises SettingsError where it cannot be written, or holds something else.
    """
    path = Path(file)
    try:
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        tell = partial(_tell, path, {str(name): int(count) for name, count in before.items()})
        tell(switchboard.used())
    except OSError as problem:
        raise SettingsError(
            f"--tell-used {file!r} cannot be written: {problem.strerror}. Name a file in a folder that is there."
        ) from None
    except (AttributeError, TypeError, ValueError):
        raise SettingsError(f"--tell-used {file!r} holds something else than such counts. Name a new file.") from None
    switchboard.on_use = tell


def _tell(file: Path, before: Mapping[str, int], used: Mapping[str, int]) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    counts = {**before, **{name: count + before.get(name, 0) for name, count in used.items()}}
    draft.write_text(json.dumps(counts), encoding="utf-8")
    # Whoever reads it finds it whole.
    draft.replace(file)
