"""What a provider says of itself."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness import calls
from uec_booking.harness.checks import capability, formats, statement
from uec_booking.harness.scenario import Scenario
from uec_booking.steps.words import sentence


@when(sentence("{who:Organisation} asks {where:System} for its CapabilityStatement"))
def _asks(scenario: Scenario, who: str, where: str) -> None:
    scenario.last = scenario.consumer(who).send(scenario.part(where), calls.metadata())


@then("it is answered with a valid CapabilityStatement of a booking server")
def _valid(scenario: Scenario) -> None:
    capability.valid(scenario.recorder, scenario.answer())


@then("its formats are those that the provider serves")
def _formats(scenario: Scenario) -> None:
    capability.formats_are_served(scenario, scenario.answer())


@then("the interactions that it lists work")
def _interactions(scenario: Scenario) -> None:
    statement.interactions_work(scenario, scenario.answer())


@then("it accepts unknown content and names FHIR STU3")
def _accepts(scenario: Scenario) -> None:
    capability.accepts_unknown_and_stu3(scenario.recorder, scenario.answer())


@then("it follows the published template where the template only recommends")
def _template(scenario: Scenario) -> None:
    capability.follows_template(scenario.recorder, scenario.answer(), scenario.settings.capabilities)


@then("the service root of the provider has the published form")
def _service_root(scenario: Scenario) -> None:
    formats.service_root(scenario.recorder, scenario.part("provider"))
