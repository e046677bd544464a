"""The documents of an exploration: whatever a system said, nothing of it is obeyed by a browser or a shell."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from uec_booking.reports.exploration import ExplorationReporter

HOSTILE = "</p><script>alert(1)</script>\n$(touch obeyed)\n`touch obeyed`\nREQUESTS\ntouch obeyed\n\x1b[2J"


def _document(folder: Path) -> dict[str, Any]:
    recipe = {
        "number": 1,
        "method": "GET",
        "path": "/Slot",
        "query": [],
        "headers": [["X-Odd", HOSTILE.replace("\n", " ")]],
        "authorization": None,
        "body": {"text": HOSTILE},
        "status": 200,
    }
    finding = {
        "number": 1,
        "part": "provider",
        "address": f"file://{folder}/'$(touch obeyed)'",
        "tls": {"ca": "a 'file'; touch obeyed", "certificate": "", "key": ""},
        "requirement": "PRV-SRCH-01",
        "text": "A search is answered.",
        "expected": HOSTILE,
        "actual": HOSTILE,
        "where": "",
        "conflict": "",
        "steps": [{"keyword": "Given", "words": HOSTILE, "exchanges": ["x1"]}],
        "exchanges": [],
        "recipe": [recipe],
    }
    system = {
        "part": "provider",
        "name": HOSTILE,
        "base_url": "https://provider.example",
        "sequences": 1,
        "requests": 1,
        "slots": 3,
        "cut_short": 0,
        "ended": "the time is up",
        "notes": [HOSTILE],
    }
    return {"form": 1, "seed": 1, "edition": "1.0.0", "reading": "", "systems": [system], "findings": [finding]}


def test_what_a_system_said_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    (tmp_path / "finding-7.sh").write_text("of an exploration before", encoding="utf-8")
    ExplorationReporter().exploration_made(_document(tmp_path), tmp_path)
    page = (tmp_path / "findings.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "\x1b" not in page and "&lt;script&gt;" in page
    scenario = (tmp_path / "finding-1.feature").read_text(encoding="utf-8")
    assert [line for line in scenario.splitlines() if line.startswith(("$(", "`", "touch", "REQUESTS"))] == []
    # It cannot reach anything: what counts is what the shell makes of the text.
    done = subprocess.run(["bash", tmp_path / "finding-1.sh"], cwd=tmp_path, capture_output=True, timeout=60)
    assert not (tmp_path / "obeyed").exists(), done.stderr
    assert not (tmp_path / "finding-7.sh").exists()
