"""The helper modules of this folder, and those that serve and run foreign systems, are wanted by name."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(TESTS / "foreign"), str(TESTS / "e2e")]
