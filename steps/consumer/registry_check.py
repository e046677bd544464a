"""What a consumer asks the registry, and does with what it finds."""

from __future__ import annotations

from pytest_bdd import given, then
from uec_booking.harness.checks.consumer import registry_check as checks
from uec_booking.harness.scenario import desk_calls
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence


@given("no registry is to be had")
def _away(consumer_calls: ConsumerCalls) -> None:
    consumer_calls.arm_registry({"call": "any", "do": "answer", "status": 503, "times": 0})


@given(sentence("the registry answers every search with {status:d}"))
def _answers(consumer_calls: ConsumerCalls, status: int) -> None:
    consumer_calls.arm_registry({"call": "search", "do": "answer", "status": status, "times": 0, "issue": "exception"})


@given("the registry knows of the original")
def _knows(consumer_calls: ConsumerCalls) -> None:
    desk_calls.await_entry(consumer_calls)


@then("the registry is asked before the re-assessment ends, with a token and without the proxy")
def _asked(consumer_calls: ConsumerCalls) -> None:
    mutual = consumer_calls.consumer.mutual_tls
    checks.asks_before_the_reassessment_ends(consumer_calls.recorder, consumer_calls.last, mutual=mutual)


@then("the user is told that the patient has an appointment")
def _flagged(consumer_calls: ConsumerCalls) -> None:
    checks.tells_the_user(consumer_calls.recorder, consumer_calls.last)


@then("the original is read from its provider, at the address that the registry gave")
def _read(consumer_calls: ConsumerCalls) -> None:
    original = desk_calls.original(consumer_calls)
    checks.reads_from_the_provider(consumer_calls.recorder, consumer_calls.last, original)


@then("the call goes on without the registry")
def _goes_on(consumer_calls: ConsumerCalls) -> None:
    checks.goes_on_without(consumer_calls.recorder, consumer_calls.last)


@then("the registry is not asked the same again after a rejection")
def _not_again(consumer_calls: ConsumerCalls) -> None:
    checks.does_not_ask_again(consumer_calls.recorder, consumer_calls.last)
