"""Headers that tell of a resource, in the words of the table of answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ..exchange import Exchange
from ..recording import Recorder
from ..times import moment

#: A clock may be wrong, and a summer time forgotten; a fixed date is neither.
_CLOCKS_APART = timedelta(hours=2)


def location_form(location: str) -> str:
    """A Location in the words of the table of answers: absolute or relative, versioned or unversioned, or absent."""
    if not location:
        return "absent"
    absolute = "absolute" if "://" in location else "relative"
    return f"{absolute}-{'versioned' if '/_history/' in location else 'unversioned'}"


def last_modified(recorder: Recorder, requirement: str, exchange: Exchange) -> None:
    """A Last-Modified header of what was changed just now: an HTTP-date; an ISO time is tolerated (CF-23)."""
    text = exchange.header("Last-Modified")
    if text is None:
        recorder.expect(
            requirement,
            False,
            expected="a Last-Modified header",
            actual="no Last-Modified header",
            of=exchange,
            where="Last-Modified",
        )
        return
    try:
        parsedate_to_datetime(text)
        form = "http-date"
    except ValueError:
        form = "iso" if moment(text) else "other"
    at = parsedate_to_datetime(text) if form == "http-date" else moment(text)
    if at is not None and at.tzinfo is not None and abs(datetime.now(UTC) - at) > _CLOCKS_APART:
        recorder.expect(
            requirement,
            False,
            expected="the moment of the change, which was just now",
            actual=text,
            of=exchange,
            where="Last-Modified",
        )
        return
    recorder.expect_value(
        requirement, "last-modified-form", form, actual=f"Last-Modified: {text}", of=exchange, where="Last-Modified"
    )
