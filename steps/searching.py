"""Searching a provider for free slots."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import then, when
from uec_booking.harness import situations
from uec_booking.harness.checks import searching
from uec_booking.harness.scenario import Scenario
from uec_booking.steps.words import sentence


@when(sentence("{who:Organisation} searches {where:System} for free slots {time:Time}"))
@when(sentence("within the same call {who:Organisation} searches {where:System} for free slots {time:Time}"))
def _searches(scenario: Scenario, who: str, where: str, time: tuple[str, timedelta, timedelta]) -> None:
    situations.search_and_lease(scenario, who, where, *time)


@then("the search is answered with free slots of that time")
def _answered(scenario: Scenario) -> None:
    found = situations.found(scenario)
    searching.answered(scenario.recorder, found.exchange)
    searching.within(scenario.recorder, found.exchange, found.since, found.until)
    searching.only_free(scenario.recorder, found.exchange)


@then(sentence("the slot of the {name:Name} appointment is not offered any more"))
def _not_offered(scenario: Scenario, name: str) -> None:
    searching.not_offered(scenario, scenario.appointment(name))


@then(sentence("the slot of the {name:Name} appointment is offered again"))
def _offered_again(scenario: Scenario, name: str) -> None:
    searching.offered_again(scenario, scenario.appointment(name))
