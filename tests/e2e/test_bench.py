"""Every script of bench/ runs as it says, in a small size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"

#: The arguments that make each small, and a word of what it measures.
SMALL = {
    "catalogue.py": (("1",), "requirements"),
    "crash_points.py": (("--every", "90", "--modes", "full", "--no-files"), "points, 0 lost, 0 doubled, 0 half-done"),
    "exchange_cost.py": (("1",), "ratio"),
    "explore.py": (("--seconds", "15", "--only", "double-booking", "--out", os.devnull), "found"),
    "good_systems.py": (("--only", "clean", "--seeds", "1", "3", "--out", os.devnull), "0 of 1 accused"),
    "histories.py": (("1",), "operations"),
    "registry.py": (("--calls", "3", "40"), "filled in"),
    # In JSON, with a token that is not right, and in XML.
    "reproductions.py": (
        ("no-etag-on-book", "patient-search-needs-no-token", "no-created", "names-change-places-in-xml"),
        ", 4 told by a script",
    ),
    "reports.py": (("--scenarios", "20", "--only", "PRV-CAN-09"), "all of these reports"),
    "simulator.py": (("--calls", "10", "--slots", "500"), "500 slots in the diary"),
    "startup.py": (("1",), "--version"),
    "whole_run.py": (("--workers", "1", "--slow", "--only", "PRV-CAN-09"), "judged and reported again"),
}


def test_every_script_is_tried() -> None:
    assert {path.name for path in BENCH.glob("*.py")} == SMALL.keys()


@pytest.mark.parametrize("name", SMALL)
def test_a_script_measures(name: str) -> None:
    arguments, word = SMALL[name]
    done = subprocess.run(
        [sys.executable, str(BENCH / name), *arguments], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert word in done.stdout
