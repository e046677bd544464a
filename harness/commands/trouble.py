"""What a command says and returns when reports could not be written."""

from __future__ import annotations

import sys
from pathlib import Path

from ..listeners import Listeners
from ..verdicts import EXIT_SETTINGS


def with_trouble(status: int, listeners: Listeners, place: Path) -> int:
    """The exit status of a verdict, or that of reports that could not be written, which is said."""
    trouble = listeners.trouble()
    if not trouble:
        return status
    print(
        f"uec-booking: {trouble} The stored run is in {place}: make room, and write them with "
        f"`uec-booking report {place}`.",
        file=sys.stderr,
    )
    return max(status, EXIT_SETTINGS)
