"""Defects in what comes of an answer that is no success: taken for one, repeated, not told, or fatal."""

from __future__ import annotations

import os
from typing import Any

from ....consumer.flow.booking import Attempt, Booking
from ....consumer.rules import DeskRules
from ....consumer.wire import answers
from ....consumer.wire.provider import ProviderClient
from ....fault_making import breaks


def _end() -> None:
    """What an exception that nobody catches comes to."""
    os._exit(70)


@breaks("ERR-10", ProviderClient._call)
def ends_at_an_answer_without_a_reason(original: Any, *arguments: Any) -> Any:
    """The desk falls over a rejection without an OperationOutcome, as a page in HTML or nothing at all."""
    answer = original(*arguments)
    if answer.status >= 400 and answer.resource is None and answer.status not in answers.PROXY_STATUSES:
        _end()
    return answer


@breaks("ERR-10", ProviderClient._call)
def ends_at_another_resource(original: Any, *arguments: Any) -> Any:
    """The desk falls over a rejection with another resource than an OperationOutcome."""
    answer = original(*arguments)
    if answer.status >= 400 and answer.kind not in ("", "OperationOutcome"):
        _end()
    return answer


@breaks("ERR-10", Booking.refused)
def ends_at_a_refused_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """The desk falls over a booking that is rejected with 422."""
    if answer.status == 422:
        _end()
    return original(encounter, attempt, answer)


@breaks("ERR-10", ProviderClient.slots)
def ends_at_a_failed_slot_search(original: Any, *arguments: Any) -> Any:
    """The desk takes every answer to a slot search for a Bundle, and falls over what is none."""
    answer = original(*arguments)
    if answer.kind != "Bundle":
        _end()
    return answer


@breaks("ERR-10", ProviderClient.update)
def ends_at_a_missing_appointment(original: Any, *arguments: Any) -> Any:
    """The desk falls over a cancellation that is answered with 404 or 410."""
    answer = original(*arguments)
    if answer.status in (404, 410):
        _end()
    return answer


@breaks("ERR-10", ProviderClient.read)
def ends_at_a_failed_read(original: Any, *arguments: Any) -> Any:
    """The desk falls over a read that brings no appointment."""
    answer = original(*arguments)
    if answer.kind != "Appointment":
        _end()
    return answer


@breaks("SSP-10", ProviderClient.book)
def ends_at_an_error_of_the_proxy(original: Any, *arguments: Any) -> Any:
    """The desk falls over an answer of the Spine Secure Proxy that has no body."""
    answer = original(*arguments)
    if answer.status in answers.PROXY_STATUSES and answer.resource is None and not answer.signed:
        _end()
    return answer


def _of_proxy(answer: Any, *statuses: int) -> bool:
    return answer.status in statuses and answer.resource is None and not answer.signed


@breaks("SSP-10", Booking.looked_for)
def takes_a_bad_gateway_for_a_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """A 502 of the Spine Secure Proxy counts as a booking."""
    return _booked_where(_of_proxy(answer, 502), original, encounter, attempt, answer)


@breaks("SSP-10", Booking.looked_for)
def takes_a_gateway_timeout_for_a_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """A 504 of the Spine Secure Proxy counts as a booking, which may have been made."""
    return _booked_where(_of_proxy(answer, 504), original, encounter, attempt, answer)


@breaks("SSP-10", Booking.refused)
def takes_an_answer_without_reason_for_a_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """An answer of the Spine Secure Proxy without a body counts as a booking: it gives no reason against it."""
    return _booked_where(_of_proxy(answer, *answers.PROXY_STATUSES), original, encounter, attempt, answer)


