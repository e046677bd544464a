"""The Appointment Registry, and what providers owe it."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry.notifications import shown_entries
from uec_booking.harness.scenario import preconditions
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@given("the registry is away")
def _away(scenario: Scenario) -> None:
    preconditions.registry_goes_away(scenario)


@when("the registry is back")
def _back(scenario: Scenario) -> None:
    scenario.control("registry").registry_back()


@when(sentence("{who:Organisation} searches the registry for appointments of the patient"))
def _searches(scenario: Scenario, who: str) -> None:
    preconditions.search_registry(scenario, who)


@then(sentence("the registry has a booked entry for the {name:Name} appointment"))
def _told_of_booking(scenario: Scenario, name: str) -> None:
    shown_entries.told_of_booking(scenario, scenario.appointment(name))


@then(sentence("the registry answers with entries of that patient only, one of them for the {name:Name} appointment"))
def _found(scenario: Scenario, name: str) -> None:
    shown_entries.patient_is_found(scenario, scenario.answer(), scenario.appointment(name))


@then(sentence("the registry entry of the {name:Name} appointment is no longer booked"))
def _told_of_cancellation(scenario: Scenario, name: str) -> None:
    shown_entries.told_of_cancellation(scenario, scenario.appointment(name))


@then(sentence("if it was cancelled, the registry entry of the {name:Name} appointment is no longer booked"))
def _told_if_cancelled(scenario: Scenario, name: str) -> None:
    shown_entries.told_if_cancelled(scenario, scenario.appointment(name))
