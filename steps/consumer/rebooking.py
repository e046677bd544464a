"""Calls to a 111 desk, and what the patient says in them."""

from __future__ import annotations

from pytest_bdd import given, then, when
from uec_booking.harness.checks.consumer import booking, cancelling, slot_search
from uec_booking.harness.checks.consumer import rebooking as checks
from uec_booking.harness.scenario import booked_elsewhere, desk_calls
from uec_booking.harness.scenario.consumer_calls import ConsumerCalls

from ..words import sentence


@given(sentence('a caller whom {who:Desk} has booked at "{service}" within {hours:g} hours'))
@given(sentence('{who:Desk} has booked the caller at "{service}" within {hours:g} hours too'))
def _booked_before(consumer_calls: ConsumerCalls, who: str, service: str, hours: float) -> None:
    desk_calls.booked_before(consumer_calls, who, service, hours)


@given(sentence('another caller whom {who:Desk} has booked at "{service}" within {hours:g} hours'))
def _booked_another(consumer_calls: ConsumerCalls, who: str, service: str, hours: float) -> None:
    consumer_calls.another_caller()
    desk_calls.booked_before(consumer_calls, who, service, hours)


@given("the consumer cancels what other organisations have booked")
def _cancels_of_others(consumer_calls: ConsumerCalls) -> None:
    consumer_calls.needs("cancel-of-others")


@given(sentence('a caller whom an organisation of another kind has booked at "{service}" within {hours:g} hours'))
def _booked_elsewhere(consumer_calls: ConsumerCalls, service: str, hours: float) -> None:
    booked_elsewhere.book(consumer_calls, service, hours)


@when(sentence('{who:Desk} books the caller at "{service}" within {hours:g} hours'))
def _books(consumer_calls: ConsumerCalls, who: str, service: str, hours: float) -> None:
    desk_calls.books(consumer_calls, who, service, hours)


@when(sentence('{who:Desk} books the caller at "{service}" within {hours:g} hours, who cannot come at that time'))
def _changes(consumer_calls: ConsumerCalls, who: str, service: str, hours: float) -> None:
    desk_calls.books(consumer_calls, who, service, hours, slot="change")


@when(
    sentence('{who:Desk} books the caller at "{service}" within {hours:g} hours, who lets the earlier appointment go')
)
@when(
    sentence('{who:Desk} books the caller at "{service}" within {hours:g} hours, who lets any earlier appointment go')
)
def _rebooks(consumer_calls: ConsumerCalls, who: str, service: str, hours: float) -> None:
    desk_calls.books(consumer_calls, who, service, hours, lets_go=True)


@when(sentence("the caller rings {who:Desk}, and only lets the earlier appointment go"))
def _only_cancels(consumer_calls: ConsumerCalls, who: str) -> None:
    desk_calls.only_cancels(consumer_calls, who)


@when(sentence("the caller before rings {who:Desk}, and only lets the earlier appointment go"))
def _first_only_cancels(consumer_calls: ConsumerCalls, who: str) -> None:
    desk_calls.caller_before(consumer_calls)
    desk_calls.only_cancels(consumer_calls, who)


@when(sentence("the caller rings {who:Desk}, and keeps the earlier appointment"))
def _keeps(consumer_calls: ConsumerCalls, who: str) -> None:
    desk_calls.only_cancels(consumer_calls, who, declines=True)


@then("the call begins afresh, with a re-assessment and a new search")
def _afresh(consumer_calls: ConsumerCalls) -> None:
    checks.begins_afresh(consumer_calls.recorder, consumer_calls.last)


@then("the slots are searched again before the second booking")
def _searched_again(consumer_calls: ConsumerCalls) -> None:
    slot_search.searches_slots_again(consumer_calls.recorder, consumer_calls.last)


@then("the option to cancel the original is offered")
def _offered(consumer_calls: ConsumerCalls) -> None:
    checks.offers_to_cancel(consumer_calls.recorder, consumer_calls.last)


@then("the consumer books anew, and then cancels the original")
@then("the consumer books anew, and then cancels what it booked first")
def _in_order(consumer_calls: ConsumerCalls) -> None:
    checks.books_then_cancels(consumer_calls.recorder, consumer_calls.last, desk_calls.original(consumer_calls))


@then("the patient has confirmed the cancellation before it is sent")
def _confirmed(consumer_calls: ConsumerCalls) -> None:
    original = desk_calls.original(consumer_calls)
    checks.confirms_before_it_cancels(consumer_calls.recorder, consumer_calls.last, original)


@then("both outcomes are shown to the user")
def _both(consumer_calls: ConsumerCalls) -> None:
    checks.shows_both_outcomes(consumer_calls.recorder, consumer_calls.last)


@then("no other appointment is cancelled")
def _nothing_else(consumer_calls: ConsumerCalls) -> None:
    allowed = [desk_calls.original(consumer_calls)]
    checks.cancels_nothing_else(consumer_calls.recorder, consumer_calls.last, allowed)


@then("a booking is told only where the provider accepted it")
def _only_201(consumer_calls: ConsumerCalls) -> None:
    booking.takes_only_201_for_booked(consumer_calls.recorder, consumer_calls.last)


@then("no appointment is cancelled")
def _nothing(consumer_calls: ConsumerCalls) -> None:
    checks.cancels_nothing_else(consumer_calls.recorder, consumer_calls.last, [])


@then("the original stays, because nobody there knows of it")
def _stays_unknown(consumer_calls: ConsumerCalls) -> None:
    checks.original_stays_unknown(consumer_calls.recorder, consumer_calls.last)


@then("the original stays, because there is no new booking")
def _stays(consumer_calls: ConsumerCalls) -> None:
    checks.original_stays_without_new_booking(consumer_calls.recorder, consumer_calls.last)


@then("nothing is cancelled, because the patient said no")
def _said_no(consumer_calls: ConsumerCalls) -> None:
    checks.patient_said_no(consumer_calls.recorder, consumer_calls.last)


@then("nothing is sent to cancel what is cancelled already")
def _already(consumer_calls: ConsumerCalls) -> None:
    original = desk_calls.original(consumer_calls)
    cancelling.cancels_no_cancelled_one(consumer_calls.recorder, consumer_calls.last, original)


@then("after the conflict the appointment is read before anything is sent again")
def _not_blindly(consumer_calls: ConsumerCalls) -> None:
    original = desk_calls.original(consumer_calls)
    cancelling.does_not_resend_blindly(consumer_calls.recorder, consumer_calls.last, original)
