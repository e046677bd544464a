"""What a command says and returns when reports could not be written."""

from __future__ import annotations

from pathlib import Path

from ..judging.verdicts import EXIT_SETTINGS
from ..running.reporters import Listeners
from ..text import complain


def with_trouble(status: int, listeners: Listeners, place: Path) -> int:
    """The exit status of a verdict, or that of reports that could not be written, which is said."""
    trouble = listeners.trouble()
    if not trouble:
        return status
    complain(f"{trouble} The stored run is in {place}: make room, and write them with `uec-booking report {place}`.")
    return max(status, EXIT_SETTINGS)
