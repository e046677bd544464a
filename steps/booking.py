"""Booking a slot that was found."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness import situations
from uec_booking.harness.checks import booking
from uec_booking.harness.scenario import Scenario
from uec_booking.steps.words import sentence


@when(sentence("{who:Organisation} books the slot found as the {name:Name} appointment"))
def _books(scenario: Scenario, who: str, name: str) -> None:
    situations.book_found(scenario, who, name)


@when(sentence("meanwhile {who:Organisation} books that slot for someone else"))
def _someone_else(scenario: Scenario, who: str) -> None:
    situations.taken_by_someone_else(scenario, who)


@then("the booking is accepted")
def _accepted(scenario: Scenario) -> None:
    made = situations.just_booked(scenario)
    if situations.clause_of_refusal(scenario, made) == "PRV-BOOK-01":
        booking.accepted(scenario.recorder, made)
    situations.must_be_booked(scenario, made)
    booking.body_is_the_appointment(scenario.recorder, made)


@then("the booking is refused because the slot is taken")
def _taken(scenario: Scenario) -> None:
    booking.refused_as_taken(scenario, situations.just_booked(scenario))
