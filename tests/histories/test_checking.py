"""Histories that came about are possible; those of known races are not, by the fewest operations that show it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from uec_booking.harness.histories.checking import impossible, is_possible
from uec_booking.harness.histories.operations import Came, Kind, Operation

from .diary import RACES, history


@pytest.mark.parametrize("seed", range(20))
def test_what_came_about_is_possible(seed: int) -> None:
    assert not impossible(history(seed, operations=500))


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_race_is_found(race: str, seed: int) -> None:
    found = impossible(history(seed, operations=600, race=race))
    assert found
    shortest = min(found.values(), key=len)
    assert 2 <= len(shortest) <= 4
    for one in shortest:
        assert is_possible([other for other in shortest if other is not one])


def booked(client: str, name: str, began: float, ended: float) -> Operation:
    return Operation(Kind.BOOK, Came.DONE, client, began, ended, "S", name, made="1", exchange=name)


CANCELLED = Operation(
    Kind.CANCEL, Came.DONE, "C1", 2.0, 3.0, appointment="A1", version="1", made="2", exchange="cancelled"
)
FIRST = booked("C1", "A1", 0.0, 1.0)


def test_a_slot_that_comes_free_is_had_once_and_not_before() -> None:
    second, third, early = booked("C2", "A2", 2.5, 4.0), booked("C3", "A3", 2.5, 4.0), booked("C2", "A2", 1.1, 1.9)
    assert not impossible([FIRST, CANCELLED, second])
    assert impossible([FIRST, CANCELLED, second, third]) == {"S": [second, third]}
    # How a provider names what it books is its own affair.
    assert not impossible([FIRST, CANCELLED, replace(booked("C2", "A1", 3.5, 4.0), exchange="again")])
    assert impossible([FIRST, CANCELLED, early]) == {"S": [FIRST, early]}


def test_what_freed_a_slot_is_not_left_out_of_what_is_shown() -> None:
    """Without the cancellation two bookings would be shown as the fault, which they are not."""
    second = booked("C2", "A2", 3.5, 4.0)
    read = Operation(Kind.READ, Came.DONE, "C2", 5.0, 6.0, appointment="A2", cancelled=True, exchange="read")
    assert impossible([FIRST, CANCELLED, second, read]) == {"S": [second, read]}


def test_of_one_version_one_cancellation_is_done() -> None:
    """The current version is not rejected as stale, and no version is cancelled twice, but by what is sent again."""
    again = replace(CANCELLED, client="C2", exchange="again")
    assert impossible([FIRST, CANCELLED, again]) == {"S": [CANCELLED, again]}
    both = [replace(one, request_id="r1") for one in (CANCELLED, again)]
    assert not impossible([FIRST, *both])
    stale = replace(CANCELLED, came=Came.STALE)
    assert impossible([FIRST, stale]) == {"S": [FIRST, stale]}
    assert not impossible([FIRST, replace(stale, version="0")])


def test_a_lost_answer_may_have_been_done_or_not() -> None:
    lost = Operation(Kind.BOOK, Came.LOST, "C1", 0.0, 9.0, "S", request_id="r1", exchange="lost")
    other = booked("C2", "A2", 1.0, 2.0)
    same = replace(booked("C1", "A1", 3.0, 4.0), request_id="r1")
    assert not impossible([lost, other])
    assert not impossible([lost, same, replace(same, began=5.0, ended=6.0, exchange="same again")])
    assert impossible([lost, other, same])
