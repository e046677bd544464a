"""How an appointment reads at its provider."""

from __future__ import annotations

from pytest_bdd import then
from uec_booking.harness.checks.provider import reading
from uec_booking.harness.checks.provider.cancelling import cancelled
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@then(sentence("the {name:Name} appointment stands beside the new one"))
def _beside(scenario: Scenario, name: str) -> None:
    reading.stands(scenario, scenario.appointment(name), "WKF-09")


@then(sentence("the {name:Name} appointment stands as it was booked"))
def _stands(scenario: Scenario, name: str) -> None:
    reading.stands(scenario, scenario.appointment(name), "PRV-GET-01")


@then("the appointment of someone else stands as it was booked")
def _someone_elses(scenario: Scenario) -> None:
    reading.stands(scenario, scenario.appointment("someone else's"), "PRV-GET-01")


@then(sentence("the {name:Name} appointment still stands after the rejection"))
def _after_refusal(scenario: Scenario, name: str) -> None:
    reading.stands_after_refusal(scenario, scenario.appointment(name))


@then(sentence("the {name:Name} appointment is still booked in its newer version"))
def _newer(scenario: Scenario, name: str) -> None:
    reading.newer_version_stands(scenario, scenario.appointment(name))


@then(sentence("{who:Organisation} can read the {name:Name} appointment from its provider"))
def _can_read(scenario: Scenario, who: str, name: str) -> None:
    reading.readable_by(scenario, scenario.appointment(name), scenario.consumer(who))


@then(sentence("the {name:Name} appointment now reads as cancelled, and its earlier version as booked"))
def _history(scenario: Scenario, name: str) -> None:
    cancelled.history_is_kept(scenario, scenario.appointment(name))
