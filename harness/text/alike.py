"""Text without what is of one exchange or one run alone: the same finding reads the same wherever it is seen."""

from __future__ import annotations

import re

_RESOURCES = "Appointment|Slot|Schedule|Patient|Bundle|Organization|Practitioner|HealthcareService|Location"
#: Texts that differ from exchange to exchange, and what stands for them.
_OF_ONE_EXCHANGE = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "…"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?"), "…"),
    (re.compile(r"(https?://[^/\s:]+):\d+"), r"\1"),
    (re.compile(rf"\b({_RESOURCES})/[A-Za-z0-9.-]{{1,64}}"), r"\1/…"),
    (re.compile(r"\bx\d+\b"), "…"),
    (re.compile(r"\b\d{5,}\b"), "…"),
)


def alike(text: str) -> str:
    """``text`` without ids, times and ports that differ from exchange to exchange."""
    for pattern, instead in _OF_ONE_EXCHANGE:
        text = pattern.sub(instead, text)
    return text
