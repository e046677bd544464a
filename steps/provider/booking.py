"""Booking a slot: alone, at the same moment as others, in a slot that was freed."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.provider import rejections
from uec_booking.harness.checks.provider.booking import booked, contention, round_trip
from uec_booking.harness.checks.workflow import several_patients as patients_checks
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import booking, concurrency, preconditions, several_patients
from uec_booking.harness.scenario.context import Appointment, Scenario
from uec_booking.harness.scenario.variations import Trial

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


@then("the booking is rejected because the slot is taken")
def _taken(scenario: Scenario) -> None:
    made = preconditions.just_booked(scenario)
    booked.refused_as_taken(scenario.recorder, made, booking.read_at_answered_url(scenario, made))


@then("no preparatory call was needed for a patient whom the provider has never seen")
def _atomic(scenario: Scenario) -> None:
    booked.needed_no_preparation(scenario.recorder, preconditions.just_booked(scenario))


@then(sentence("the answer says where the {name:Name} appointment is, in which version, and when it was made"))
def _headers(scenario: Scenario, name: str) -> None:
    made = scenario.appointment(name)
    booked.answer_tells_where(scenario.recorder, made, scenario.read(made))


@then("the stored appointment is the one requested")
def _stored(scenario: Scenario) -> None:
    made = preconditions.just_booked(scenario)
    booked.stored_is_asked_for(scenario.recorder, made, scenario.read(made))


@then("the slot could be booked by the organisation that it was offered to")
def _bookable(scenario: Scenario) -> None:
    booked.bookable_as_offered(scenario.recorder, preconditions.just_booked(scenario))


@then("the original and the other appointment have different ids")
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


@then("a booking of a free slot for an invalid NHS number is rejected for a different reason")
def _another_reason(scenario: Scenario) -> None:
    taken, invalid = preconditions.just_booked(scenario).booked, booking.book_for_an_invalid_number(scenario)
    rejections.taken_is_another_reason(scenario.recorder, taken, invalid)


@then("the booking is rejected because the slot is taken, and the answer says so")
def _taken_and_said(scenario: Scenario) -> None:
    booked.taken_and_says_so(scenario.recorder, preconditions.just_booked(scenario), scenario.settings.reading)


@when(sentence("{number:d} consumers book that slot at the same moment"), target_fixture="answers")
def _at_once(scenario: Scenario, number: int) -> list[Exchange]:
    return concurrency.book_at_once(scenario, preconditions.found(scenario), number)


@then("exactly one of them succeeds, and the others are rejected because the slot is taken")
def _one(scenario: Scenario, answers: list[Exchange]) -> None:
    contention.exactly_one(scenario.recorder, answers)


@when(
    sentence("{number:d} consumers book that slot {times:d} times each, all at once, and who gets it cancels"),
    target_fixture="answers",
)
def _contend(scenario: Scenario, number: int, times: int) -> list[Exchange]:
    return concurrency.contend(scenario, preconditions.found(scenario), number, times)


@then("nobody gets the slot while another one has it")
def _explained(scenario: Scenario, answers: list[Exchange]) -> None:
    contention.some_order_explains(scenario.recorder, answers, preconditions.found(scenario))


@then("the appointment without NHS number has the provider's own patient identifier")
def _local_identifier(scenario: Scenario, trial: Trial) -> None:
    made = booking.read_what_was_made(trial, "a patient without NHS number")
    round_trip.local_identifier(scenario.recorder, made, booking.read_its_version(trial, made))


@then("a different patient without NHS number has a different one")
def _another_identifier(scenario: Scenario, trial: Trial) -> None:
    one = booking.read_what_was_made(trial, "a patient without NHS number")
    other = booking.read_what_was_made(trial, "somebody else without NHS number")
    round_trip.local_identifiers_differ(scenario.recorder, one, other)


@then("the texts beyond ASCII read back as they were sent")
def _texts(scenario: Scenario, trial: Trial) -> None:
    round_trip.texts_read_back(scenario.recorder, booking.read_what_was_made(trial, "texts beyond ASCII"))


@then("the times with another offset read back as the same moments")
def _moments(scenario: Scenario, trial: Trial) -> None:
    made = booking.read_what_was_made(trial, "times with another offset")
    round_trip.moments_read_back(scenario.recorder, made)


@then("the booking made out an hour ago has the moment of its booking as created")
def _created(scenario: Scenario, trial: Trial) -> None:
    made = booking.read_what_was_made(trial, "made out an hour ago")
    round_trip.created_when_booked(scenario.recorder, made)


@when(sentence("{who:Organisation} books another slot under the id of the {name:Name} appointment"))
def _own_id(scenario: Scenario, who: str, name: str) -> None:
    preconditions.book_under_the_id_of(scenario, scenario.appointment(name), who)


@then(sentence("the new booking has a different id from the {name:Name} appointment"))
def _other_id(scenario: Scenario, name: str) -> None:
    booked.id_is_the_providers(scenario.recorder, scenario.appointment(name), scenario.appointment("under its id"))


@when(sentence("{number:d} consumers book a slot each, for a patient each, at the same moment"), target_fixture="made")
def _each(scenario: Scenario, number: int) -> list[Appointment]:
    return several_patients.book_each_at_once(scenario, number)


@then("each is answered with the appointment that it requested, and it reads back the same")
def _own(scenario: Scenario, made: list[Appointment]) -> None:
    patients_checks.not_mixed_up(scenario.recorder, made, several_patients.read_each(scenario, made))


@when(sentence("{who:Organisation} books the freed slot of the {name:Name} appointment, where it is offered again"))
def _freed(scenario: Scenario, who: str, name: str) -> None:
    appointment = scenario.appointment(name)
    seen = several_patients.book_the_freed_slot(scenario, who, appointment)
    patients_checks.could_be_booked(scenario.recorder, appointment, seen)


@when(sentence("{who:Organisation} books the latest slot that the provider offers it"))
def _latest(scenario: Scenario, who: str) -> None:
    several_patients.book_the_latest_slot(scenario, who)


@when(sentence("the {name:Name} appointment is cancelled once more, from its current version"))
def _cancelled_once_more(scenario: Scenario, name: str) -> None:
    several_patients.cancel_once_more(scenario, scenario.appointment(name))


@then(sentence("the {name:Name} appointment still reads as cancelled, under an id of its own"))
def _still(scenario: Scenario, name: str) -> None:
    appointment = scenario.appointment(name)
    now, later = scenario.read(appointment), several_patients.that_was_booked(scenario, several_patients.LATER)
    patients_checks.still_cancelled(scenario.recorder, appointment, now, later)


@then("the slot belongs to the later appointment")
def _belongs(scenario: Scenario) -> None:
    later = several_patients.look_for_slot_of_the_later(scenario)
    patients_checks.slot_is_of_the_later(scenario.recorder, scenario.appointment("original"), later)


@given(sentence("{who:Organisation} booked the slot behind that of the {name:Name} appointment for somebody else"))
def _next(scenario: Scenario, who: str, name: str) -> None:
    several_patients.book_the_next_slot(scenario, who, scenario.appointment(name))


@then(sentence("the slot behind that of the {name:Name} appointment is still taken"))
def _next_is_kept(scenario: Scenario, name: str) -> None:
    beside = several_patients.look_for_next_slot(scenario)
    patients_checks.next_slot_is_kept(scenario.recorder, scenario.appointment(name), beside)
