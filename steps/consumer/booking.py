"""What a consumer books, and tells of it."""

from __future__ import annotations

from pytest_bdd import given, then
from uec_booking.harness.checks.consumer import booking as checks
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence


@given("a caller without NHS number")
def _without_number(consumer_calls: ConsumerCalls) -> None:
    consumer_calls.caller = consumer_calls.caller.without_nhs_number()


@given("a caller whose name goes beyond ASCII")
def _beyond_ascii(consumer_calls: ConsumerCalls) -> None:
    consumer_calls.name_caller_beyond_ascii()


@then("the booking has the name of the caller")
def _own_name(consumer_calls: ConsumerCalls) -> None:
    checks.name_is_the_patients(consumer_calls.recorder, consumer_calls.last)


@then("the booking is confirmed to the user")
def _confirmed(consumer_calls: ConsumerCalls) -> None:
    checks.is_confirmed_to_the_user(consumer_calls.recorder, consumer_calls.last)


@then("the failed booking is explained to the user")
def _explained(consumer_calls: ConsumerCalls) -> None:
    checks.failure_is_explained(consumer_calls.recorder, consumer_calls.last)


@given(sentence('the proxy asks "{service}" for nothing compressed'))
def _uncompressed(consumer_calls: ConsumerCalls, service: str) -> None:
    consumer_calls.disturb(service, "uncompressing", ["GET"], 0, 1000)


@then("the address of the booking is the caller's")
def _own_address(consumer_calls: ConsumerCalls) -> None:
    checks.address_is_the_patients(consumer_calls.recorder, consumer_calls.last)


@then("it is booked from an answer that is not compressed")
def _plain(consumer_calls: ConsumerCalls) -> None:
    checks.takes_an_uncompressed_answer(consumer_calls.recorder, consumer_calls.last)


@then("the patient of the booking has no identifier")
def _no_identifier(consumer_calls: ConsumerCalls) -> None:
    checks.patient_has_no_identifier(consumer_calls.recorder, consumer_calls.last)
