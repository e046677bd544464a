"""What comes of a cancellation by a consumer."""

from __future__ import annotations

from pytest_bdd import given, then
from uec_booking.harness.checks.consumer import cancelling as checks
from uec_booking.harness.scenario import desk_calls
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence


@given(sentence('staff have put a note into the appointment at "{service}"'))
def _note(consumer_calls: ConsumerCalls, service: str) -> None:
    desk_calls.staff_write_a_note(consumer_calls, service)


@given(sentence('staff cancel the appointment at "{service}"'))
def _cancelled_locally(consumer_calls: ConsumerCalls, service: str) -> None:
    desk_calls.staff_cancel(consumer_calls, service)


@given(sentence('staff change the appointment at "{service}" just before it is cancelled'))
def _moved(consumer_calls: ConsumerCalls, service: str) -> None:
    consumer_calls.arm(service, {"call": "cancel", "do": "moved"})


@given(sentence('staff change the appointment at "{service}" twice while it is being cancelled'))
def _moved_twice(consumer_calls: ConsumerCalls, service: str) -> None:
    consumer_calls.arm(service, {"call": "cancel", "do": "moved", "times": 2})


@then("the original is cancelled at the address that its booking gave")
def _cancelled(consumer_calls: ConsumerCalls) -> None:
    original = desk_calls.original(consumer_calls)
    booked = consumer_calls.appointments
    checks.cancels_its_booking(consumer_calls.recorder, consumer_calls.last, original, booked)


@then("the user is told what came of the cancellation")
def _told(consumer_calls: ConsumerCalls) -> None:
    checks.tells_what_came_of_it(consumer_calls.recorder, consumer_calls.last)
