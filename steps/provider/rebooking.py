"""Several patients at once, and one after the other in the same slot."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.workflow import several_patients
from uec_booking.harness.scenario.context import Appointment, Scenario

from ..words import sentence


@when(sentence("{number:d} consumers book a slot each, for a patient each, at the same moment"), target_fixture="made")
def _each(scenario: Scenario, number: int) -> list[Appointment]:
    return several_patients.book_each_at_once(scenario, number)


@then("each is answered with the appointment that it asked for, and it reads so")
def _own(scenario: Scenario, made: list[Appointment]) -> None:
    several_patients.not_mixed_up(scenario, made)


@when(sentence("{who:Organisation} books the freed slot of the {name:Name} appointment, where it is offered again"))
def _freed(scenario: Scenario, who: str, name: str) -> None:
    several_patients.book_the_freed_slot(scenario, who, scenario.appointment(name))


@when(sentence("{who:Organisation} books the latest slot that the provider offers it"))
def _latest(scenario: Scenario, who: str) -> None:
    several_patients.book_the_latest_slot(scenario, who)


@when(sentence("the {name:Name} appointment is cancelled once more, from its current version"))
def _once_more(scenario: Scenario, name: str) -> None:
    several_patients.cancel_once_more(scenario, scenario.appointment(name))


@then(sentence("the {name:Name} appointment still reads as cancelled, under an id of its own"))
def _still(scenario: Scenario, name: str) -> None:
    several_patients.still_cancelled(scenario, scenario.appointment(name))


@then("the slot belongs to the later appointment")
def _belongs(scenario: Scenario) -> None:
    several_patients.slot_is_of_the_later(scenario, scenario.appointment("original"))


@given(sentence("{who:Organisation} booked the slot behind that of the {name:Name} appointment for somebody else"))
def _next(scenario: Scenario, who: str, name: str) -> None:
    several_patients.book_the_next_slot(scenario, who, scenario.appointment(name))


@then(sentence("the slot behind that of the {name:Name} appointment is still taken"))
def _next_is_kept(scenario: Scenario, name: str) -> None:
    several_patients.next_slot_is_kept(scenario, scenario.appointment(name))
