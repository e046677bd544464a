"""``uec-booking simulate``: hands over to the simulator's own command."""

from __future__ import annotations

from collections.abc import Sequence

from ..running.local_simulator import become_simulator


def main(arguments: Sequence[str]) -> int:
    """Become the simulator; does not return."""
    become_simulator(arguments)
    return 0
