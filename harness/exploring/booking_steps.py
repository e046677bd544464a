"""Steps that book, in the right way and in others."""

from __future__ import annotations

from dataclasses import dataclass

from uec_booking.standard import names

from ..actors import calls
from ..actors.appointment_body import Slot, booking, offers
from ..actors.calls import JSON, XML, Call
from ..actors.finding import search_around
from ..actors.patients import Patient
from ..bookkeeping.booking_log import appointment_url
from ..checks.provider.booking.booked import body_is_the_appointment, taken_and_says_so
from ..http.exchange import Exchange, header
from ..http.sent import sent_resource
from ..http.versions import version_id
from ..model import by_rule
from ..model.allowed import Allowed, Breach
from ..model.near_misses import BOOKINGS, NearMiss
from ..scenario.context import Appointment
from .contents import breach
from .step import near_miss, send_changed
from .world import WHO, Broken, EndsHere, World

#: Those that were thought of, and those that are made by rule.
ALL_BOOKINGS = (*BOOKINGS, *by_rule.BOOKINGS)
#: What the appointments of a sequence are called, in the order of booking.
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True)
class Book:
    """A valid booking, of a slot that may be taken."""

    slot: int
    patient: int
    who: int
    xml: bool = False

    def perform(self, world: World) -> None:
        (slot, slot_words), (patient, patient_words) = world.slot(self.slot), world.patient(self.patient)
        who = WHO[self.who % len(WHO)]
        call = _good(world, slot, patient, self.xml)
        world.says(f"{who} books {slot_words} for {patient_words}{' in XML' if self.xml else ''}")
        allowed = world.model.booking(slot.identifier, patient_words)
        ours, offered = world.model.slot(slot.identifier).is_ours, world.model.slot(slot.identifier).is_offered
        exchange = world.send(who, call)
        if self.xml and _not_served(exchange):
            return
        if world.done_by(allowed, exchange):
            world.hold(world.model.withheld(slot.identifier), exchange)
            keep(world, who, slot, patient, exchange)
        elif ours:
            refused = _attempt(world, who, slot, patient, exchange)
            taken_and_says_so(world.ledger.recorder, refused, world.settings.reading)
            world.look()
        elif offered:
            _taken_by_others(world, who, slot, patient, allowed.requirement)


@dataclass(frozen=True)
class BookOddly:
    """A booking with one thing changed: some have to be accepted, some rejected."""

    slot: int
    patient: int
    miss: int

    def perform(self, world: World) -> None:
        miss = near_miss(ALL_BOOKINGS, self.miss)
        situation = world.model.situation(miss.requirement, miss.situation)
        if situation is None:
            return
        (slot, slot_words), (patient, patient_words) = world.slot(self.slot), world.patient(self.patient)
        world.says(f"{WHO[0]} books {slot_words} for {patient_words}: {miss.change}")
        allowed = world.model.odd_booking(slot.identifier, miss.requirement, miss.situation)
        offered = world.model.slot(slot.identifier).is_offered
        good = _good(world, slot, patient, xml=False)
        exchange = _sent_oddly(world, good, miss, situation)
        if exchange is None:
            return
        if world.done_by(allowed, exchange):
            keep(world, WHO[0], slot, patient, exchange, plain=False)
        elif offered and allowed.done and not situation.refused:
            _taken_but_for_the_change(world, slot, good, miss, exchange)


@dataclass(frozen=True)
class BookAgain:
    """The booking of an appointment, sent once more under its X-Request-ID, as after a lost answer."""

    appointment: int

    def perform(self, world: World) -> None:
        one, allowed = world.appointment(self.appointment), world.model.booking_again()
        if one is None or allowed is None or one.name not in world.plainly_booked:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} sends the booking of the {one.name} appointment again, under the same X-Request-ID")
        call = calls.book(one.sent).changed(request_id=world.request_ids[one.name])
        exchange = world.send(who, call)
        if world.done_by(allowed, exchange):
            _is_the_same(world, one, exchange)


@dataclass(frozen=True)
class BookUnderUsedId:
    """Another slot, under the X-Request-ID of a booking that was accepted, by who booked or by somebody else."""

    slot: int
    appointment: int
    who: int = 0

    def perform(self, world: World) -> None:
        one, allowed = world.appointment(self.appointment), world.model.booking_again()
        slot, slot_words = world.slot(self.slot)
        if one is None or allowed is None or slot == one.slot or not world.model.used_id_is_refused():
            return
        who = world.who(one, self.who)
        world.says(f"{who} books {slot_words} under the X-Request-ID of the {one.name} appointment")
        call = _good(world, slot, one.patient, xml=False).changed(request_id=world.request_ids[one.name])
        exchange = world.send(who, call)
        if world.done_by(allowed, exchange):
            _is_the_same(world, one, exchange)


