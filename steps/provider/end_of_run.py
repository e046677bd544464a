"""What the run left at its providers."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.end_of_run import provider
from uec_booking.harness.scenario import end_of_run
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.end_of_run import Left


@when("what this run booked is read once more", target_fixture="left")
def _read(scenario: Scenario) -> list[Left]:
    return end_of_run.read_again(scenario)


@then("each appointment is returned as it was booked")
def _there(scenario: Scenario, left: list[Left]) -> None:
    provider.each_is_there(scenario.recorder, left)


@then("each cancelled appointment is still cancelled")
def _cancelled(scenario: Scenario, left: list[Left]) -> None:
    provider.each_is_as_it_was_left(scenario.recorder, left)


@then("the first version of each is kept, if the provider keeps versions")
def _versions(scenario: Scenario, left: list[Left]) -> None:
    provider.first_versions_are_kept(scenario.recorder, end_of_run.read_first_versions(scenario, left))
