"""Brings about the situations that scenarios speak of: what the actors do, without any judgement.

Each raises ``CannotGoOn`` when a precondition cannot be had.
"""

from __future__ import annotations

import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from uec_booking.standard import names

from ..actors import calls
from ..actors.appointment_body import booking, offers
from ..actors.finding import search_around
from ..actors.patients import Patient
from ..errors import CannotGoOn, Due
from ..fhir import contained
from ..http.exchange import OVERLOADED, Exchange
from ..http.times import moment
from ..http.versions import version_tag
from . import slot_naming
from .context import Appointment, Scenario
from .slot_leases import Found, NoSlot, Searched


def search_and_lease(
    scenario: Scenario, who: str, where: str, purpose: str, since: timedelta, until: timedelta
) -> Found:
    """A consumer searches for free slots of a time; one of them is leased for the scenario."""
    return scenario.find_slot(scenario.consumer(who), scenario.part(where), purpose, since, until)


def search(scenario: Scenario, who: str, where: str, purpose: str, since: timedelta, until: timedelta) -> None:
    """As ``search_and_lease``, but what came of it is for the next steps to say: a rejection is an answer too."""
    with scenario.going_on(without=NoSlot):
        search_and_lease(scenario, who, where, purpose, since, until)


def searched(scenario: Scenario) -> Searched:
    """The last search of the scenario."""
    if scenario.searched is None:
        raise CannotGoOn("nothing was searched for yet")
    return scenario.searched


def found(scenario: Scenario) -> Found:
    """The last search of the scenario, with the slot that was leased from it."""
    if scenario.found is None:
        told = searched(scenario).exchange.summary()
        raise CannotGoOn(f"no free slot was found: the search was answered with {told}", "PRV-SRCH-01")
    return scenario.found


def book_found(scenario: Scenario, who: str, name: str) -> Appointment:
    """Book the slot of the last search for the scenario's patient.

    Others book at a system in use too. Where the booking is rejected and the slot is no longer offered, somebody was
    quicker, and another slot is sought, once; a slot that is rejected and still offered is the provider's own fault.
    """
    what = found(scenario)
    made = slot_naming.settled(scenario, scenario.book(name, scenario.consumer(who), what.part, what.slot))
    if scenario.slot_is_taken or scenario.sought is None or not lost_to_others(made):
        return made
    scenario.find_slot(*scenario.sought)
    return scenario.book(name, scenario.consumer(who), what.part, found(scenario).slot)


def booked(
    scenario: Scenario, name: str, who: str, where: str, purpose: str, since: timedelta, until: timedelta
) -> Appointment:
    """An appointment that stands before the scenario begins, read once so that changes show."""
    search_and_lease(scenario, who, where, purpose, since, until)
    made = book_found(scenario, who, name)
    must_be_booked(scenario, made)
    exchange = scenario.read(made)
    if exchange.status != 200:
        raise CannotGoOn(
            f"the {name} appointment could not be read after it was booked: {exchange.summary()}", "PRV-GET-01"
        )
    return made


def just_booked(scenario: Scenario) -> Appointment:
    """The appointment that was booked last, or tried to be."""
    if scenario.just_booked is None:
        raise CannotGoOn("nothing was booked yet")
    return scenario.just_booked


def must_be_booked(scenario: Scenario, made: Appointment) -> None:
    """Stop the scenario when the booking failed: everything after it rests on it.

    A valid booking of a free slot is due to be accepted, whatever the scenario is about: by PRV-BOOK-01, or by WKF-09
    where the patient has another appointment.
    """
    if made.url:
        return
    cause = clause_of_refusal(scenario, made)
    excused = made.booked.status in OVERLOADED or lost_to_others(made)
    due = None if excused else Due(cause, "book-ok", made.booked.id)
    raise CannotGoOn(f"the {made.name} appointment could not be booked: {made.booked.summary()}", cause, due)


