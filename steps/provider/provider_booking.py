"""Booking at a provider, looked at closely."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider import rejections
from uec_booking.harness.checks.provider.booking import booked, contention, round_trip
from uec_booking.harness.scenario import concurrency, preconditions
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.variations import Trial

from ..words import sentence


@then("it needed no preparatory call, for a patient never seen before")
def _atomic(scenario: Scenario) -> None:
    booked.needed_no_preparation(scenario.recorder, preconditions.just_booked(scenario))


@then(sentence("the answer says where the {name:Name} appointment is, in which version, and when it was made"))
def _headers(scenario: Scenario, name: str) -> None:
    booked.answer_tells_where(scenario, scenario.appointment(name))


@then("what is stored is what was asked for")
def _stored(scenario: Scenario) -> None:
    booked.stored_is_asked_for(scenario, preconditions.just_booked(scenario))


@then("the slot could be booked by the organisation that it was offered to")
def _bookable(scenario: Scenario) -> None:
    scenario.recorder.expect_answer("PRV-SRCH-34", "book-ok", preconditions.just_booked(scenario).booked)


@then("the original and the other appointment have ids of their own")
def _ids(scenario: Scenario) -> None:
    booked.ids_differ(scenario.recorder, scenario.appointment("original"), scenario.appointment("other"))


@when(sentence("{who:Organisation} books the slot of the {name:Name} appointment for someone else"))
def _same_slot(scenario: Scenario, who: str, name: str) -> None:
    preconditions.book_slot_of(scenario, scenario.appointment(name), who)


@when(sentence("{who:Organisation} books the slot of the {name:Name} appointment once more"))
def _once_more(scenario: Scenario, who: str, name: str) -> None:
    first = scenario.appointment(name)
    scenario.slot_is_taken = True
    scenario.book("repeated", scenario.consumer(who), first.part, first.slot, first.patient)


@then("a booking of a free slot for an invalid NHS number is refused for another reason")
def _another_reason(scenario: Scenario) -> None:
    rejections.taken_is_another_reason(scenario, preconditions.just_booked(scenario).booked)


@then("the booking is refused because the slot is taken, and says so")
def _taken(scenario: Scenario) -> None:
    booked.taken_and_says_so(scenario, preconditions.just_booked(scenario))


@when(sentence("{number:d} consumers book that slot at the same moment"), target_fixture="answers")
def _at_once(scenario: Scenario, number: int) -> list[object]:
    return concurrency.book_at_once(scenario, preconditions.found(scenario), number)


@then("exactly one of them succeeds, and the others are told that the slot is taken")
def _one(scenario: Scenario, answers: list) -> None:
    contention.exactly_one(scenario.recorder, answers)


@then("the appointment without NHS number has the provider's own patient identifier")
def _local_identifier(scenario: Scenario, trial: Trial) -> None:
    round_trip.local_identifier(scenario, trial)


@then("that of somebody else without NHS number is another")
def _another_identifier(scenario: Scenario, trial: Trial) -> None:
    round_trip.local_identifiers_differ(scenario, trial)


@then("the texts beyond ASCII read back as they were sent")
def _texts(scenario: Scenario, trial: Trial) -> None:
    round_trip.texts_read_back(scenario, trial, "texts beyond ASCII")


@then("the times with another offset read back as the same moments")
def _moments(scenario: Scenario, trial: Trial) -> None:
    round_trip.moments_read_back(scenario, trial, "times with another offset")


@then("what was made out an hour ago was created when it was booked")
def _created(scenario: Scenario, trial: Trial) -> None:
    round_trip.created_when_booked(scenario, trial, "made out an hour ago")


@when(sentence("{who:Organisation} books another slot under the id of the {name:Name} appointment"))
def _own_id(scenario: Scenario, who: str, name: str) -> None:
    preconditions.book_under_the_id_of(scenario, scenario.appointment(name), who)


@then(sentence("what was booked then has another id than the {name:Name} appointment"))
def _other_id(scenario: Scenario, name: str) -> None:
    booked.id_is_the_providers(scenario.recorder, scenario.appointment(name), scenario.appointment("under its id"))
