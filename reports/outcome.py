"""The outcome of a run for a script: verdict, counts and failures, small enough to be looked at in a shell.

``results.json`` has all of it; this says where it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun

from .causes import troubles
from .findings import counts_of, in_a_line
from .rerun import rerun
from .text import one_line

#: Letters of a reason.
_LONGEST = 600


def outcome(run: JudgedRun, directory: Path, exit_status: int) -> dict[str, Any]:
    """What ``uec-booking assure --json`` prints. ``failures`` has one entry for each cause."""
    return {
        "outcome": 1,
        "verdict": str(run.verdict),
        "headline": run.headline(),
        "exit_status": exit_status,
        "partial": run.partial,
        "edition": run.edition,
        "reading": run.reading,
        "run": run.identity.run_id,
        "folder": str(directory.resolve()),
        "requirements": {str(k): n for k, n in counts_of([one.verdict for one in run.requirements]).items()},
        "scenarios": {str(k): n for k, n in counts_of([one.status for one in run.scenarios]).items()},
        "outstanding_statements": run.outstanding,
        "failures": [
            {
                "requirements": [one.id for one in trouble.requirements],
                "verdict": str(trouble.first.verdict),
                "reason": one_line(in_a_line(trouble.first), _LONGEST),
                "behind_it": [one.id for below in trouble.below for one in below.requirements],
                "rerun": rerun(run, *trouble.requirements),
            }
            for trouble in troubles(run)
        ],
        "notes": [one_line(note, _LONGEST) for note in run.notes],
    }
