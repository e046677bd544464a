"""How a consumer proves who it is."""

from __future__ import annotations

from pytest_bdd import then
from uec_booking.harness.checks.consumer import tokens as checks
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls


@then("the consumer shows a certificate to the Spine Secure Proxy, and is trusted")
def _shows_a_certificate(consumer_calls: ConsumerCalls) -> None:
    checks.shows_a_certificate(consumer_calls.recorder, consumer_calls.last)
