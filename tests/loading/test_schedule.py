"""Encounters begin at moments that were fixed beforehand, whatever became of those before."""

from __future__ import annotations

import random

from uec_booking.harness.loading.schedule import Schedule


class _Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_a_stall_holds_up_is_late_by_all_of_it() -> None:
    clock = _Clock()
    schedule = Schedule(users=4, rate=2.0, chance=random.Random(1), clock=clock)
    wait, late = schedule.next()
    assert 0 <= wait < 2 and late == 0
    # The encounter takes ten seconds in place of none: five more were to begin meanwhile, two seconds apart.
    clock.now += wait + 10
    assert [schedule.next() for _ in range(6)] == [
        (0.0, 8.0),
        (0.0, 6.0),
        (0.0, 4.0),
        (0.0, 2.0),
        (0.0, 0.0),
        (2.0, 0.0),
    ]


def test_users_together_begin_as_many_as_the_rate_says() -> None:
    clock = _Clock()
    begun = 0
    for seed in range(50):
        clock.now = 100.0
        schedule = Schedule(users=50, rate=10.0, chance=random.Random(seed), clock=clock)
        while (clock.now + (wait := schedule.next()[0])) < 160:
            clock.now += wait
            begun += 1
    assert abs(begun - 600) <= 50


def test_without_a_rate_nothing_waits_and_nothing_is_late() -> None:
    schedule = Schedule(users=5, rate=0.0, chance=random.Random(1))
    assert [schedule.next() for _ in range(3)] == [(0.0, 0.0)] * 3