def keep(world: World, who: str, slot: Slot, patient: Patient, exchange: Exchange, plain: bool = True) -> None:
    """Remember an appointment that was booked, and look at the answer that says so."""
    made = _attempt(world, who, slot, patient, exchange)
    words = f"patient {world.patients.index(patient) + 1}"
    world.model.booked(made.name, slot.identifier, words, who)
    world.appointments.append(made)
    shared = world.contents.shared_identifier(exchange.resource, words)
    world.hold(breach("PRV-BOOK-18", "a patient identifier that tells the patient from another one", shared), exchange)
    world.request_ids[made.name] = header(exchange.request.headers, names.REQUEST_ID) or ""
    if plain:
        world.plainly_booked.add(made.name)
        body_is_the_appointment(world.ledger.recorder, made)
        world.look()
        wrong = world.contents.of_another(exchange.resource, made.sent)
        world.hold(breach("PRV-BOOK-07", "the appointment that was asked for", wrong), exchange)
        if world.sparing and version_id(exchange) and exchange.response is not None and not exchange.response.is_xml:
            made.read, made.seen = exchange, exchange.resource
            world.model.shown(made.name, version_id(exchange))


def _sent_oddly(world: World, good: Call, miss: NearMiss, situation: Allowed) -> Exchange | None:
    """The answer to a booking with one thing changed. Where it may be odd and is accepted, the sequence ends here."""
    failure, exchange = None, None
    try:
        exchange = send_changed(world, WHO[0], good, miss, situation)
    except Broken as broken:
        failure = broken
    sent = world.done[-1].exchanges
    if miss.situation == "odd-body" and sent and sent[-1].ok:
        # What it makes of it is its own affair, and so is what its answer shows of it.
        raise EndsHere
    if failure is not None:
        raise failure
    return exchange


def _good(world: World, slot: Slot, patient: Patient, xml: bool) -> Call:
    call = calls.book(booking(patient, slot, world.settings.edition, world.contents.description()))
    return call.changed(format=XML if xml else JSON)


def _attempt(world: World, who: str, slot: Slot, patient: Patient, exchange: Exchange) -> Appointment:
    number = len(world.appointments)
    called = _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}th"
    url = appointment_url(exchange, world.part.base_url) if exchange.ok else ""
    consumer = world.consumer(who)
    return Appointment(called, world.part, consumer, patient, slot, sent_resource(exchange), exchange, url)


def _not_served(exchange: Exchange) -> bool:
    """Whether a request in XML was rejected for its format, which a provider may (CF-21)."""
    return exchange.status in (400, 406, 415, 501)


def _taken_by_others(world: World, who: str, slot: Slot, patient: Patient, requirement: str) -> None:
    """A slot that was offered is rejected as taken: somebody was quicker, or it is held for a moment.

    Only where it is still offered, and rejected again, was it not taken at all.
    """
    if not _is_offered(world, who, slot):
        world.model.refused_as_taken(slot.identifier)
        return
    call = _good(world, slot, patient, xml=False)
    again = world.send(who, call)
    if again.status == 201:
        keep(world, who, slot, patient, again)
    elif _is_offered(world, who, slot):
        expected = "a valid booking of a slot that is offered as free is accepted"
        world.hold(Breach(requirement, expected, f"{again.summary()}, twice, and it is still offered"), again)


def _taken_but_for_the_change(world: World, slot: Slot, good: Call, miss: NearMiss, refused: Exchange) -> None:
    """A booking that has to be accepted is rejected as if its slot were taken, and the slot is offered.

    Where the booking without the change is accepted, it was the change.
    """
    if not _is_offered(world, WHO[0], slot):
        world.model.refused_as_taken(slot.identifier)
        return
    if world.send(WHO[0], good.changed()).status == 201:
        actual = f"{refused.summary()}, and without the change it is accepted"
        world.hold(Breach(miss.requirement, f"accepted: {miss.change}", actual), refused)


def _is_offered(world: World, who: str, slot: Slot) -> bool:
    exchange = search_around(world.consumer(who), world.part, slot, "free")
    world.done[-1].exchanges.append(exchange)
    world.look()
    return offers(exchange, slot)


def _is_the_same(world: World, one: Appointment, exchange: Exchange) -> None:
    world.hold(world.model.another(str(one.booked.resource.get("id")), str(exchange.resource.get("id"))), exchange)
