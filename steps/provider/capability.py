"""What a provider says of itself."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.actors import calls
from uec_booking.harness.checks.provider.capability import capability_statement, listed_interactions
from uec_booking.harness.checks.provider.formats import negotiation
from uec_booking.harness.scenario import capability
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@when(sentence("{who:Organisation} asks {where:System} for its CapabilityStatement"))
def _asks(scenario: Scenario, who: str, where: str) -> None:
    scenario.last = scenario.consumer(who).send(scenario.part(where), calls.metadata())


@then("it is answered with a valid CapabilityStatement of a booking server")
def _valid(scenario: Scenario) -> None:
    capability_statement.valid(scenario.recorder, scenario.answer())


@then("its formats are those that the provider serves")
def _formats(scenario: Scenario) -> None:
    statement, in_xml = scenario.answer(), capability.ask_for_xml(scenario)
    capability_statement.formats_are_served(scenario.recorder, statement, in_xml)


@then("the interactions that it lists are available")
def _interactions(scenario: Scenario) -> None:
    listed = capability.try_what_is_listed(scenario, scenario.answer())
    listed_interactions.interactions_work(scenario.recorder, listed)


@then("it accepts unknown content and names FHIR STU3")
def _accepts(scenario: Scenario) -> None:
    capability_statement.accepts_unknown_and_stu3(scenario.recorder, scenario.answer())


@then("it follows the recommendations of the published template")
def _template(scenario: Scenario) -> None:
    capability_statement.follows_template(scenario.recorder, scenario.answer(), scenario.settings.capabilities)


@then("the service root of the provider has the published form")
def _service_root(scenario: Scenario) -> None:
    negotiation.service_root(scenario.recorder, scenario.part("provider"))
