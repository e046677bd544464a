"""The schema of the contract with a consumer under test: its tasks and its answers, by version."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "consumer_contract.schema.json"


@cache
def _whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def schema(part: str) -> dict[str, Any]:
    """The schema of a ``task`` or of an ``answer``."""
    whole = _whole()
    return {"$schema": whole["$schema"], "$defs": whole["$defs"], "$ref": f"#/$defs/{part}"}
