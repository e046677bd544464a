"""Patients of a scenario: never the same twice, and in several scenarios at once never the same either."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from uec_booking.harness.errors import CannotGoOn
from uec_booking.harness.scenario.patient_draw import PatientDraw
from uec_booking.harness.settings.model import DeclaredPatient


def _declared(count: int) -> list[DeclaredPatient]:
    return [DeclaredPatient(f"999000{n:04}", f"Test {n}", "Zoë", "unknown", "1970-01-01") for n in range(count)]


@pytest.fixture
def drawing(tmp_path: Path) -> Iterator[Callable[[int], PatientDraw]]:
    """Begins draws from so many declared patients; what they hold is given back at the end."""
    with ExitStack() as ends:

        def draw(count: int) -> PatientDraw:
            begun = PatientDraw(_declared(count), tmp_path, random.Random())
            ends.callback(begun.give_back)
            return begun

        yield draw


def test_each_one_drawn_is_another_until_none_is_left(drawing: Callable[[int], PatientDraw]) -> None:
    draw = drawing(3)
    drawn = {draw.another().nhs_number, draw.another().nhs_number}
    assert len(drawn) == 2
    assert draw.without_appointments().nhs_number not in drawn
    with pytest.raises(CannotGoOn, match="declare 1 more"):
        draw.another()


def test_one_patient_is_too_few_for_two_and_for_none_booked(drawing: Callable[[int], PatientDraw]) -> None:
    draw = drawing(1)
    first = draw.another()
    with pytest.raises(CannotGoOn, match=r"1 test patient is declared.* declare 2 more"):
        draw.several(first, 4)
    with pytest.raises(CannotGoOn, match="declare 2 more"):
        draw.without_appointments()


def test_scenarios_at_the_same_time_have_different_patients(drawing: Callable[[int], PatientDraw]) -> None:
    draws = [drawing(5) for _ in range(2)]
    drawn = [draw.another().nhs_number for draw in draws for _ in range(2)]
    assert len(set(drawn)) == 4
    draws[0].give_back()
    assert drawing(5).another().nhs_number in drawn[:2]
