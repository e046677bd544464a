"""How an appointment reads at its provider."""

from __future__ import annotations

from pytest_bdd import then
from uec_booking.harness.checks.provider import reading
from uec_booking.harness.checks.provider.cancelling import cancelled
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.reading import read_after_cancellation, read_after_refusal, reread

from ..words import sentence


@then(sentence("the {name:Name} appointment stands beside the new one"))
def _beside(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    reading.stands(scenario.recorder, appointment, reread(scenario, appointment), "WKF-09")


@then(sentence("the {name:Name} appointment stands as it was booked"))
def _stands(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    reading.stands(scenario.recorder, appointment, reread(scenario, appointment), "PRV-GET-01")


@then("the appointment of someone else stands as it was booked")
def _someone_elses(scenario: Scenario) -> None:
    appointment = scenario.appointment("someone else's")
    reading.stands(scenario.recorder, appointment, reread(scenario, appointment), "PRV-GET-01")


@then(sentence("the {name:Name} appointment still stands after the rejection"))
def _after_refusal(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    reading.stands_after_refusal(scenario.recorder, appointment, read_after_refusal(scenario, appointment))


@then(sentence("the {name:Name} appointment is still booked in its newer version"))
def _newer(scenario: Scenario, name: str) -> None:
    reading.newer_version_stands(scenario.recorder, reread(scenario, scenario.appointment(name)))


@then(sentence("{who:Organisation} can read the {name:Name} appointment from its provider"))
def _can_read(scenario: Scenario, who: str, name: str) -> None:
    appointment = scenario.appointment(name)
    reading.readable_by(scenario.recorder, appointment, scenario.read(appointment, scenario.consumer(who)))


@then(sentence("the {name:Name} appointment now reads as cancelled, and its earlier version as booked"))
def _history(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    cancelled.history_is_kept(scenario.recorder, appointment, read_after_cancellation(scenario, appointment))
