"""What the run left at its providers."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.end_of_run import explored, provider
from uec_booking.harness.scenario import end_of_run
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.end_of_run import Left
from uec_booking.harness.scenario.explored import Explored


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


@when("random sequences of searches, bookings, reads and cancellations are sent to the provider", target_fixture="sent")
def _explored(scenario: Scenario) -> Explored:
    # Only here: what draws the sequences takes a second to load, which a run of other scenarios need not wait for.
    from uec_booking.harness.exploring import part_of_a_run

    return part_of_a_run.explored(scenario, "provider")


@then("the provider answers each request as it must after those before it")
def _keeps_to_the_model(scenario: Scenario, sent: Explored) -> None:
    explored.provider_keeps_to_the_model(scenario.recorder, sent)
