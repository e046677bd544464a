"""The registry beside all that a run booked and cancelled."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness import registry_account
from uec_booking.harness.checks import registry_account as checks
from uec_booking.harness.registry_account import Comparison
from uec_booking.harness.scenario import Scenario


@when("the registry is compared with all that this run booked and cancelled", target_fixture="comparison")
def _compared(scenario: Scenario) -> Comparison:
    return registry_account.compared(scenario)


@then("each appointment that was booked is registered once")
def _registered(scenario: Scenario, comparison: Comparison) -> None:
    checks.each_is_registered_once(scenario, comparison)


@then("the entry of each that was cancelled is ended, and no other")
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
