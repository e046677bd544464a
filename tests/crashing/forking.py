"""Starts programs that fail again and again, each in a process of its own that has all of it imported already.

``python -m tests.crashing.forking`` reads a line of JSON for each, and answers with the number of the process. A line
says which ``program``: ``simulator`` with its ``options``, or one of ``harness_programs`` with its ``folders``; in
which ``mode`` it fails ``at`` which change; and where it notes them (``notes``) and what it says (``said``).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

# What the simulator would import when it is asked the first time; nothing of it starts a thread.
import uec_booking.simulator.server
import uec_booking.simulator.wiring  # noqa: F401
from uec_booking.simulator import cli
from uec_booking.simulator.structure import load_models

from . import harness_programs
from .database_points import Mode, Points
from .file_points import FileMode, FilePoints


def _child(order: dict[str, Any]) -> None:
    """The program, failing as it was told; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said = os.open(order["said"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    status = 70
    try:
        status = _carried_out(order, Path(order["notes"]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Nothing of the parent's is to be ended here.
        os._exit(status)


def _carried_out(order: dict[str, Any], notes: Path) -> int:
    if order["program"] == "simulator":
        Points(Mode(order["mode"]), order["at"], notes).install()
        return cli.main(order["options"])
    folder, other = (Path(place) for place in order["folders"])
    FilePoints(FileMode(order["mode"]), order["at"], notes, folder).install()
    getattr(harness_programs, order["program"])(folder, other)
    return 0


def main() -> None:
    load_models()
    # Nobody asks how they ended, so the system keeps nothing of them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(order)
        print(child, flush=True)


if __name__ == "__main__":
    main()
