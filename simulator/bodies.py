"""Resources as the text that is stored: JSON, with the digits of decimals kept."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from .formats import JSON, dump


def as_text(resource: dict[str, Any]) -> str:
    """The resource as JSON text."""
    return dump(resource, JSON).decode()


def from_text(text: str) -> dict[str, Any]:
    """The resource in a text of `as_text`."""
    resource: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return resource