def clause_of_refusal(scenario: Scenario, made: Appointment) -> str:
    """What a rejected booking breaks: WKF-09 where it is the second one of the patient and no token is at fault."""
    standing = [one for one in scenario.appointments.values() if one.url and one.patient == made.patient]
    return "WKF-09" if standing and made.booked.status in (400, 409, 422) else "PRV-BOOK-01"


def lost_to_others(made: Appointment) -> bool:
    """Whether a booking was rejected because somebody else was quicker: the slot is no longer offered."""
    if made.booked.status not in (409, 422):
        return False
    return not offers(search_around(made.consumer, made.part, made.slot, "free"), made.slot)


def taken_by_someone_else(scenario: Scenario, who: str) -> None:
    """The slot of the last search is booked by another consumer for another patient."""
    what = found(scenario)
    made = scenario.book("someone else's", scenario.consumer(who), what.part, what.slot, patient=scenario.new_patient())
    must_be_booked(scenario, made)
    scenario.read(made)
    scenario.slot_is_taken = True


def some_time_later(appointment: Appointment, seconds: int) -> None:
    """Wait until so many seconds have passed since the appointment was booked: headers have whole seconds."""
    booked = moment(appointment.booked.started)
    assert booked is not None
    time.sleep(max(0.0, (booked + timedelta(seconds=seconds) - datetime.now(UTC)).total_seconds()))


