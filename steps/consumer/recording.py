"""What a recording of a consumer shows."""

from __future__ import annotations

from pytest_bdd import given, then
from uec_booking.harness.checks.consumer import recording as checks
from uec_booking.harness.checks.consumer import registry_check
from uec_booking.harness.scenario.recorded_calls import RecordedCalls


@given("every request of the recording, each checked as a whole")
def _all(recorded_calls: RecordedCalls) -> None:
    recorded_calls.check_all()


@given("what the recording has of each patient")
def _of_each_patient(recorded_calls: RecordedCalls) -> None:
    recorded_calls.keep()


@given("what the recording has of the registry")
def _of_the_registry(recorded_calls: RecordedCalls) -> None:
    recorded_calls.keep_registry()


@then("a booking whose answer was lost is made again with the same request id, or not at all")
def _not_blindly(recorded_calls: RecordedCalls) -> None:
    checks.books_nothing_blindly_again(recorded_calls.recorder, recorded_calls.courses)


@then("the new appointment is booked before the original is cancelled")
def _in_order(recorded_calls: RecordedCalls) -> None:
    checks.replaces_by_booking_first(recorded_calls.recorder, recorded_calls.courses)


@then("the slots are searched again before a patient is booked again")
def _searched_again(recorded_calls: RecordedCalls) -> None:
    checks.searches_slots_for_each_booking(recorded_calls.recorder, recorded_calls.courses, recorded_calls.searches)


@then("nothing is cancelled that belongs to another patient")
def _no_other(recorded_calls: RecordedCalls) -> None:
    recording = recorded_calls.recording
    checks.touches_no_other_patients_appointment(recorded_calls.recorder, recording.calls, recording.owners)


@then("the registry is asked about each patient before the first booking, and without the proxy")
def _registry(recorded_calls: RecordedCalls) -> None:
    recording = recorded_calls.recording
    registry_check.is_asked_before_bookings(
        recorded_calls.recorder, recording.courses, recording.registry, recording.registry_through_proxy
    )
