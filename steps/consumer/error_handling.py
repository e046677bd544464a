"""What fails around a consumer, and what it does then."""

from __future__ import annotations

from pytest_bdd import given, then
from uec_booking.harness.checks.consumer import error_handling as checks
from uec_booking.harness.consumer.requests import Interaction
from uec_booking.harness.scenario import desk_calls
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence

#: What stands in the place of an OperationOutcome, as the world calls it.
_BODIES = {
    "nothing else": "empty",
    "a page in HTML": "html",
    "half an OperationOutcome": "truncated",
    "another resource": "other-type",
}
_FAILED = {
    "read": Interaction.READ,
    "slot search": Interaction.SLOTS,
    "booking": Interaction.BOOK,
    "cancellation": Interaction.CANCEL,
}


@given(sentence('the provider of "{service}" answers {which:Which} {call} with {status:d}'))
def _answers(consumer_calls: ConsumerCalls, service: str, which: int, call: str, status: int) -> None:
    desk_calls.provider_answers(consumer_calls, service, call, status, which)


@given(sentence('the provider of "{service}" answers {which:Which} {call} with {status:d} and {body}'))
def _answers_with_body(
    consumer_calls: ConsumerCalls, service: str, which: int, call: str, status: int, body: str
) -> None:
    desk_calls.provider_answers(consumer_calls, service, call, status, which, _BODIES[body])


@given(sentence('the Spine Secure Proxy answers {which:Which} cancellation at "{service}" with {status:d}'))
def _proxy_answers_update(consumer_calls: ConsumerCalls, which: int, service: str, status: int) -> None:
    consumer_calls.disturb(service, "answering", ["PUT"], status, which or 1000)


@given(sentence('the Spine Secure Proxy answers {which:Which} booking at "{service}" with {status:d}'))
def _proxy_answers(consumer_calls: ConsumerCalls, which: int, service: str, status: int) -> None:
    consumer_calls.disturb(service, "answering", ["POST"], status, which or 1000)


@given(sentence('the answer to the next booking at "{service}" is lost behind the proxy'))
def _lost(consumer_calls: ConsumerCalls, service: str) -> None:
    consumer_calls.disturb(service, "losing answers", ["POST"], 504)


@then(sentence("the consumer survives the failed {call}"))
def _survives(consumer_calls: ConsumerCalls, call: str) -> None:
    lives = desk_calls.still_answers(consumer_calls)
    checks.survives(consumer_calls.recorder, consumer_calls.last, _FAILED[call], lives)


@then("the failure of the proxy is not taken for a booking")
def _no_booking(consumer_calls: ConsumerCalls) -> None:
    checks.failure_of_the_proxy_is_no_booking(consumer_calls.recorder, consumer_calls.last)


@then("the failure of the proxy is not taken for a cancellation")
def _no_cancellation(consumer_calls: ConsumerCalls) -> None:
    checks.failure_of_the_proxy_is_no_cancellation(consumer_calls.recorder, consumer_calls.last)


@then("the booking is tried again with the same request id, or not at all")
def _same_id(consumer_calls: ConsumerCalls) -> None:
    checks.retries_with_the_same_id(consumer_calls.recorder, consumer_calls.last)
