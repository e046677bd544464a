"""Driving a registry directly: registering, searching, reading and ending entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pytest_bdd import given, then, when
from uec_booking.harness.checks.registry import searches
from uec_booking.harness.checks.registry.entries import answers as checks
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import registry_baselines, registry_entries, registry_searches
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.registry_entries import RegistryContext
from uec_booking.harness.scenario.variations import Trial

from ..words import sentence, table


@pytest.fixture
def registry_context() -> RegistryContext:
    """What the steps of a scenario share."""
    return RegistryContext()


@given("an original entry in the registry")
def _entry(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_entries.registered(scenario, registry_context, "original")


@given("an entry of somebody else in the registry")
def _stranger(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_entries.registered(scenario, registry_context, "stranger", scenario.new_patient())


@given(sentence("{count:d} entries of the patient in the registry, and one of somebody else"))
def _entries(scenario: Scenario, registry_context: RegistryContext, count: int) -> None:
    registry_entries.several(scenario, registry_context, count)


@given("a past entry of the same patient")
def _past(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_entries.registered_in_the_past(scenario, registry_context, "past")


@given(sentence("at the registry a valid {kind}"), target_fixture="trial")
def _good(scenario: Scenario, registry_context: RegistryContext, kind: str) -> Trial:
    return registry_baselines.TRIALS[kind](scenario, registry_context)


@when("the first 111 service's provider registers an original entry")
def _registers(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_entries.register(scenario, registry_context, "original")


@when("it is sent with its end as another edition has it")
def _other_end(scenario: Scenario, trial: Trial) -> None:
    registry_baselines.send_with_other_end(scenario, trial)


@when("the registry is searched for the patient")
def _searched(scenario: Scenario) -> None:
    scenario.last = registry_searches.search_by_patient(scenario, scenario.patient.nhs_number)


@when("the registry is searched for a patient who has none")
def _searched_for_none(scenario: Scenario) -> None:
    patient = scenario.patients.without_appointments()
    scenario.last = registry_searches.search_by_patient(scenario, patient.nhs_number)


@when("the registry is searched for the URL of the first of them")
def _searched_by_url(scenario: Scenario, registry_context: RegistryContext) -> None:
    scenario.last = registry_searches.search_by_url(scenario, registry_context.entry("1"))


@when("the registry is searched for each of these", target_fixture="answers_of_searches")
def _resembling(scenario: Scenario, registry_context: RegistryContext, datatable: list[list[str]]) -> list[Exchange]:
    return [registry_searches.resembling(scenario, registry_context, line["search"]) for line in table(datatable)]


@when("the first of them is updated to cancelled")
def _first_ended(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_entries.end(scenario, registry_context.entry("1"))


@when("two systems register entries of two patients at the same moment", target_fixture="made_at_once")
def _register_at_once(scenario: Scenario) -> list[tuple[Mapping[str, Any], Exchange]]:
    return registry_entries.register_at_once(scenario)


@when("it is sent with the id of the entry of somebody else")
def _id_of_another(registry_context: RegistryContext, trial: Trial) -> None:
    registry_baselines.send_with_id_of(trial, registry_context.entry("stranger"))


@when(sentence("the original entry is read and updated to {status}"))
def _ended(scenario: Scenario, registry_context: RegistryContext, status: str) -> None:
    scenario.last = registry_entries.update(scenario, registry_context.entry("original"), status)


@when("the same update is sent again, from the version before")
def _again(scenario: Scenario, registry_context: RegistryContext) -> None:
    scenario.last = registry_entries.update(scenario, registry_context.entry("original"), "cancelled")


@when("two systems cancel the original entry at the same moment from the same version")
def _at_once(scenario: Scenario, registry_context: RegistryContext) -> None:
    registry_context.answers = registry_entries.update_at_once(scenario, registry_context.entry("original"))


@then("it is registered: with a Location, its version, and an id of the registry's own")
def _registered(scenario: Scenario, registry_context: RegistryContext) -> None:
    checks.accepted(scenario.recorder, registry_context.entry("original"))


@then("the original entry reads as it was registered")
def _reads(scenario: Scenario, registry_context: RegistryContext) -> None:
    entry = registry_context.entry("original")
    checks.is_read(scenario.recorder, entry, registry_entries.read(scenario, entry))


@then("all of them are found on one page, and that of somebody else is not")
def _all_found(scenario: Scenario, registry_context: RegistryContext) -> None:
    own = [entry for name, entry in registry_context.entries.items() if name != "stranger"]
    searches.patient_finds(scenario.recorder, scenario.answer(), own, [registry_context.entry("stranger")])


@then("it answers with an empty Bundle")
def _none_found(scenario: Scenario, registry_context: RegistryContext) -> None:
    stranger, number = registry_context.entry("stranger"), scenario.patients.without_appointments().nhs_number
    declared = bool(scenario.settings.patients)
    searches.nothing_is_found(scenario.recorder, scenario.answer(), stranger, number, declared)


@then("that entry is found, and no other")
def _one_found(scenario: Scenario, registry_context: RegistryContext) -> None:
    searches.patient_finds(
        scenario.recorder,
        scenario.answer(),
        [registry_context.entry("1")],
        [registry_context.entry("2"), registry_context.entry("stranger")],
    )


@then("none of the entries is found")
def _none_resembling(
    scenario: Scenario, registry_context: RegistryContext, answers_of_searches: list[Exchange]
) -> None:
    searches.none_is_found(scenario.recorder, answers_of_searches, list(registry_context.entries.values()))


@then("the first of them is found as cancelled, and the second as booked")
def _one_ended(scenario: Scenario, registry_context: RegistryContext) -> None:
    found = registry_searches.search_in_all_ways(scenario, registry_context)
    searches.one_is_ended(scenario.recorder, registry_context, found)


@then("each is answered with the pointer that it sent")
def _its_own(scenario: Scenario, made_at_once: list[tuple[Mapping[str, Any], Exchange]]) -> None:
    checks.each_has_its_own(scenario.recorder, made_at_once)


@then("each can be read under the URL that it was given")
def _kept(scenario: Scenario, made_at_once: list[tuple[Mapping[str, Any], Exchange]]) -> None:
    checks.each_is_kept(scenario.recorder, registry_entries.read_each(scenario, made_at_once))


@then(sentence("the entry of somebody else is unchanged for {requirement}"))
def _stranger_unchanged(scenario: Scenario, registry_context: RegistryContext, requirement: str) -> None:
    entry = registry_context.entry("stranger")
    checks.is_unchanged(scenario.recorder, entry, requirement, registry_entries.reread(scenario, entry))


@then("the future entry is found, and the past one is not")
def _past_left_out(scenario: Scenario, registry_context: RegistryContext) -> None:
    searches.past_is_left_out(scenario.recorder, registry_context, scenario.answer())


@then(sentence("it is answered with the entry as {status}, in a new version"))
def _updated(scenario: Scenario, registry_context: RegistryContext, status: str) -> None:
    exchange, entry = scenario.answer(), registry_context.entry("original")
    seen = registry_entries.reread_if_updated(scenario, entry, exchange)
    checks.is_updated(scenario.recorder, exchange, status, seen)


@then("the original entry is still found under its URL")
def _stable(scenario: Scenario, registry_context: RegistryContext) -> None:
    entry = registry_context.entry("original")
    now, version = registry_entries.read(scenario, entry), registry_entries.read_as_first_named(scenario, entry)
    checks.url_is_stable(scenario.recorder, entry, now, version)


@then("the update is rejected as a version conflict")
def _stale(scenario: Scenario) -> None:
    checks.refused_as_stale(scenario.recorder, scenario.answer())


@then("exactly one of the updates succeeds, and the other receives a conflict")
def _one_wins(scenario: Scenario, registry_context: RegistryContext) -> None:
    checks.one_update_wins(scenario.recorder, registry_context.answers)


@then("the registry shows one cancelled entry")
def _one_cancelled(scenario: Scenario, registry_context: RegistryContext) -> None:
    found = registry_searches.search_by_url(scenario, registry_context.entry("original"))
    checks.shows_one_cancelled(scenario.recorder, found)


@then("the registry's rejections say why")
def _say_why(scenario: Scenario, trial: Trial) -> None:
    checks.refusals_say_why(scenario.recorder, trial)


@then(sentence("the rejected requests registered nothing for {requirement}"))
def _nothing_registered(scenario: Scenario, registry_context: RegistryContext, trial: Trial, requirement: str) -> None:
    found = registry_searches.search_by_patient(scenario, scenario.patient.nhs_number)
    searches = checks.Searches(registry_context.before, found, declared=bool(scenario.settings.patients))
    checks.nothing_was_registered(scenario.recorder, requirement, trial, searches)


@then(sentence("the entry is unchanged for {requirement}"))
def _unchanged(scenario: Scenario, registry_context: RegistryContext, requirement: str) -> None:
    entry = registry_context.entry("original")
    checks.is_unchanged(scenario.recorder, entry, requirement, registry_entries.reread(scenario, entry))
