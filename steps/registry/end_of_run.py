"""The registry beside all that a run booked and cancelled."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.end_of_run import explored
from uec_booking.harness.checks.end_of_run import registry as checks
from uec_booking.harness.scenario import end_of_run, registry_history
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.explored import Explored
from uec_booking.harness.scenario.registry_history import Comparison


@when("the registry is compared with all that this run booked and cancelled", target_fixture="comparison")
def _compared(scenario: Scenario) -> Comparison:
    return registry_history.compared(scenario)


@then("each appointment that was booked is registered once")
def _registered(scenario: Scenario, comparison: Comparison) -> None:
    checks.each_is_registered_once(scenario.recorder, comparison, scenario.settings.limits.registry_seconds)


@then("the entry of each cancelled appointment is no longer booked, and no other entry has changed")
def _ended(scenario: Scenario, comparison: Comparison) -> None:
    still_booked = end_of_run.those_still_booked(scenario, comparison)
    checks.each_cancellation_is_told(scenario.recorder, comparison, still_booked)


@then("each registration was the pointer and nothing more")
def _pointers(scenario: Scenario, comparison: Comparison) -> None:
    checks.each_is_the_pointer(scenario.recorder, comparison, scenario.settings)


@then("nothing was registered that was not booked")
def _nothing_else(scenario: Scenario, comparison: Comparison) -> None:
    strangers = end_of_run.read_strangers(scenario, comparison)
    checks.nothing_else_was_registered(scenario.recorder, comparison, strangers)


@then("the registry shows each entry once, in its last state")
def _shown(scenario: Scenario, comparison: Comparison) -> None:
    lines = end_of_run.search_for_taken(scenario, comparison)
    checks.the_registry_shows_what_it_took(scenario.recorder, scenario.part("registry"), lines)


@when("random sequences of registrations, updates, reads and searches are sent to the registry", target_fixture="sent")
def _explored(scenario: Scenario) -> Explored:
    # Only here: what draws the sequences takes a second to load, which a run of other scenarios need not wait for.
    from uec_booking.harness.exploring import part_of_a_run

    return part_of_a_run.explored(scenario, "registry")


@then("the registry answers each request as it must after those before it")
def _keeps_to_the_model(scenario: Scenario, sent: Explored) -> None:
    explored.registry_keeps_to_the_model(scenario.recorder, sent)
