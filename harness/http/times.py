"""Moments in FHIR texts and in headers of HTTP, a leap second among them.

HTTP has second 60 (RFC 7231 section 7.1.1.1), and so has RFC 3339 (section 5.7), at the end of a month in UTC. FHIR has
it from R4 on: the forms of STU3 end at 59, and so do the types of XML Schema behind them, so that the check of formats
tells it once (``standard.validation.primitives``). Here it is a moment like another, so that nothing else is held
against a system for it, and its bookings are found again. As in POSIX it is the first second of the next day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

#: The zone of the times that are sent with an offset on purpose: none in which a British system would tell its own.
SENT_ZONE = timezone(timedelta(hours=2))

#: The three forms of an HTTP-date (RFC 7231 section 7.1.1.1), each of them in GMT.
_HTTP_DATES = (
    re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
    re.compile(r"[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT"),
    re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"),
)

_SECOND_60 = re.compile(r"(\d\d:\d\d):60(?!\d)")
_SECOND = timedelta(seconds=1)


def moment(text: object) -> datetime | None:
    """A FHIR instant or dateTime with offset as an aware datetime; None for anything else."""
    return _aware(text, datetime.fromisoformat)


def http_date(text: str | None) -> datetime | None:
    """The moment of an HTTP-date; None for anything else."""
    return _aware(text, parsedate_to_datetime)


def is_http_date(text: str) -> bool:
    """Whether it has one of the forms of an HTTP-date: a zone of another name, or an offset, is in none of them."""
    return any(form.fullmatch(text) for form in _HTTP_DATES)


def any_moment(text: str | None) -> datetime | None:
    """The moment of an HTTP-date, or of a FHIR instant in the place of one."""
    return http_date(text) or moment(text)


def _aware(text: object, read: Callable[[str], datetime]) -> datetime | None:
    if not isinstance(text, str):
        return None
    found: datetime | None
    try:
        found = read(text)
    except ValueError:
        found = _leap_second(text, read)
    return found if found is not None and found.tzinfo else None


def _leap_second(text: str, read: Callable[[str], datetime]) -> datetime | None:
    before, count = _SECOND_60.subn(r"\1:59", text, count=1)
    try:
        found = read(before) if count else None
        if found is None or not found.tzinfo:
            return None
        utc = found.astimezone(UTC)
        last_minute = (utc.hour, utc.minute) == (23, 59)
        return found + _SECOND if last_minute and (utc + _SECOND).day == 1 else None
    except (ValueError, OverflowError):
        return None


def is_in_sent_zone(text: str) -> bool:
    """Whether a time has the offset of those that are sent with one on purpose."""
    found = moment(text)
    return found is not None and found.utcoffset() == SENT_ZONE.utcoffset(None)
