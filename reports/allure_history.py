"""What earlier runs came to, as Allure 3 keeps it: a line of JSON for each run, the newest last.

Each run stands there once, under its own id and time, however often its report is made.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun

from .allure_model import milliseconds, stable_id


def before(run: JudgedRun, path: Path) -> str:
    """The lines of ``path`` without those of this run.

    Raises:
        OSError: it cannot be read, or holds a line that is none of Allure's.
    """
    if not path.exists():
        return ""
    kept = []
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if line.strip() and _point(line, f"{path}, line {number}").get("uuid") != _id(run):
            kept.append(line + "\n")
    return "".join(kept)


def with_run(run: JudgedRun, history: str, after: str) -> str:
    """``history`` and the line that Allure added to it, which stands last in ``after``."""
    lines = after.splitlines()
    if not lines or lines == history.splitlines():
        raise OSError("Allure added nothing to its history")
    point = _point(lines[-1], "the history that Allure wrote")
    point["uuid"] = _id(run)
    point["timestamp"] = milliseconds(run.finished) or point["timestamp"]
    return "".join(f"{line}\n" for line in lines[:-1]) + json.dumps(point, ensure_ascii=False) + "\n"


def _id(run: JudgedRun) -> str:
    """Of this run under this edition and reading."""
    return stable_id("run", run.identity.run_id or run.started, run.edition, run.reading)


def _point(line: str, where: str) -> dict[str, Any]:
    try:
        point = json.loads(line)
    except (ValueError, RecursionError):
        point = None
    if not isinstance(point, dict) or not isinstance(point.get("testResults"), dict):
        raise OSError(f"{where}, is no history of Allure: move the file away, and the trends begin anew")
    return point
