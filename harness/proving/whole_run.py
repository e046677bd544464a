"""One whole run, made as a user makes it: by the command, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ..judging import verdicts as v
from .job import Outcome

#: Seconds that a run may take.
PATIENCE = 600.0


def outcome_of(name: str, options: Sequence[str]) -> Outcome:
    """What ``uec-booking assure`` with these options says. Of its traffic nothing is told."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
        command = [sys.executable, "-m", "uec_booking.harness.cli", "assure", "--report", "results", "--out", folder]
        command += options
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
            document = json.loads((Path(folder) / "results.json").read_text(encoding="utf-8"))
        except subprocess.TimeoutExpired:
            return Outcome.lost(name, f"it took longer than {PATIENCE:g} s")
        except (OSError, ValueError):
            return Outcome.lost(name, f"no results: {(done.stderr or done.stdout)[-400:].strip()}")
    return Outcome(
        name=name,
        seconds=round(time.monotonic() - started, 3),
        verdicts={r["id"]: r["verdict"] for r in document["requirements"] if r["verdict"] != v.NOT_APPLICABLE},
        scenarios={s["id"]: s["status"] for s in document["scenarios"]},
        decided={},
        seconds_of={},
        shapes={},
        course={},
        used=1,
    )
