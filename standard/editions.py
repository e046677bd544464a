"""The editions of the booking standard that can be under test, and ranges of them.

An edition is named by the number of the standard (docs-uec-appts); each has one version of the API
(NHS-Booking-API) beside it. Everything in this package counts in numbers of the standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Edition = str
"""Name of an edition: one of `EDITIONS`."""

EDITIONS: tuple[Edition, ...] = ("0.1.15", "0.1.16", "0.1.17", "0.2.0", "1.0.0-RC1", "1.0.0")
"""Oldest first. "0.2.0" is the edition published as 0.2.0-BETA."""

DEFAULT: Edition = "1.0.0"

API_VERSION: Mapping[Edition, str] = MappingProxyType(
    {
        "0.1.15": "1.0.6",
        "0.1.16": "2.0.0",
        "0.1.17": "2.0.1",
        "0.2.0": "2.0.2",
        "1.0.0-RC1": "2.0.3",
        "1.0.0": "2.0.4",
    }
)
"""The version of the API that belongs to each edition (the pairs of CF-74)."""

READINGS: tuple[str, ...] = ("scal-2020", "tkw")
"""Stricter readings that can be laid over an edition: the 2020 assurance scripts, the older test tool."""

EVERY_EDITION = "all"
NO_EDITION = "none"
"""The range of a clause that only editions older than `EDITIONS` had: recorded, never judged."""


class EditionError(ValueError):
    """An edition, a reading or a range of editions that does not exist."""


def position(edition: Edition) -> int:
    """Place of the edition in `EDITIONS`, counted from 0. Raises EditionError for an unknown one."""
    try:
        return EDITIONS.index(edition)
    except ValueError:
        raise EditionError(f"unknown edition {edition!r}; known: {', '.join(EDITIONS)}") from None


def editions_in(text: str) -> tuple[Edition, ...]:
    """The editions that a range names, oldest first.

    A range is "all", "none", one edition ("0.2.0"), "0.2.0+" (that one and every later one),
    "..0.1.17" (that one and every earlier one) or "0.1.15..0.1.17" (both ends belong to it).
    Raises EditionError for anything else, and for a range that runs backwards.
    """
    if text == EVERY_EDITION:
        return EDITIONS
    if text == NO_EDITION:
        return ()
    if text.endswith("+"):
        return EDITIONS[position(text[:-1]) :]
    first, dots, last = text.partition("..")
    if not dots:
        return (EDITIONS[position(text)],)
    start = position(first) if first else 0
    end = position(last)
    if end < start:
        raise EditionError(f"the range {text!r} runs backwards")
    return EDITIONS[start : end + 1]


def in_range(edition: Edition, text: str) -> bool:
    """Whether the edition lies in the range (see `editions_in`). Raises EditionError for either."""
    return position(edition) in map(EDITIONS.index, editions_in(text))


def check_reading(reading: str) -> None:
    """Raise EditionError unless the reading is "" (none) or one of `READINGS`."""
    if reading and reading not in READINGS:
        raise EditionError(f"unknown reading {reading!r}; known: {', '.join(READINGS)}")
