"""The command doors: tasks on standard input, answers on standard output."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from ..desk import unreadable

if TYPE_CHECKING:
    from ..desk import Desk

#: Bytes that a task may have.
MAX_TASK_BYTES = 256 * 1024


def one_call(desk: Desk) -> int:
    """Answer the one task on standard input."""
    _write(answered(desk, sys.stdin.buffer.read(MAX_TASK_BYTES + 1)))
    return 0


def lines(desk: Desk) -> int:
    """Answer the task in each line, in order, until standard input closes. Empty lines are passed over."""
    while line := sys.stdin.buffer.readline(MAX_TASK_BYTES + 1):
        if not line.endswith(b"\n") and len(line) > MAX_TASK_BYTES:
            _pass_over_rest()
        if line.strip():
            _write(answered(desk, line))
    return 0


def answered(desk: Desk, data: bytes) -> dict[str, Any]:
    """The answer to a task in JSON; what is none is answered too."""
    if len(data) > MAX_TASK_BYTES:
        return unreadable(f"it has more than {MAX_TASK_BYTES} bytes.")
    try:
        task = json.loads(data)
    except (ValueError, RecursionError) as error:
        return unreadable(f"it is not JSON ({error}).")
    return desk.answer(task)


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _pass_over_rest() -> None:
    while (rest := sys.stdin.buffer.readline(MAX_TASK_BYTES)) and not rest.endswith(b"\n"):
        pass
