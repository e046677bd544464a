"""What comes along with the slots."""

from __future__ import annotations

import pytest
from pytest_bdd import then, when
from uec_booking.harness.checks.provider.slot_search import bundles, search_results, service
from uec_booking.harness.checks.provider.slot_search.bundles import BundleContents
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@pytest.fixture
def contents(scenario: Scenario) -> BundleContents:
    """The Bundle of the search before."""
    return BundleContents(scenario.answer())


@when(
    sentence(
        "{who:Organisation} searches {where:System} for slots with everything that belongs to them, "
        "as this edition spells it"
    )
)
def _everything(scenario: Scenario, who: str, where: str) -> None:
    search_results.search_with_includes(scenario, who, where, "edition")


@when(
    sentence(
        "{who:Organisation} searches {where:System} for slots with everything that belongs to them, "
        "as the older editions spell it"
    )
)
def _everything_as_before(scenario: Scenario, who: str, where: str) -> None:
    search_results.search_with_includes(scenario, who, where, "older")


@when(sentence("{who:Organisation} searches {where:System} for slots with their schedules and services"))
def _with_services(scenario: Scenario, who: str, where: str) -> None:
    search_results.search_with_includes(scenario, who, where, "edition")


@then("the search with includes is accepted")
def _accepted(scenario: Scenario) -> None:
    scenario.recorder.expect_answer("PRV-SRCH-16", "search-with-includes", scenario.answer())


@then("every resource that the slots lead to is in the Bundle")
def _all(scenario: Scenario, contents: BundleContents) -> None:
    bundles.included(scenario.recorder, contents)


@then("every resource is there once")
def _once(scenario: Scenario, contents: BundleContents) -> None:
    bundles.once_each(scenario.recorder, contents)


@then("nothing is there that the slots do not lead to")
def _nothing_else(scenario: Scenario) -> None:
    bundles.nothing_else(scenario.recorder, BundleContents(scenario.answer()))


@then("the place of the appointment can be seen")
def _place(scenario: Scenario, contents: BundleContents) -> None:
    bundles.place_is_seen(scenario.recorder, contents)


@then("every slot belongs to the service that was asked for, with includes and without")
def _service(scenario: Scenario, contents: BundleContents) -> None:
    service.of_the_service(scenario.recorder, contents, scenario.part("provider").service("later"))
    service.none_of_another(scenario, contents, "first_111")


@then("a service without slots has none of them")
def _other_service(scenario: Scenario) -> None:
    service.other_service_has_none(scenario)
