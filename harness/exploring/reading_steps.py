"""Steps that read appointments and versions of them, and search for those of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from uec_booking.standard import names

from ..actors import calls
from ..actors.calls import XML
from ..bookkeeping.booking_log import nhs_numbers
from ..checks.provider.appointment_search import standing_are_found
from ..checks.provider.booking.booked import answer_tells_where, stored_is_asked_for
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..http.versions import version_id
from ..model.allowed import Breach
from ..model.near_misses import FINDS, READS
from ..scenario.compare import changes
from ..scenario.context import Appointment
from .contents import READ, SEARCH, breach
from .step import near_miss, send_changed
from .world import WHO, World

#: What a read has to show.
_STANDING = "the appointment as it was shown before, as nobody has changed it"
_CANCELLED = "the appointment as it was shown before, cancelled, and nothing else changed"


@dataclass(frozen=True)
class Read:
    """An appointment is read, by who booked it or by somebody else."""

    appointment: int
    who: int = 0
    xml: bool = False

    def perform(self, world: World) -> None:
        one = world.appointment(self.appointment)
        if one is None:
            return
        who = world.who(one, self.who)
        world.says(f"{who} reads the {one.name} appointment{' in XML' if self.xml else ''}")
        read_now(world, one, who, self.xml)


@dataclass(frozen=True)
class ReadVersion:
    """The version in which an appointment was seen while it stood is read by its id."""

    appointment: int
    who: int = 0

    def perform(self, world: World) -> None:
        one = world.appointment(self.appointment)
        version = world.model.appointments[one.name].standing_version if one is not None else ""
        if one is None or not version or not one.seen:
            return
        who = world.who(one, self.who)
        world.says(f"{who} reads the version of the {one.name} appointment from when it was booked")
        exchange = world.send(who, calls.read(f"{one.url}/_history/{version}"))
        there = world.done_by(world.model.old_version(one.name, who), exchange)
        world.hold(world.model.version_shown(one.name, who, there), exchange)
        if there:
            world.hold(_as_it_was(one, version, exchange), exchange)


@dataclass(frozen=True)
class ReadOddly:
    """A read with one thing wrong."""

    appointment: int
    miss: int

    def perform(self, world: World) -> None:
        one, miss = world.appointment(self.appointment), near_miss(READS, self.miss)
        allowed = world.model.situation(miss.requirement, miss.situation)
        if one is None or not one.url or allowed is None:
            return
        who = one.consumer.organisation.key
        world.says(f"{who} reads the {one.name} appointment: {miss.change}")
        exchange = send_changed(world, who, calls.read(one.url), miss, allowed)
        if exchange is not None:
            world.done_by(allowed, exchange)


@dataclass(frozen=True)
class Find:
    """A search for the appointments of a patient."""

    patient: int

    def perform(self, world: World) -> None:
        if "appointment-search" not in world.settings.capabilities:
            return
        patient, words = world.patient(self.patient)
        world.says(f"{WHO[0]} searches for the appointments of {words}")
        number = patient.nhs_number
        booked = _of_patient(world, words, number)
        exchange = world.send(WHO[0], calls.search_appointments(f"{names.NHS_NUMBER_SYSTEM}|{number}"))
        declared = bool(world.settings.patients)
        standing_are_found(world.ledger.recorder, exchange, booked, number, declared)
        world.look()
        if exchange.status == 200:
            _are_found_as_they_are(world, booked, exchange)


@dataclass(frozen=True)
class FindOddly:
    """A search for appointments by what is no patient."""

    miss: int

    def perform(self, world: World) -> None:
        miss = near_miss(FINDS, self.miss)
        allowed = world.model.situation(miss.requirement, miss.situation)
        if "appointment-search" not in world.settings.capabilities or allowed is None:
            return
        world.says(f"{WHO[0]} searches for appointments {miss.change}")
        good = calls.search_appointments(f"{names.NHS_NUMBER_SYSTEM}|{world.patients[0].nhs_number}")
        exchange = send_changed(world, WHO[0], good, miss, allowed)
        if exchange is not None:
            world.done_by(allowed, exchange)


def read_now(world: World, one: Appointment, who: str, xml: bool = False) -> Exchange | None:
    """Read an appointment, and look at what is shown; None where it has no address."""
    if not one.url:
        return None
    call = calls.read(one.url)
    exchange = world.send(who, call.changed(headers={"Accept": XML}) if xml else call)
    if xml and exchange.status in (400, 406, 415, 501):
        return exchange
    if not world.done_by(world.model.read(one.name, who), exchange):
        return exchange
    world.hold(world.model.shown(one.name, version_id(exchange)), exchange)
    cancelled = world.model.appointments[one.name].cancelled
    wrong = world.contents.otherwise(one.name, who, READ, exchange.resource, cancelled=cancelled)
    wrong += world.contents.of_another(exchange.resource, one.sent)
    clause, expected = ("PRV-GET-13", _CANCELLED) if cancelled else ("PRV-GET-01", _STANDING)
    world.hold(breach(clause, expected, wrong), exchange)
    if one.read in (None, one.booked) and not cancelled and one.name in world.plainly_booked:
        answer_tells_where(world.ledger.recorder, one, exchange)
        stored_is_asked_for(world.ledger.recorder, one, exchange)
        world.look()
    if not cancelled and not xml:
        one.read, one.seen = exchange, exchange.resource
    return exchange


def _are_found_as_they_are(world: World, booked: Sequence[Appointment], exchange: Exchange) -> None:
    """What stands is found; what is shown is what a search showed before, and contradicts no read (PRV-SAPT-06)."""
    ids = {each.seen["id"]: each for each in booked if each.seen.get("id")}
    resources = bundle_resources(exchange.resource, "Appointment")
    shown = [(ids[one.get("id")], one) for one in resources if one.get("id") in ids]
    missing = world.model.found_for([each.name for each in ids.values()], [each.name for each, _ in shown])
    world.hold(missing, exchange)
    for each, body in shown:
        cancelled = world.model.appointments[each.name].cancelled
        wrong = world.contents.otherwise(each.name, WHO[0], SEARCH, body, cancelled=cancelled)
        wrong += world.contents.against_read(each.seen, body, cancelled=cancelled)
        wrong += world.contents.of_another(body, each.sent)
        world.hold(breach("PRV-SAPT-06", f"the {each.name} appointment as it was shown before", wrong), exchange)


def _as_it_was(one: Appointment, version: str, exchange: Exchange) -> Breach | None:
    """An earlier version reads as it was booked (PRV-GET-13), and says which one it is (PRV-GET-02)."""
    if version_id(exchange) != version:
        return Breach("PRV-GET-02", f"version {version}, which was asked for", f"version {version_id(exchange)}")
    wrong = changes(one.seen, exchange.resource)
    return Breach("PRV-GET-13", "the version as it was read when booked", "; ".join(wrong[:3])) if wrong else None


def _of_patient(world: World, words: str, number: str) -> list[Appointment]:
    """The appointments that were booked for the patient under that number, each as it was left."""
    found = []
    for one in world.appointments:
        state = world.model.appointments[one.name]
        if state.patient != words or number not in nhs_numbers(one.sent):
            continue
        if not one.seen:
            read_now(world, one, state.booker)
        status = "cancelled" if state.cancelled else "booked"
        found.append(replace(one, seen={**one.seen, "status": status}))
    return found
