"""Reading the dates of a search: prefixes, and days, minutes and seconds (CF-06 to CF-12)."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from ..refusals import Rejected

_MOMENT = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<date>\d{4}-\d{2}-\d{2})"
    r"(T(?P<time>\d{2}:\d{2})(?P<seconds>:\d{2})?(?P<fraction>\.\d{1,9})?(?P<zone>Z|[+-]\d{2}:\d{2}))?\Z"
)
_AT_START = "http.start"
_PREFIXES = ("eq", "ge", "gt", "le", "lt", "sa", "eb")


def read_window(starts: Collection[str]) -> tuple[int | None, int | None]:
    """The bounds that the values of start give: Unix seconds, inclusive and exclusive. Raises Rejected."""
    if len(starts) > 2:
        raise Rejected("invalid-query-value", "The parameter start may occur at most twice.", _AT_START)
    earliest: int | None = None
    before: int | None = None
    for value in starts:
        low, high = _bounds(value)
        if low is not None:
            earliest = low if earliest is None else max(earliest, low)
        if high is not None:
            before = high if before is None else min(before, high)
    return earliest, before


def _bounds(value: str) -> tuple[int | None, int | None]:
    prefix, first, after = _moment(value)
    match prefix:
        case "ge":
            return first, None
        case "gt" | "sa":
            return after, None
        case "le":
            return None, after
        case "lt" | "eb":
            return None, first
        case _:
            return first, after


def _moment(value: str) -> tuple[str, int, int]:
    """Prefix, first second and the second after the day, minute or second that the value names."""
    # A consumer that does not encode the + of an offset sends a blank: the moment is still clear.
    match = _MOMENT.match(value.strip().replace(" ", "+"))
    if match is None or (match["prefix"] or "eq") not in _PREFIXES:
        raise Rejected("invalid-query-value", f"The value of start is not a search date: {value}.", _AT_START)
    time = f"{match['time'] or '00:00'}{match['seconds'] or ':00'}"
    zone = "+00:00" if match["zone"] in (None, "Z") else match["zone"]
    try:
        first = datetime.fromisoformat(f"{match['date']}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        reason = f"The value of start is not a moment in time: {value}."
        raise Rejected("invalid-query-value", reason, _AT_START) from None
    length = timedelta(days=1) if not match["time"] else timedelta(seconds=1 if match["seconds"] else 60)
    begin = int(first.timestamp())
    prefix = match["prefix"] or "eq"
    # Slots start on whole seconds: from a fraction of a second on, the first that counts is the next one.
    if match["fraction"] and float(match["fraction"]) > 0 and prefix in ("ge", "lt", "eb"):
        return prefix, begin + 1, begin + 1
    return prefix, begin, begin + int(length.total_seconds())
