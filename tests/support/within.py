"""The command line within this process: for what ends before a run begins, or reads what is stored.

A process of its own imports for two seconds of CPU time what is imported here already. What signals, pipes or the
environment have a say in needs one, and so does a run: ``uec`` in ``program.py``.
"""

from __future__ import annotations

import io
from contextlib import chdir, nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path

from uec_booking.harness.cli import main

from .program import Done


def here(*arguments: str | Path, cwd: Path | None = None) -> Done:
    """Carry out ``uec-booking`` to its end, with its output as a pipe would take it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), chdir(cwd) if cwd else nullcontext():
        status = main([str(argument) for argument in arguments])
    return Done(status, *(_all(stream) for stream in (out, err)))


def _all(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