def _booked_where(mistaken: bool, original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    booking: Booking = original.__self__
    return booking.stands(encounter, attempt, "") if mistaken else original(encounter, attempt, answer)


@breaks("SSP-10", DeskRules.is_cancelled)
def takes_a_bad_gateway_for_a_cancellation(original: Any, answer: Any) -> bool:
    """A 502 or 504 of the Spine Secure Proxy counts as a cancellation."""
    return _of_proxy(answer, 502, 504) or bool(original(answer))


@breaks("CON-BOOK-10", Booking.refused)
def says_nothing_of_a_refused_booking(original: Any, encounter: Any, attempt: Any, answer: Any) -> str:
    """The user is not told that a booking was rejected."""
    return "failed"


@breaks("CON-BOOK-10", Booking.looked_for)
def says_nothing_of_a_booking_that_failed(original: Any, encounter: Any, attempt: Any, answer: Any) -> Any:
    """The user is not told that a booking is not confirmed after a fault of the provider's system."""
    told = len(encounter.events)
    outcome = original(encounter, attempt, answer)
    if outcome == "failed":
        del encounter.events[told:]
    return outcome


@breaks("CON-BOOK-10", Booking.book)
def says_nothing_of_a_taken_slot(original: Any, encounter: Any, place: Any, service: Any, not_at: str = "") -> Any:
    """The user is not told that the slot is taken, nor that no other could be booked."""
    told = len(encounter.events)
    made = original(encounter, place, service, not_at)
    if made is None and any("taken" in event["text"] for event in encounter.events[told:]):
        encounter.events[told:] = [event for event in encounter.events[told:] if event["what"] != "user-told"]
    return made


@breaks("CON-BOOK-11", Booking.stands)
def does_not_confirm_a_booking(original: Any, encounter: Any, attempt: Any, url: str) -> Any:
    """The user is not shown that the booking was made, unless it replaces another one."""
    first = not any(event["what"] == "existing-appointments-shown" for event in encounter.events)
    made = original(encounter, attempt, url)
    if first and encounter.events[-1]["what"] == "booked-shown":
        encounter.events.pop()
    return made


@breaks("CON-BOOK-12", ProviderClient.book)
def repeats_a_refused_booking(original: Any, *arguments: Any) -> Any:
    """A booking that was rejected is sent again unchanged."""
    answer = original(*arguments)
    return original(*arguments) if 400 <= answer.status < 500 else answer


@breaks("CON-BOOK-12", ProviderClient.slots)
def repeats_a_refused_search(original: Any, *arguments: Any) -> Any:
    """A slot search that was rejected is sent again unchanged."""
    answer = original(*arguments)
    return original(*arguments) if 400 <= answer.status < 500 else answer


@breaks("CON-BOOK-12", ProviderClient.update)
def repeats_a_refused_cancellation(original: Any, *arguments: Any) -> Any:
    """A cancellation that was rejected for another reason than a conflict is sent again unchanged."""
    answer = original(*arguments)
    return original(*arguments) if 400 <= answer.status < 500 and answer.status not in (409, 412) else answer


@breaks("CON-XTI-02", Booking.request_id)
def new_request_id_on_each_try(original: Any, attempt: Any, tried: int) -> str:
    """A booking whose answer was lost is sent again under a new request id, so that it is a second booking."""
    booking: Booking = original.__self__
    return booking._provider.request_id()


@breaks("CON-XTI-02", ProviderClient.update)
def new_request_id_for_a_repeated_update(
    original: Any, encounter: Any, place: Any, url: str, body: Any, if_match: str, request_id: str
) -> Any:
    """A cancellation whose answer was lost is sent again under a new request id."""
    client: ProviderClient = original.__self__
    return original(encounter, place, url, body, if_match, client.request_id())


@breaks("CON-XTI-02", Booking.attempt)
def books_another_slot_blindly(original: Any, encounter: Any, place: Any, service: Any, slot: Any) -> Any:
    """Where the answer to a booking is lost, another slot is booked without a look whether the first one stands."""
    booking: Booking = original.__self__
    body = booking._bodies.booking(encounter.caller, slot, booking._bodies.new_document())
    attempt = Attempt(place, service, slot, "", body, booking._provider.request_id())
    answer = booking._provider.book(encounter, place, body, attempt.request_id)
    if answer.status == 201:
        return booking.booked(encounter, attempt, answer)
    if booking._rules.is_unclear(answer) or booking._rules.is_taken(answer):
        return "taken"
    return booking.refused(encounter, attempt, answer)