def cancel_quoting_another_version(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """A cancellation whose If-Match is well formed and names a version that is not the current one."""
    other = another_version(version_tag(scenario.read(appointment)))
    scenario.cancel(appointment, scenario.consumer(who), etag=other)


def another_version(tag: str) -> str:
    """An entity tag that is well formed, as the one given, and names no version that there is."""
    counted = re.fullmatch("[0-9]{1,18}", _id_in(tag)) is not None
    return f'W/"{int(_id_in(tag)) + 1000}"' if counted else f'W/"{uuid.uuid4()}"'


def cancel_changing(scenario: Scenario, appointment: Appointment, who: str, element: str) -> None:
    """A cancellation that changes one more element than the status."""
    scenario.read(appointment)
    seen = appointment.seen
    change: dict[str, Any]
    if element == "start":
        later = appointment.slot.start + timedelta(minutes=5)
        change = {"start": later.isoformat()}
    elif element == "description":
        change = {"description": "Changed by the conformance run"}
    else:
        change = {"contained": [_renamed(resource) for resource in seen.get("contained") or []]}
        if contained(seen, "Patient") is None:
            raise CannotGoOn(
                "the appointment reads without a contained Patient whose name could be changed", "PRV-GET-14"
            )
    scenario.cancel(appointment, scenario.consumer(who), change=change)


def _renamed(resource: dict[str, Any]) -> dict[str, Any]:
    if resource.get("resourceType") != "Patient":
        return resource
    return {**resource, "name": [{"use": "official", "family": "Somebody-Else", "given": ["Changed"]}]}


def staff_change(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """The consumer reads the appointment; then the provider's own staff change it."""
    scenario.read(appointment, scenario.consumer(who))
    scenario.control(appointment.part.key).staff_touch(appointment.url)


def cancel_as_last_read(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """A cancellation that rests on the version read last, without reading again."""
    if appointment.read is None:
        raise CannotGoOn("the appointment was not read yet")
    body = {**appointment.seen, "status": "cancelled"}
    call = calls.cancel(appointment.url, body, version_tag(appointment.read))
    scenario.last = scenario.consumer(who).send(appointment.part, call)


def staff_cancel(scenario: Scenario, appointment: Appointment) -> None:
    """The provider's own staff cancel the appointment, not through the API.

    Where they cannot because it stands no longer, the clause by which it should stand is in the way.
    """
    key, control = appointment.part.key, scenario.control(appointment.part.key)
    scenario.bookings.may_change(key, appointment.url)
    try:
        control.staff_cancel(appointment.url)
    except CannotGoOn as refused:
        now = scenario.read(appointment)
        gone = now.status == 200 and now.resource.get("status") != "booked"
        raise CannotGoOn(
            str(refused), scenario.bookings.clause_of_state(key, appointment.url) if gone else ""
        ) from None


def registry_goes_away(scenario: Scenario) -> None:
    """The registry is away until it is brought back, at the latest when the scenario ends."""
    control = scenario.control("registry")
    control.registry_away()
    scenario.undo.append(control.registry_back)


def search_registry(scenario: Scenario, who: str) -> None:
    """A consumer looks in the registry for the patient's appointments."""
    scenario.last = scenario.consumer(who).registered_for_patient(
        scenario.part("registry"), scenario.patient.nhs_number
    )


def _id_in(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')


def book_slot_of(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """Another consumer tries to book the slot of an appointment, for another patient."""
    scenario.book(
        "someone else's", scenario.consumer(who), appointment.part, appointment.slot, patient=scenario.new_patient()
    )


def search_appointments(scenario: Scenario, who: str, where: str, patient: Patient) -> None:
    """A consumer asks the provider for a patient's appointments by NHS number."""
    call = calls.search_appointments(f"{names.NHS_NUMBER_SYSTEM}|{patient.nhs_number}")
    scenario.last = scenario.consumer(who).send(scenario.part(where), call)


def booked_without_nhs_number(scenario: Scenario) -> Appointment:
    """An appointment that stands, of a patient who has no NHS number."""
    scenario.patient = scenario.patient.without_nhs_number()
    return booked(scenario, "original", "first_111", "provider", "later", timedelta(hours=6), timedelta(hours=48))


def search_by_local_identifier(scenario: Scenario, who: str, where: str) -> None:
    """A consumer asks for appointments by the identifier that the provider gave the patient."""
    patient = contained(scenario.appointment("original").seen, "Patient") or {}
    for identifier in patient.get("identifier") or []:
        if identifier.get("system") != names.NHS_NUMBER_SYSTEM and identifier.get("value"):
            call = calls.search_appointments(f"{identifier.get('system', '')}|{identifier['value']}")
            scenario.last = scenario.consumer(who).send(scenario.part(where), call)
            return
    reason = "the appointment reads without an identifier of the provider's own for the patient"
    raise CannotGoOn(reason, because="PRV-BOOK-18")


def book_under_the_id_of(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """A booking of another slot whose body has the id of an appointment, for another patient."""
    search_and_lease(scenario, who, appointment.part.key, "later", timedelta(hours=6), timedelta(hours=48))
    what = found(scenario)
    patient = scenario.new_patient()
    body = {"id": appointment.seen.get("id"), **booking(patient, what.slot, scenario.settings.edition)}
    scenario.book("under its id", scenario.consumer(who), what.part, what.slot, patient, body)


def put_back_to_booked(scenario: Scenario, appointment: Appointment, who: str) -> None:
    """A consumer puts a cancelled appointment back as booked, against its current version."""
    current = scenario.read(appointment)
    if current.resource.get("status") != "cancelled":
        raise CannotGoOn(
            f"the {appointment.name} appointment does not read as cancelled: {current.summary()}", "PRV-GET-13"
        )
    call = calls.cancel(appointment.url, {**appointment.seen, "status": "booked"}, version_tag(current))
    scenario.last = scenario.consumer(who).send(appointment.part, call)


def cancel_at_the_address_of(scenario: Scenario, appointment: Appointment, other: Appointment, who: str) -> None:
    """A whole cancellation of the ``other`` appointment, sent to the address of an appointment."""
    read = scenario.read(other)
    body = {**other.seen, "status": "cancelled"}
    call = calls.cancel(appointment.url, body, version_tag(read))
    scenario.last = scenario.consumer(who).send(appointment.part, call)


def search_by_others_numbers(scenario: Scenario, who: str, where: str) -> list[Exchange]:
    """Searches by numbers that are not quite the patient's: under another system, or the beginning of it."""
    consumer, part, number = scenario.consumer(who), scenario.part(where), scenario.patient.nhs_number
    queries = (f"https://consumer.example/Id/patient|{number}", f"{names.NHS_NUMBER_SYSTEM}|{number[:-1]}")
    return [consumer.send(part, calls.search_appointments(query)) for query in queries]
