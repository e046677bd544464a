"""A record of a scenario goes from process to process in Python's own types alone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from execnet.gateway_base import dumps_internal  # type: ignore[import-untyped]  # what pytest-xdist sends with
from uec_booking.harness.judging.observations import MET, Observation, Problem, ProblemKind, ScenarioRecord


class Word(StrEnum):
    """A word as a check may have it."""

    SEEN = "seen"


def test_whatever_a_check_says_can_be_sent_and_comes_back() -> None:
    seen = Observation("PRV-BOOK-01", MET, expected=Word.SEEN, actual="as expected", where=Word.SEEN)
    problem = Problem(ProblemKind.INCONCLUSIVE, Word.SEEN)
    record = ScenarioRecord("x", "f", "n", "", (), (), 0.0, "", observations=(seen,), problem=problem)
    data: dict[str, Any] = record.to_json()
    assert dumps_internal(data)
    assert ScenarioRecord.from_json(data) == record
