"""Expectations of searches that have to be answered, whatever they find."""

from __future__ import annotations

from collections.abc import Iterable

from ....http.exchange import Exchange
from ....judging.decides import decides
from ....judging.recorder import Recorder


@decides("PRV-SRCH-01")
def each_at_once(recorder: Recorder, answers: Iterable[Exchange]) -> None:
    """PRV-SRCH-01: searches at the same moment are answered, each of them."""
    for exchange in answers:
        recorder.expect_answer("PRV-SRCH-01", "search-ok", exchange)


@decides("PRV-SRCH-04")
def two_bounds(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-04: a time with a lower and an upper bound is understood."""
    recorder.expect_answer("PRV-SRCH-04", "search-ok", exchange)


@decides("PRV-SRCH-16")
def with_includes(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-16: a search may ask for what belongs to the slots."""
    recorder.expect_answer("PRV-SRCH-16", "search-with-includes", exchange)


@decides("PRV-SRCH-28")
def without_patient(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-28: a search needs no patient."""
    recorder.expect_answer("PRV-SRCH-28", "search-ok", exchange)


@decides("PRV-SRCH-29")
def of_any_organisation(recorder: Recorder, exchange: Exchange) -> None:
    """PRV-SRCH-29: an organisation that the provider has not heard of may search."""
    recorder.expect_answer("PRV-SRCH-29", "search-ok", exchange)
