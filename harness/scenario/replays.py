"""Requests whose X-Request-ID was used before: as after an answer that was lost, and by mistake."""

from __future__ import annotations

from datetime import timedelta

from uec_booking.standard import names

from ..actors import calls
from ..actors.appointment_body import booking
from ..errors import CannotGoOn
from ..http.exchange import Exchange, header
from ..http.sent import sent_body
from ..http.versions import version_tag
from .booked import ONE_OF_SEVERAL
from .concurrency import together
from .context import Appointment, Scenario
from .preconditions import found, search_and_lease
from .variations import Trial


def book_twice(scenario: Scenario, who: str) -> list[Exchange]:
    """The same booking, sent again as after an answer that was lost."""
    what = found(scenario)
    call = calls.book(booking(scenario.patient, what.slot, scenario.settings.edition))
    consumer = scenario.consumer(who)
    first = consumer.send(what.part, call)
    if not first.ok:
        raise CannotGoOn(f"the first booking was answered with {first.summary()}", "PRV-BOOK-01")
    return [first, consumer.send(what.part, call)]


def book_after_a_refusal(scenario: Scenario, who: str) -> list[Exchange]:
    """A booking that has to be rejected, then the right one under its X-Request-ID.

    Raises:
        CannotGoOn: the first was not rejected, or not for what is wrong with it.
    """
    what = found(scenario)
    call = calls.book(booking(scenario.patient, what.slot, scenario.settings.edition))
    wrong = {name: value for name, value in (call.resource or {}).items() if name != "participant"}
    consumer = scenario.consumer(who)
    first = consumer.send(what.part, call.changed(resource=wrong, note="without a participant"))
    if first.status not in (400, 422):
        raise CannotGoOn(f"the booking without a participant was answered with {first.summary()}", "PRV-BOOK-12")
    right = call.changed(request_id=request_id(first), note="put right, under the same X-Request-ID")
    return [first, consumer.send(what.part, right)]


def book_again(appointment: Appointment) -> list[Exchange]:
    """The booking of an appointment, sent again as it was."""
    call = calls.book(appointment.sent).changed(request_id=request_id(appointment.booked))
    return [appointment.booked, appointment.consumer.send(appointment.part, call)]


def first_request_id_again(scenario: Scenario, trial: Trial) -> list[Exchange]:
    """Another slot is booked with the X-Request-ID of the first booking of a trial, after all the others."""
    first = next((row.exchange for row in trial.rows if row.exchange is not None and row.exchange.ok), None)
    if first is None:
        raise CannotGoOn("no booking was accepted whose X-Request-ID could be used again")
    search_and_lease(scenario, "first_111", "provider", "later", timedelta(hours=6), timedelta(hours=48))
    call = calls.book(booking(scenario.patient, found(scenario).slot, scenario.settings.edition))
    return [first, trial.consumer.send(trial.part, call.changed(request_id=request_id(first)))]


def book_with_request_id_of(scenario: Scenario, appointment: Appointment, who: str) -> list[Exchange]:
    """A booking of another slot with the X-Request-ID of an appointment's booking."""
    search_and_lease(scenario, who, appointment.part.key, "later", timedelta(hours=6), timedelta(hours=48))
    what = found(scenario)
    body = booking(appointment.patient, what.slot, scenario.settings.edition)
    call = calls.book(body).changed(request_id=request_id(appointment.booked))
    return [appointment.booked, scenario.consumer(who).send(what.part, call)]


def book_two_slots_at_once(scenario: Scenario, who: str, where: str) -> list[Exchange]:
    """Two slots, booked for one patient at the same moment under one X-Request-ID."""
    sent = []
    for _ in range(2):
        what = search_and_lease(scenario, who, where, "later", timedelta(hours=6), timedelta(hours=48))
        body = booking(scenario.patient, what.slot, scenario.settings.edition)
        sent.append(calls.book(body).changed(note=ONE_OF_SEVERAL))
    one, other = sent[0], sent[1].changed(request_id=sent[0].request_id)
    part = scenario.part(where)
    consumers = [scenario.another_consumer(who) for _ in range(2)]
    return together([lambda: consumers[0].send(part, one), lambda: consumers[1].send(part, other)])


def cancel_with_request_id(scenario: Scenario, appointment: Appointment, who: str, used: Exchange | None) -> None:
    """A cancellation that repeats the X-Request-ID of an exchange."""
    if used is None:
        raise CannotGoOn("nothing was sent yet whose X-Request-ID could be used again")
    read = scenario.read(appointment)
    if read.status != 200:
        raise CannotGoOn(f"the appointment could not be read: {read.summary()}", "PRV-GET-01")
    call = calls.cancel(appointment.url, {**appointment.seen, "status": "cancelled"}, version_tag(read))
    scenario.last = scenario.consumer(who).send(appointment.part, call.changed(request_id=request_id(used)))


def cancel_again(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """The cancellation that was sent last, sent again as it was: its answer may have been lost."""
    made = scenario.last
    if made is None or made.request.method != "PUT":
        raise CannotGoOn("no cancellation was sent yet that could be sent again")
    call = calls.cancel(appointment.url, sent_body(made), header(made.request.headers, "If-Match") or "")
    again = call.changed(request_id=request_id(made), note="once more, as it was")
    scenario.last = scenario.consumer(who).send(appointment.part, again)


def request_id(exchange: Exchange) -> str:
    """The X-Request-ID that was sent."""
    return header(exchange.request.headers, names.REQUEST_ID) or ""
