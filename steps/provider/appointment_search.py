"""Searching a provider for a patient's appointments."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.provider import appointment_search
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import preconditions
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@when(sentence("{who:Organisation} searches {where:System} for appointments of the patient"))
def _searches(scenario: Scenario, who: str, where: str) -> None:
    preconditions.search_appointments(scenario, who, where, scenario.patient)


@when(sentence("{who:Organisation} searches {where:System} for appointments of a patient who has none"))
def _searches_none(scenario: Scenario, who: str, where: str) -> None:
    preconditions.search_appointments(scenario, who, where, scenario.patients.without_appointments())


@then("the patient's current appointments are found, and none of another patient")
def _standing(scenario: Scenario) -> None:
    booked, declared = list(scenario.appointments.values()), bool(scenario.settings.patients)
    number = scenario.patient.nhs_number
    appointment_search.standing_are_found(scenario.recorder, scenario.answer(), booked, number, declared)


@when(
    sentence("{who:Organisation} searches {where:System} by numbers that nearly match the patient's"),
    target_fixture="answers",
)
def _not_quite(scenario: Scenario, who: str, where: str) -> list[Exchange]:
    return preconditions.search_by_others_numbers(scenario, who, where)


@then("nothing of the patient is found")
def _nothing(scenario: Scenario, answers: list[Exchange]) -> None:
    appointment_search.nothing_found(scenario.recorder, scenario.patient.nhs_number, answers)


@then("the answer is an empty Bundle")
def _empty(scenario: Scenario) -> None:
    number, declared = scenario.patients.without_appointments().nhs_number, bool(scenario.settings.patients)
    appointment_search.none_found(scenario.recorder, scenario.answer(), number, declared)


@given("an appointment of a patient without NHS number")
def _without_number(scenario: Scenario) -> None:
    preconditions.booked_without_nhs_number(scenario)


@when(sentence("{who:Organisation} searches {where:System} by its own patient identifier"))
def _by_local(scenario: Scenario, who: str, where: str) -> None:
    preconditions.search_by_local_identifier(scenario, who, where)


@then("that appointment is found")
def _found(scenario: Scenario) -> None:
    appointment_search.found_by_local_identifier(scenario.recorder, scenario.appointment("original"), scenario.answer())
