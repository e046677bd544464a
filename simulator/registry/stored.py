"""What the registry's records hold, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pointer:
    """One version of a pointer appointment. `stored_at` is Unix seconds."""

    id: str
    version: int
    body: dict[str, Any]
    stored_at: int


@dataclass(frozen=True)
class PointerKey:
    """What a pointer is found by. `start` is Unix seconds."""

    nhs_number: str
    url: str
    start: int
