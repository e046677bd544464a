"""Defects in cancelling: the version named, and what the user is told."""

from __future__ import annotations

from typing import Any

from ...consumer.rules import DeskRules
from ...fault_making import breaks


@breaks("CON-CAN-03", DeskRules.version_to_name)
def names_a_stale_version(original: Any, answer: Any) -> str:
    """The update names the version before the one that was read."""
    meta = (answer.resource or {}).get("meta", {})
    version = str(meta.get("versionId", ""))
    return f'W/"{int(version) - 1 if version.isdecimal() else 0}"'


@breaks("CON-CAN-07", DeskRules.is_cancelled)
def shows_success_at_a_conflict(original: Any, answer: Any) -> bool:
    """The user is told that the appointment is cancelled when the provider answered 409."""
    return bool(answer.status == 409 or original(answer))
