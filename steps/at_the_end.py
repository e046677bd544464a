"""What the run left at its providers."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks import at_the_end
from uec_booking.harness.checks.at_the_end import Left
from uec_booking.harness.scenario import Scenario


@when("what this run booked is read once more", target_fixture="left")
def _read(scenario: Scenario) -> list[Left]:
    return at_the_end.read_again(scenario)


@then("each appointment is there, as it was asked for")
def _there(scenario: Scenario, left: list[Left]) -> None:
    at_the_end.each_is_there(scenario, left)


@then("each that was cancelled is cancelled still")
def _cancelled(scenario: Scenario, left: list[Left]) -> None:
    at_the_end.each_is_as_it_was_left(scenario, left)


@then("the first version of each is kept, where versions are")
def _versions(scenario: Scenario, left: list[Left]) -> None:
    at_the_end.first_versions_are_kept(scenario, left)
