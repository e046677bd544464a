"""How a consumer finds where to book."""

from __future__ import annotations

from pytest_bdd import then, when
from uec_booking.harness.checks.consumer import discovery as checks
from uec_booking.harness.scenario import desk_calls
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence


@when(sentence('{who:Desk} tries to book the caller at "{service}"'))
def _tries(consumer_calls: ConsumerCalls, who: str, service: str) -> None:
    desk_calls.books(consumer_calls, who, service, hours=24)


@then("the pointer of the Directory of Services is looked up in the Spine Directory, in two steps")
def _looked_up(consumer_calls: ConsumerCalls) -> None:
    row = desk_calls.chosen(consumer_calls)
    checks.looks_up_in_two_steps(consumer_calls.recorder, consumer_calls.last, row)


@then("the Spine Directory is asked for an interaction of Care Connect")
def _care_connect(consumer_calls: ConsumerCalls) -> None:
    row = desk_calls.chosen(consumer_calls)
    checks.asks_for_care_connect(consumer_calls.recorder, consumer_calls.last, row)


@then(sentence("the referral is sent without a booking, for {clause}"))
def _refers(consumer_calls: ConsumerCalls, clause: str) -> None:
    checks.may_refer_without_booking(consumer_calls.recorder, consumer_calls.last, clause)


@then("no referral is sent, and the user is warned")
def _blocked(consumer_calls: ConsumerCalls) -> None:
    checks.refers_only_with_booking(consumer_calls.recorder, consumer_calls.last)


@then("the referral is sent with the booking")
def _refers_with_booking(consumer_calls: ConsumerCalls) -> None:
    checks.refers_with_booking(consumer_calls.recorder, consumer_calls.last)


@then("the booking uses the national standard")
def _standard(consumer_calls: ConsumerCalls) -> None:
    checks.books_by_the_standard(consumer_calls.recorder, consumer_calls.last)


@then("the consumer asks the provider what it is capable of")
def _capable(consumer_calls: ConsumerCalls) -> None:
    checks.reads_the_capability_statement(consumer_calls.recorder, consumer_calls.last)


@then(sentence("no slots are searched there, for {clause}"))
def _no_search(consumer_calls: ConsumerCalls, clause: str) -> None:
    row = desk_calls.chosen(consumer_calls)
    checks.searches_no_slots(consumer_calls.recorder, consumer_calls.last, row, clause)


@then("the consumer halts with an error, and neither directory nor provider is asked further")
def _halts(consumer_calls: ConsumerCalls) -> None:
    row = desk_calls.chosen(consumer_calls)
    checks.halts_with_an_error(consumer_calls.recorder, consumer_calls.last, row)


@then("the consumer goes on with its existing workflow")
def _goes_on(consumer_calls: ConsumerCalls) -> None:
    row = desk_calls.chosen(consumer_calls)
    checks.goes_on_as_before(consumer_calls.recorder, consumer_calls.last, row)
