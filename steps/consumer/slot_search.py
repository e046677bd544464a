"""What a consumer makes of the slots that it finds."""

from __future__ import annotations

from pytest_bdd import given, then
from uec_booking.harness.checks.consumer import slot_search as checks
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence


@given(sentence('slot searches at "{service}" bring slots and nothing else'))
def _slots_only(consumer_calls: ConsumerCalls, service: str) -> None:
    consumer_calls.disturb(service, "leaving slots only", ["GET"], 200, 1000)


@given(sentence('slot searches at "{service}" bring more than is asked for'))
def _more(consumer_calls: ConsumerCalls, service: str) -> None:
    consumer_calls.disturb(service, "adding resources", ["GET"], 200, 1000)


@then(sentence("the consumer copes with what came back, and books, for {clause}"))
def _copes(consumer_calls: ConsumerCalls, clause: str) -> None:
    checks.copes_with_the_bundle(consumer_calls.recorder, consumer_calls.last, clause)


@then("the user is told that there are no slots")
def _none(consumer_calls: ConsumerCalls) -> None:
    checks.tells_that_there_are_none(consumer_calls.recorder, consumer_calls.last)
