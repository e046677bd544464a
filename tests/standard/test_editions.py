"""Editions, their ranges, and the readings laid over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uec_booking.standard import editions as ed

ANY_EDITION = st.sampled_from(ed.EDITIONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", ed.EDITIONS),
        ("none", ()),
        ("0.2.0", ("0.2.0",)),
        ("0.2.0+", ("0.2.0", "1.0.0-RC1", "1.0.0")),
        ("1.0.0-RC1+", ("1.0.0-RC1", "1.0.0")),
        ("..0.1.17", ("0.1.15", "0.1.16", "0.1.17")),
        ("0.1.15..0.1.16", ("0.1.15", "0.1.16")),
    ],
)
def test_a_range_names_its_editions(text: str, expected: tuple[str, ...]) -> None:
    assert ed.editions_in(text) == expected


@pytest.mark.parametrize("text", ["", "+", "..", "0.2.0..", "0.3.0+", "2.0.4", "1.0.0..0.2.0", "latest"])
def test_a_range_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ed.EditionError):
        ed.editions_in(text)


@given(ANY_EDITION, ANY_EDITION)
def test_the_two_open_ranges_meet_in_one_edition(edition: str, other: str) -> None:
    later, earlier = ed.in_range(other, f"{edition}+"), ed.in_range(other, f"..{edition}")
    assert later or earlier
    assert (later and earlier) == (edition == other)


def test_every_edition_has_its_version_of_the_api() -> None:
    assert tuple(ed.API_VERSION) == ed.EDITIONS
    assert ed.API_VERSION[ed.DEFAULT] == "2.0.4"
    assert ed.EDITIONS[-1] == ed.DEFAULT


def test_an_unknown_edition_or_reading_is_named_in_the_error() -> None:
    with pytest.raises(ed.EditionError, match=r"unknown edition '2\.0\.4'"):
        ed.in_range("2.0.4", "all")
    with pytest.raises(ed.EditionError, match="unknown reading 'strict'"):
        ed.check_reading("strict")
