"""Formats of answers and requests, and each interaction in several of them."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider.formats import negotiation, representations
from uec_booking.harness.checks.provider.formats.xml import (
    follows_what_is_sent,
    parameter_wins,
    rules_hold,
    says_the_same,
)
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import formats
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.variations import Trial
from uec_booking.harness.scenario.xml import InXml, in_xml

from ..words import table


@when("it is sent with each of these preferences", target_fixture="preferences")
def _preferences(trial: Trial, datatable: list[list[str]]) -> list[formats.Preference]:
    return formats.send_preferences(trial, table(datatable))


@then("each is served as the table says")
def _served(scenario: Scenario, preferences: list[formats.Preference]) -> None:
    negotiation.served(scenario.recorder, preferences)


@then("a format that nobody serves is rejected")
def _refused(scenario: Scenario, trial: Trial) -> None:
    negotiation.unknown_is_refused(scenario.recorder, formats.ask_for_unknown(trial))


@when("an appointment is booked, read and cancelled with no preference for a format", target_fixture="answers")
def _no_preference(scenario: Scenario) -> list[Exchange]:
    return formats.without_preference(scenario)


@then("every answer is in JSON")
def _json(scenario: Scenario, answers: list[Exchange]) -> None:
    negotiation.all_json(scenario.recorder, answers)


@when("XML is asked for and sent on each interaction", target_fixture="answers")
def _xml(scenario: Scenario) -> InXml:
    return in_xml(scenario)


@then("each answer is XML that says the same as the JSON")
def _same(scenario: Scenario, answers: InXml) -> None:
    says_the_same(scenario.recorder, answers)
    follows_what_is_sent(scenario.recorder, answers)
    parameter_wins(scenario.recorder, answers)


@then("what is rejected in JSON is rejected in XML")
def _refused_in_xml(scenario: Scenario, answers: InXml) -> None:
    rules_hold(scenario.recorder, answers)


@when("an appointment is booked, read and cancelled in each of these ways", target_fixture="in_each_way")
def _book_read_cancel(scenario: Scenario, datatable: list[list[str]]) -> list[formats.InAWay]:
    return formats.book_read_and_cancel(scenario, table(datatable))


@then("each of them is accepted each time")
def _accepted(scenario: Scenario, in_each_way: list[formats.InAWay]) -> None:
    representations.each_is_accepted(scenario.recorder, in_each_way)


@then("each of them is answered in JSON")
def _each_in_json(scenario: Scenario, in_each_way: list[formats.InAWay]) -> None:
    representations.each_is_in_json(scenario.recorder, in_each_way)
