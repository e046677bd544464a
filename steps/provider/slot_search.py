"""Searching a provider for free slots, and what comes along with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from pytest_bdd import given, then, when
from uec_booking.harness.checks.provider.slot_search import (
    accepted,
    bundles,
    completeness,
    midnight,
    search_results,
    self_link,
    service,
    windows,
)
from uec_booking.harness.checks.provider.slot_search.bundles import BundleContents
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import preconditions, slot_search, slot_windows
from uec_booking.harness.scenario.baselines import SINCE, UNTIL
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.taken_along import TakenAlong, book_and_cancel_twice

from ..words import sentence, table


@when(sentence("{who:Organisation} searches {where:System} for free slots {time:Time}"))
@when(sentence("within the same call {who:Organisation} searches {where:System} for free slots {time:Time}"))
def _searches(scenario: Scenario, who: str, where: str, time: tuple[str, timedelta, timedelta]) -> None:
    preconditions.search(scenario, who, where, *time)


@then("the response contains free slots in the requested window")
def _answered(scenario: Scenario) -> None:
    search = preconditions.searched(scenario)
    search_results.answered(scenario.recorder, search.exchange)
    search_results.within(scenario.recorder, search.exchange, search.since, search.until)
    search_results.only_free(scenario.recorder, search.exchange)


@then(sentence("the slot of the {name:Name} appointment is no longer offered"))
def _not_offered(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    answers = slot_search.look_for_slot_in_all_ways(scenario, appointment)
    search_results.not_offered(scenario.recorder, appointment, answers)


@then(sentence("the slot of the {name:Name} appointment is offered again"))
def _offered_again(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    search_results.offered_again(scenario.recorder, appointment, slot_search.look_for_slot(appointment))


@then("no patient was needed for it")
def _no_patient(scenario: Scenario) -> None:
    accepted.without_patient(scenario.recorder, preconditions.searched(scenario).exchange)


@then("the answer says which criteria were applied")
def _self_link(scenario: Scenario) -> None:
    self_link.echoes_criteria(scenario.recorder, preconditions.searched(scenario).exchange)


@then("the total is the number of slots")
def _total(scenario: Scenario) -> None:
    search_results.total_is_right(scenario.recorder, preconditions.searched(scenario).exchange)


@then("if the result is paged, every page can be fetched")
def _pages(scenario: Scenario) -> None:
    slot_search.ask_for_every_page(scenario, "first_111")


@when(sentence("{number:d} consumers search the provider for free slots at the same moment"), target_fixture="answers")
def _at_once(scenario: Scenario, number: int) -> list[Exchange]:
    return slot_search.search_at_once(scenario, number)


@then("each of the searches is answered")
def _each(scenario: Scenario, answers: list[Exchange]) -> None:
    accepted.each_at_once(scenario.recorder, answers)


@then("that organisation receives an answer")
def _organisation_answered(scenario: Scenario) -> None:
    accepted.of_any_organisation(scenario.recorder, scenario.answer())


@then(sentence("a search by {who:Organisation} across midnight returns every slot that its single hours return"))
def _midnight(scenario: Scenario, who: str) -> None:
    midnight.whole_over_midnight(scenario.recorder, slot_windows.search_over_midnight(scenario, who))


@then("a window with two bounds is understood")
def _two_bounds(scenario: Scenario) -> None:
    accepted.two_bounds(scenario.recorder, preconditions.searched(scenario).exchange)


@given("a free slot of the provider that was found")
def _slot_found(scenario: Scenario) -> None:
    preconditions.search_and_lease(scenario, "first_111", "provider", "later", SINCE, UNTIL)


@when("the slot found is searched for by times around its start", target_fixture="looks")
def _times(scenario: Scenario, datatable: list[list[str]]) -> list[slot_windows.Look]:
    return slot_windows.look_by_times(scenario, table(datatable))


@then("it is found exactly where the window includes its start")
def _by_times(scenario: Scenario, looks: list[slot_windows.Look]) -> None:
    windows.found_as_times_allow(scenario.recorder, looks)


@then("no diary that the shorter windows show is missing from the longer ones")
def _every_diary(scenario: Scenario, looks: list[slot_windows.Look]) -> None:
    completeness.every_diary_in_longer_windows(scenario.recorder, looks)


@when("a slot is booked and cancelled, and then another one", target_fixture="bookings_in_turn")
def _in_turn(scenario: Scenario) -> list[TakenAlong]:
    return book_and_cancel_twice(scenario)


@then("all slots around it are found meanwhile as before and after")
def _no_others_gone(scenario: Scenario, bookings_in_turn: list[TakenAlong]) -> None:
    completeness.a_booking_takes_its_own(scenario.recorder, bookings_in_turn)


@when(sentence("the slot of the {name:Name} appointment is searched for by status"), target_fixture="looks")
def _statuses(scenario: Scenario, name: str, datatable: list[list[str]]) -> list[slot_windows.Look]:
    return slot_windows.look_by_status(scenario, scenario.appointment(name), table(datatable))


@then("it is found under the statuses that it has")
def _by_status(scenario: Scenario, looks: list[slot_windows.Look]) -> None:
    windows.found_under_status(scenario.recorder, looks)


@when(sentence("{who:Organisation} searches {where:System} for slots of a service that has none"))
def _none(scenario: Scenario, who: str, where: str) -> None:
    slot_search.search_without_slots(scenario, who, where)


@then("the result is clearly empty")
def _empty(scenario: Scenario) -> None:
    search_results.clearly_empty(scenario.recorder, scenario.answer())


@pytest.fixture
def contents(scenario: Scenario) -> BundleContents:
    """The Bundle of the search before."""
    return BundleContents(scenario.answer())


@when(sentence("{who:Organisation} searches {where:System} for slots with every include, as this edition spells them"))
def _everything(scenario: Scenario, who: str, where: str) -> None:
    slot_search.search_with_includes(scenario, who, where, "edition")


@when(
    sentence(
        "{who:Organisation} searches {where:System} for slots with every include, as the older editions spell them"
    )
)
def _everything_as_before(scenario: Scenario, who: str, where: str) -> None:
    slot_search.search_with_includes(scenario, who, where, "older")


@when(sentence("{who:Organisation} searches {where:System} for slots with their schedules and services"))
def _with_services(scenario: Scenario, who: str, where: str) -> None:
    slot_search.search_with_includes(scenario, who, where, "edition")


@then("the search with includes is accepted")
def _accepted(scenario: Scenario) -> None:
    accepted.with_includes(scenario.recorder, scenario.answer())


@then("every resource that the slots refer to is in the Bundle")
def _all(scenario: Scenario, contents: BundleContents) -> None:
    bundles.included(scenario.recorder, contents)


@when(
    sentence("{who:Organisation} searches {where:System} for slots with each include and those that lead to it"),
    target_fixture="searches_by_include",
)
def _each_include(scenario: Scenario, who: str, where: str) -> Mapping[str, Exchange]:
    return slot_search.search_with_each_include(scenario, who, where)


@then("each of the searches returns what it asked for")
def _each_alone(scenario: Scenario, searches_by_include: Mapping[str, Exchange]) -> None:
    bundles.each_included_alone(scenario.recorder, searches_by_include)


@then("every resource is returned once")
def _once(scenario: Scenario, contents: BundleContents) -> None:
    bundles.once_each(scenario.recorder, contents)


@then("nothing is returned that the slots do not refer to")
def _nothing_else(scenario: Scenario) -> None:
    bundles.nothing_else(scenario.recorder, BundleContents(scenario.answer()))


@then("the location of the appointment is returned")
def _place(scenario: Scenario, contents: BundleContents) -> None:
    bundles.place_is_seen(scenario.recorder, contents)


@then("every slot belongs to the service that was asked for, with includes and without")
def _service(scenario: Scenario, contents: BundleContents) -> None:
    service.of_the_service(scenario.recorder, contents, scenario.part("provider").service("later"))
    plain = slot_search.search_without_includes(scenario, "first_111", contents.exchange)
    service.none_of_another(scenario.recorder, contents, plain)


@then("a service without slots has none of them")
def _other_service(scenario: Scenario) -> None:
    without_slots = scenario.part("provider").services.get("none", "")
    exchange = slot_search.search_of_service_without_slots(scenario)
    service.other_service_has_none(scenario.recorder, without_slots, exchange)


@then("the result reports no failure beside what it returns")
def _hides_no_failure(scenario: Scenario) -> None:
    bundles.hides_no_failure(scenario.recorder, scenario.answer())
