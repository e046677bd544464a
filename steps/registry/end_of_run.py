"""The registry beside all that a run booked and cancelled."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.end_of_run import registry as checks
from uec_booking.harness.scenario import registry_history
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.registry_history import Comparison


@when("the registry is compared with all that this run booked and cancelled", target_fixture="comparison")
def _compared(scenario: Scenario) -> Comparison:
    return registry_history.compared(scenario)


@then("each appointment that was booked is registered once")
def _registered(scenario: Scenario, comparison: Comparison) -> None:
    checks.each_is_registered_once(scenario, comparison)


@then("the entry of each cancelled appointment is no longer booked, and no other entry has changed")
def _ended(scenario: Scenario, comparison: Comparison) -> None:
    checks.each_cancellation_is_told(scenario, comparison)


@then("each registration was the pointer and nothing more")
def _pointers(scenario: Scenario, comparison: Comparison) -> None:
    checks.each_is_the_pointer(scenario, comparison)


@then("nothing was registered that was not booked")
def _nothing_else(scenario: Scenario, comparison: Comparison) -> None:
    checks.nothing_else_was_registered(scenario, comparison)


@then("the registry shows each entry once, in its last state")
def _shown(scenario: Scenario, comparison: Comparison) -> None:
    checks.the_registry_shows_what_it_took(scenario, comparison)
