"""Booking, reading and cancelling in several ways."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider.formats import representations
from uec_booking.harness.scenario.context import Scenario

from ..words import table


@when("an appointment is booked, read and cancelled in each of these ways", target_fixture="in_each_way")
def _book_read_cancel(scenario: Scenario, datatable: list[list[str]]) -> list[representations.InAWay]:
    return representations.book_read_and_cancel(scenario, table(datatable))


@then("each of them is accepted each time")
def _accepted(scenario: Scenario, in_each_way: list[representations.InAWay]) -> None:
    representations.each_is_accepted(scenario.recorder, in_each_way)


@then("each of them is answered in JSON")
def _json(scenario: Scenario, in_each_way: list[representations.InAWay]) -> None:
    representations.each_is_in_json(scenario.recorder, in_each_way)
