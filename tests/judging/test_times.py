"""Moments with a leap second: never a crash, and comparable wherever a leap second can be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from uec_booking.harness.http.times import any_moment, http_date, moment
from uec_booking.standard.validation.primitives import fault_in

NEW_YEAR = datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "2016-12-31T18:29:60-05:30"])
def test_a_leap_second_is_the_first_second_of_the_next_day(text: str) -> None:
    assert moment(text) == any_moment(text) == NEW_YEAR
    assert moment(text.replace(":60", ":59")) < moment(text)


def test_an_http_date_may_have_one() -> None:
    assert http_date("Sat, 31 Dec 2016 23:59:60 GMT") == any_moment("Sat, 31 Dec 2016 23:59:60 GMT") == NEW_YEAR


@pytest.mark.parametrize(
    "text",
    [
        *("2016-12-30T23:59:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:59:60", "2016-12-31T23:59:61Z", "60", ":60"),
        *("9999-12-31T23:59:60Z", "2016-12-31T23:60:00Z", "Sat, 31 Dec 2016 21:59:60 GMT", "99:59:60", "x" * 100_000),
        "",
    ],
    ids=lambda text: text[:30],
)
def test_where_none_can_be_there_is_none(text: str) -> None:
    assert any_moment(text) is None


@pytest.mark.parametrize("kind", ["instant", "dateTime"])
def test_the_forms_of_stu3_end_at_second_59(kind: str) -> None:
    """As its pages print them; R4 is the first with a second 60. So it is a fault of format, and no more than that."""
    assert not fault_in("2016-12-31T23:59:59Z", kind)
    assert fault_in("2016-12-31T23:59:60Z", kind)
