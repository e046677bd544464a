"""Looking into resources in JSON form, whatever shape they are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def contained(resource: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """The contained resource of a type, or None; matched by type, never by index (CF-31)."""
    for inner in resource.get("contained") or []:
        if isinstance(inner, Mapping) and inner.get("resourceType") == kind:
            return inner
    return None
