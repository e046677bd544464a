"""Booking a slot that was found."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider.booking import booked
from uec_booking.harness.scenario import preconditions
from uec_booking.harness.scenario.context import Scenario

from ..words import sentence


@when(sentence("{who:Organisation} books the slot found as the {name:Name} appointment"))
def _books(scenario: Scenario, who: str, name: str) -> None:
    preconditions.book_found(scenario, who, name)


@when(sentence("meanwhile {who:Organisation} books that slot for someone else"))
def _someone_else(scenario: Scenario, who: str) -> None:
    preconditions.taken_by_someone_else(scenario, who)


@then("the booking is accepted")
def _accepted(scenario: Scenario) -> None:
    made = preconditions.just_booked(scenario)
    if preconditions.clause_of_refusal(scenario, made) == "PRV-BOOK-01":
        booked.accepted(scenario.recorder, made)
    preconditions.must_be_booked(scenario, made)
    booked.body_is_the_appointment(scenario.recorder, made)


@then("the booking is refused because the slot is taken")
def _taken(scenario: Scenario) -> None:
    booked.refused_as_taken(scenario, preconditions.just_booked(scenario))
