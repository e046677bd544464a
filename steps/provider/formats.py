"""Formats of answers and requests."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider.formats import negotiation
from uec_booking.harness.checks.provider.formats.xml import (
    InXml,
    follows_what_is_sent,
    in_xml,
    parameter_wins,
    rules_hold,
    says_the_same,
)
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.variations import Trial

from ..words import table


@when("it is sent with each of these preferences", target_fixture="preferences")
def _preferences(trial: Trial, datatable: list[list[str]]) -> list[negotiation.Preference]:
    return negotiation.send_preferences(trial, table(datatable))


@then("each is served as the table says")
def _served(scenario: Scenario, preferences: list[negotiation.Preference]) -> None:
    negotiation.served(scenario.recorder, preferences)


@then("a format that nobody serves is refused")
def _refused(scenario: Scenario, trial: Trial) -> None:
    negotiation.unknown_is_refused(scenario.recorder, trial)


@when("an appointment is booked, read and cancelled with no preference for a format", target_fixture="answers")
def _no_preference(scenario: Scenario) -> list[object]:
    return negotiation.without_preference(scenario)


@then("every answer is in JSON")
def _json(scenario: Scenario, answers: list) -> None:
    negotiation.all_json(scenario.recorder, answers)


@when("XML is asked for and sent on each interaction", target_fixture="answers")
def _xml(scenario: Scenario) -> InXml:
    return in_xml(scenario)


@then("each answer is XML that says the same as the JSON")
def _same(scenario: Scenario, answers: InXml) -> None:
    says_the_same(scenario.recorder, answers)
    follows_what_is_sent(scenario.recorder, answers)
    parameter_wins(scenario.recorder, answers)


@then("what is refused in JSON is refused in XML")
def _refused_in_xml(scenario: Scenario, answers: InXml) -> None:
    rules_hold(scenario.recorder, answers)
