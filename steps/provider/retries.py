"""Requests that are sent again, and X-Request-IDs that are used again."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.provider.booking import contention
from uec_booking.harness.checks.provider.cancelling import rejected
from uec_booking.harness.http.exchange import Exchange
from uec_booking.harness.scenario import booking, plain_cancellation, replays
from uec_booking.harness.scenario.context import Scenario
from uec_booking.harness.scenario.variations import Trial

from ..words import sentence


@when(sentence("{who:Organisation} books the slot found twice with the same X-Request-ID"), target_fixture="answers")
def _twice(scenario: Scenario, who: str) -> list[Exchange]:
    return replays.book_twice(scenario, who)


@when(
    sentence(
        "{who:Organisation} books the slot found without a participant, and then correctly with the same X-Request-ID"
    ),
    target_fixture="answers",
)
def _after_a_refusal(scenario: Scenario, who: str) -> list[Exchange]:
    return replays.book_after_a_refusal(scenario, who)


@then("the second answer does not repeat that rejection")
def _not_repeated(scenario: Scenario, answers: list[Exchange]) -> None:
    contention.refusal_is_not_repeated(scenario.recorder, answers[1])


@when(sentence("the booking of the {name:Name} appointment is sent again"), target_fixture="answers")
def _again(scenario: Scenario, name: str) -> list[Exchange]:
    return replays.book_again(scenario.appointment(name))


@then("the second answer says that it was already done, and one appointment exists")
def _one_exists(scenario: Scenario, answers: list[Exchange]) -> None:
    contention.retried(scenario.recorder, *answers)


@then("another slot cannot be booked with the X-Request-ID of the first of these bookings")
def _late(scenario: Scenario, trial: Trial) -> None:
    contention.retried(scenario.recorder, *replays.first_request_id_again(scenario, trial))


@when(
    sentence("{who:Organisation} books another slot with the X-Request-ID of the {name:Name} appointment"),
    target_fixture="answers",
)
def _reused(scenario: Scenario, who: str, name: str) -> list[Exchange]:
    return replays.book_with_request_id_of(scenario, scenario.appointment(name), who)


@then("the second answer says that it was already done, and the other slot is still free")
def _still_free(scenario: Scenario, answers: list[Exchange]) -> None:
    first, second = answers
    contention.reused(scenario.recorder, first, second, *booking.look_for_slot_found(scenario))


@when(
    sentence("{who:Organisation} books two slots of {where:System} at the same moment under one X-Request-ID"),
    target_fixture="answers",
)
def _two_slots(scenario: Scenario, who: str, where: str) -> list[Exchange]:
    return replays.book_two_slots_at_once(scenario, who, where)


@then("one appointment exists at most")
def _one_at_most(scenario: Scenario, answers: list[Exchange]) -> None:
    contention.one_of_two(scenario.recorder, answers)


@when(sentence("{who:Organisation} cancels the {name:Name} appointment with the X-Request-ID of its booking"))
def _id_of_booking(scenario: Scenario, who: str, name: str) -> None:
    appointment = scenario.appointment(name)
    replays.cancel_with_request_id(scenario, appointment, who, appointment.booked)


@when(sentence("{who:Organisation} cancels the {name:Name} appointment with the X-Request-ID of that cancellation"))
def _id_of_cancellation(scenario: Scenario, who: str, name: str) -> None:
    plain_cancellation.must_be_cancelled(scenario, scenario.appointment("original"))
    replays.cancel_with_request_id(scenario, scenario.appointment(name), who, scenario.last)


@when(sentence("{who:Organisation} sends the cancellation of the {name:Name} appointment again"))
def _same_cancellation(scenario: Scenario, who: str, name: str) -> None:
    plain_cancellation.must_be_cancelled(scenario, scenario.appointment(name))
    replays.cancel_again(scenario, scenario.appointment(name), who)


@then("the cancellation is rejected for its X-Request-ID, with the reason")
def _refused_for_id(scenario: Scenario) -> None:
    rejected.refused_for_request_id(scenario.recorder, scenario.answer())


@then("the repeated cancellation is rejected, with the reason")
def _refused_as_it_was(scenario: Scenario) -> None:
    rejected.refused_as_it_was(scenario.recorder, scenario.answer())
