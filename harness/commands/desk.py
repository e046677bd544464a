"""``uec-booking desk``: hands over to the command of the reference consumer."""

from __future__ import annotations

from collections.abc import Sequence

from ..running.local_simulator import become_desk


def main(arguments: Sequence[str]) -> int:
    """Become the desk; does not return."""
    become_desk(arguments)
    return 0
