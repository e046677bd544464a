"""The folder of a command that measures by booking: made, cleared up after, and given its document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..errors import SettingsError, why_not_written
from ..running.reporters import Listeners, installed
from ..running.signals import brought_to_an_end
from ..settings.model import Settings
from ..text import say


def make(out: Path) -> None:
    """Make the folder, where it is not there.

    Raises:
        SettingsError: it cannot be.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(
            f"The folder {out} cannot be written: {why_not_written(problem)}. Choose another with --out."
        ) from None


def clear_up(out: Path, settings: Settings) -> list[str]:
    """Cancel what was booked by the log in the folder, also where it is interrupted; notes on what was left."""
    with brought_to_an_end("what was booked is being cancelled"):
        return sweep(out / FILE, settings)


def write(out: Path, name: str, made: Mapping[str, Any], tell: Callable[[Listeners], None]) -> None:
    """Write the document, and let ``tell`` the reporters of it; what they could not write is said.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        (out / name).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    except OSError as problem:
        raise SettingsError(
            f"{out / name} cannot be written: {why_not_written(problem)}. Choose another folder with --out."
        ) from None
    listeners = installed()
    tell(listeners)
    if listeners.trouble():
        say(listeners.trouble())
