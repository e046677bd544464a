"""Driving a registry directly: registering, searching, reading and ending entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry import searches
from uec_booking.harness.checks.registry.entries import answers as checks
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import registry_entries
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.registry_entries import TRIALS, Desk
from uec_booking.harness.scenario.variations import Trial

from ..words import sentence, table


@pytest.fixture
def desk() -> Desk:
    """What the steps of a scenario share."""
    return Desk()


@given("an original entry in the registry")
def _entry(scenario: Scenario, desk: Desk) -> None:
    registry_entries.registered(scenario, desk, "original")


@given("an entry of somebody else in the registry")
def _stranger(scenario: Scenario, desk: Desk) -> None:
    registry_entries.registered(scenario, desk, "stranger", scenario.new_patient())


@given(sentence("{count:d} entries of the patient in the registry, and one of somebody else"))
def _entries(scenario: Scenario, desk: Desk, count: int) -> None:
    registry_entries.several(scenario, desk, count)


@given("a past entry of the same patient")
def _past(scenario: Scenario, desk: Desk) -> None:
    registry_entries.registered_in_the_past(scenario, desk, "past")


@given(sentence("at the registry a good {kind}"), target_fixture="trial")
def _good(scenario: Scenario, desk: Desk, kind: str) -> Trial:
    return TRIALS[kind](scenario, desk)


@when("the first 111 service's provider registers an original entry")
def _registers(scenario: Scenario, desk: Desk) -> None:
    registry_entries.register(scenario, desk, "original")


@when("it is sent with its end as another edition has it")
def _other_end(scenario: Scenario, trial: Trial) -> None:
    registry_entries.send_with_other_end(scenario, trial)


@when("the registry is searched for the patient")
def _searched(scenario: Scenario) -> None:
    scenario.last = registry_entries.search_by_patient(scenario, scenario.patient.nhs_number)


@when("the registry is searched for a patient who has none")
def _searched_for_none(scenario: Scenario) -> None:
    patient = scenario.patients.without_appointments()
    scenario.last = registry_entries.search_by_patient(scenario, patient.nhs_number)


@when("the registry is searched for the URL of the first of them")
def _searched_by_url(scenario: Scenario, desk: Desk) -> None:
    scenario.last = registry_entries.search_by_url(scenario, desk.entry("1"))


@when("the registry is searched for each of these", target_fixture="answers_of_searches")
def _resembling(scenario: Scenario, desk: Desk, datatable: list[list[str]]) -> list[Exchange]:
    return [registry_entries.resembling(scenario, desk, line["search"]) for line in table(datatable)]


@when("the first of them is put back as cancelled")
def _first_ended(scenario: Scenario, desk: Desk) -> None:
    registry_entries.end(scenario, desk.entry("1"))


@when("two systems register entries of two patients at the same moment", target_fixture="made_at_once")
def _register_at_once(scenario: Scenario) -> list[tuple[Mapping[str, Any], Exchange]]:
    return registry_entries.register_at_once(scenario)


@when("it is sent with the id of the entry of somebody else")
def _id_of_another(desk: Desk, trial: Trial) -> None:
    registry_entries.send_with_id_of(trial, desk.entry("stranger"))


@when(sentence("the original entry is read and put back as {status}"))
def _ended(scenario: Scenario, desk: Desk, status: str) -> None:
    scenario.last = registry_entries.update(scenario, desk.entry("original"), status)


@when("the same update is sent again, from the version before")
def _again(scenario: Scenario, desk: Desk) -> None:
    scenario.last = registry_entries.update(scenario, desk.entry("original"), "cancelled")


@when("two systems cancel the original entry at the same moment from the same version")
def _at_once(scenario: Scenario, desk: Desk) -> None:
    desk.answers = registry_entries.update_at_once(scenario, desk.entry("original"))


@then("it is registered: with a Location, its version, and an id of the registry's own")
def _registered(scenario: Scenario, desk: Desk) -> None:
    checks.accepted(scenario.recorder, desk.entry("original"))


@then("the original entry reads as it was registered")
def _reads(scenario: Scenario, desk: Desk) -> None:
    checks.is_read(scenario, desk.entry("original"))


@then("all of them are found on one page, and that of somebody else is not")
def _all_found(scenario: Scenario, desk: Desk) -> None:
    own = [entry for name, entry in desk.entries.items() if name != "stranger"]
    searches.patient_finds(scenario, scenario.answer(), own, [desk.entry("stranger")])


@then("it answers with an empty Bundle")
def _none_found(scenario: Scenario, desk: Desk) -> None:
    searches.nothing_is_found(scenario, scenario.answer(), desk.entry("stranger"))


@then("that entry is found, and no other")
def _one_found(scenario: Scenario, desk: Desk) -> None:
    searches.patient_finds(scenario, scenario.answer(), [desk.entry("1")], [desk.entry("2"), desk.entry("stranger")])


@then("none of the entries is found")
def _none_resembling(scenario: Scenario, desk: Desk, answers_of_searches: list[Exchange]) -> None:
    searches.none_is_found(scenario.recorder, answers_of_searches, list(desk.entries.values()))


@then("the first of them is found as cancelled, and the second as booked")
def _one_ended(scenario: Scenario, desk: Desk) -> None:
    searches.one_is_ended(scenario, desk)


@then("each is answered with the pointer that it sent")
def _its_own(scenario: Scenario, made_at_once: list[tuple[Mapping[str, Any], Exchange]]) -> None:
    checks.each_has_its_own(scenario.recorder, made_at_once)


@then("each can be read under the URL that it was given")
def _kept(scenario: Scenario, made_at_once: list[tuple[Mapping[str, Any], Exchange]]) -> None:
    checks.each_is_kept(scenario, made_at_once)


@then(sentence("the entry of somebody else is unchanged for {requirement}"))
def _stranger_unchanged(scenario: Scenario, desk: Desk, requirement: str) -> None:
    checks.is_unchanged(scenario, desk.entry("stranger"), requirement)


@then("the entry to come is found, and the past one is not")
def _past_left_out(scenario: Scenario, desk: Desk) -> None:
    searches.past_is_left_out(scenario, desk, scenario.answer())


@then(sentence("it is answered with the entry as {status}, in a new version"))
def _updated(scenario: Scenario, desk: Desk, status: str) -> None:
    checks.is_updated(scenario, desk.entry("original"), scenario.answer(), status)


@then("the original entry is still found under its URL")
def _stable(scenario: Scenario, desk: Desk) -> None:
    checks.url_is_stable(scenario, desk.entry("original"))


@then("the update is refused as a version conflict")
def _stale(scenario: Scenario) -> None:
    scenario.recorder.expect_answer("REG-19", "registry-stale-version", scenario.answer())


@then("exactly one of the updates succeeds, and the other is told of the conflict")
def _one_wins(scenario: Scenario, desk: Desk) -> None:
    checks.one_update_wins(scenario.recorder, desk.answers)


@then("the registry shows one cancelled entry")
def _one_cancelled(scenario: Scenario, desk: Desk) -> None:
    checks.shows_one_cancelled(scenario, desk.entry("original"))


@then("those that the registry refused say why")
def _say_why(scenario: Scenario, trial: Trial) -> None:
    checks.refusals_say_why(scenario.recorder, trial)


@then("nothing was registered by those that were refused")
def _nothing_registered(scenario: Scenario, desk: Desk, trial: Trial) -> None:
    checks.nothing_was_registered(scenario, desk, trial)


@then(sentence("the entry is unchanged for {requirement}"))
def _unchanged(scenario: Scenario, desk: Desk, requirement: str) -> None:
    checks.is_unchanged(scenario, desk.entry("original"), requirement)
