"""Headers that tell of a resource, in the words of the table of answers."""

from __future__ import annotations

from datetime import timedelta

from ..http.exchange import Exchange
from ..http.times import any_moment, is_http_date, moment
from ..judging.recorder import Recorder

#: A clock may be wrong, and a summer time forgotten; a fixed date is neither.
_CLOCKS_APART = timedelta(hours=2)
#: Between two moments so far apart, headers of whole seconds differ.
_TOLD_APART = timedelta(seconds=2)


def location_form(location: str) -> str:
    """A Location in the words of the table of answers: absolute or relative, versioned or unversioned, or absent."""
    if not location:
        return "absent"
    absolute = "absolute" if "://" in location else "relative"
    return f"{absolute}-{'versioned' if '/_history/' in location else 'unversioned'}"


def moved_on(recorder: Recorder, requirement: str, before: Exchange, after: Exchange) -> None:
    """Last-Modified of a change tells of that change: of one that came seconds after another it is a later moment.

    Looked at where both our clock and the Date of the answers have seconds between the two: a header has whole ones.
    """
    first, second = (any_moment(exchange.header("Last-Modified")) for exchange in (before, after))
    began, began_before = moment(after.started), moment(before.started)
    if first is None or second is None or began is None or began_before is None:
        return
    between = began - began_before - timedelta(seconds=before.seconds)
    dates = [any_moment(exchange.header("Date")) for exchange in (before, after)]
    if dates[0] is not None and dates[1] is not None:
        between = min(between, dates[1] - dates[0] - timedelta(seconds=after.seconds))
    if between < _TOLD_APART:
        return
    recorder.expect(
        requirement,
        second > first,
        expected="a later moment than that of the booking, which was seconds before",
        actual="it is later"
        if second > first
        else f"{after.header('Last-Modified')}, and of the booking {before.header('Last-Modified')}",
        of=[before, after],
        where="Last-Modified",
    )


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
    at = any_moment(text)
    form = "http-date" if is_http_date(text) else "iso" if moment(text) else "other"
    if at is not None and (asked := moment(exchange.started)) and abs(asked - at) > _CLOCKS_APART:
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
