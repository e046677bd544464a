"""Steps at the appointment registry: the harness plays the provider systems that register, and who searches."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from uec_booking.standard import editions, names

from ..actors import calls
from ..actors.appointment_body import instant
from ..actors.calls import Call
from ..actors.patients import Patient
from ..bookkeeping.booking_log import appointment_url
from ..checks.registry.entries.answers import accepted, is_read
from ..http.exchange import Exchange
from ..http.sent import sent_resource
from ..http.versions import version_tag
from ..model import near_misses
from ..scenario.registry_entries import Entry
from .step import near_miss, send_changed
from .world import WHO, World

#: Kinds of requests with a wrong token: registration, search by patient, read, update.
KINDS = 4
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


@dataclass(frozen=True)
class Register:
    """A pointer to an appointment of the patient is registered, to start so many hours from now."""

    patient: int
    hours: int = 6

    def perform(self, world: World) -> None:
        patient, words = world.patient(self.patient)
        world.says(f"a provider registers an appointment of {words}, in {self.hours} hours")
        exchange = world.send(WHO[0], calls.book(_pointer(world, patient, self.hours)))
        if world.done_by(world.registry.registration(), exchange):
            accepted(world.ledger.recorder, _kept(world, patient, words, exchange))
            world.look()


@dataclass(frozen=True)
class RegisterOddly:
    """A registration with one thing changed."""

    patient: int
    miss: int

    def perform(self, world: World) -> None:
        miss = near_miss(near_misses.REGISTRATIONS, self.miss)
        allowed = world.registry.situation(miss.requirement, miss.situation)
        if allowed is None:
            return
        patient, words = world.patient(self.patient)
        world.says(f"a provider registers an appointment of {words}: {miss.change}")
        exchange = send_changed(world, WHO[0], calls.book(_pointer(world, patient, 6)), miss, allowed)
        if exchange is not None and world.done_by(allowed, exchange):
            _kept(world, patient, words, exchange)


@dataclass(frozen=True)
class ReadEntry:
    """An entry is read."""

    entry: int

    def perform(self, world: World) -> None:
        found = entry_at(world, self.entry)
        if found is not None:
            world.says(f"the {found[0]} entry is read")
            _read(world, *found)


@dataclass(frozen=True)
class ReadEntryOddly:
    """A read of what is not there."""

    entry: int
    miss: int

    def perform(self, world: World) -> None:
        found, miss = entry_at(world, self.entry), near_miss(near_misses.ENTRY_READS, self.miss)
        allowed = world.registry.situation(miss.requirement, miss.situation)
        if found is None or allowed is None:
            return
        world.says(f"the {found[0]} entry is read: {miss.change}")
        exchange = send_changed(world, WHO[0], calls.read(found[1].url), miss, allowed)
        if exchange is not None:
            world.done_by(allowed, exchange)


@dataclass(frozen=True)
class EndEntry:
    """An entry is read and updated to cancelled; with ``before``, from the version in which it was registered."""

    entry: int
    before: bool = False

    def perform(self, world: World) -> None:
        found = entry_at(world, self.entry)
        if found is None:
            return
        name, entry = found
        ended = world.registry.entries[name].ended
        stale = self.before and ended
        world.says(f"the {name} entry is updated to cancelled{', from the version before that' if stale else ''}")
        good = ending(world, name, entry)
        if good is None:
            return
        if stale:
            good = good.with_headers(If_Match=version_tag(entry.made))
        allowed = world.registry.ending_from_before() if stale else world.registry.ending(name)
        if world.done_by(allowed, world.send(WHO[0], good)):
            world.registry.ended(name)


@dataclass(frozen=True)
class EndEntryOddly:
    """An update of an entry that stands, with one thing wrong."""

    entry: int
    miss: int

    def perform(self, world: World) -> None:
        found, miss = entry_at(world, self.entry), near_miss(near_misses.UPDATES, self.miss)
        allowed = world.registry.situation(miss.requirement, miss.situation)
        if found is None or allowed is None or world.registry.entries[found[0]].ended:
            return
        world.says(f"the {found[0]} entry is updated to cancelled: {miss.change}")
        good = ending(world, *found)
        exchange = send_changed(world, WHO[0], good, miss, allowed) if good is not None else None
        if exchange is not None:
            world.done_by(allowed, exchange)


@dataclass(frozen=True)
class BadRegistryToken:
    """A request that is right but for its token."""

    request: int
    entry: int
    miss: int

    def perform(self, world: World) -> None:
        miss = near_miss(near_misses.REGISTRY_TOKENS, self.miss)
        allowed = world.registry.situation(miss.requirement, miss.situation)
        found = _good(world, self.request % KINDS, self.entry)
        if found is None or allowed is None or world.part.oauth is not None:
            return
        world.says(f"{found[0]}: {miss.change}")
        exchange = send_changed(world, WHO[0], found[1], miss, allowed)
        if exchange is not None:
            world.done_by(allowed, exchange)


def _good(world: World, kind: int, number: int) -> tuple[str, Call] | None:
    found, patient = entry_at(world, number), world.patients[0]
    if kind == 0:
        return "a provider registers an appointment of patient 1", calls.book(_pointer(world, patient, 6))
    if kind == 1:
        query = f"{names.NHS_NUMBER_SYSTEM}|{patient.nhs_number}"
        return "the registry is searched for patient 1", calls.search_appointments(query)
    if found is None:
        return None
    name, entry = found
    if kind == 2:
        return f"the {name} entry is read", calls.read(entry.url)
    if entry.read is None or world.registry.entries[name].ended:
        return None
    body = {**entry.seen, "status": "cancelled"}
    return f"the {name} entry is updated to cancelled", calls.cancel(entry.url, body, version_tag(entry.read))


def _pointer(world: World, patient: Patient, hours: int) -> dict[str, Any]:
    """A good body to register (REG-06 to REG-08)."""
    start = datetime.now(UTC) + timedelta(hours=hours)
    url = f"{world.settings.part('provider').base_url}/Appointment/{uuid.uuid4()}"
    number = {"use": "official", "system": names.NHS_NUMBER_SYSTEM, "value": patient.nhs_number}
    has_end = editions.in_range(world.settings.edition, "0.1.16+")
    return {
        "resourceType": "Appointment",
        "meta": {"profile": [names.PROFILES["Appointment"]]},
        "identifier": [{"system": names.URL_SYSTEM, "value": url}],
        "status": "booked",
        "start": instant(start),
        **({"end": instant(start + timedelta(minutes=15))} if has_end else {}),
        "created": instant(datetime.now(UTC)),
        "participant": [{"actor": {"identifier": number}, "status": "accepted"}],
    }


def _kept(world: World, patient: Patient, words: str, exchange: Exchange) -> Entry:
    number, sent = len(world.entries), sent_resource(exchange)
    name = _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}th"
    entry = Entry(patient, sent, exchange, appointment_url(exchange, world.part.base_url))
    if world.sparing and exchange.resource.get("id"):
        entry.read = exchange
    world.entries.append(entry)
    world.registry.registered(name, words, str(sent["identifier"][0]["value"]))
    return entry


def entry_at(world: World, number: int) -> tuple[str, Entry] | None:
    """The entry that a number means, with its name; None where there is none, or none with an address."""
    if not world.entries:
        return None
    index = number % len(world.entries)
    entry = world.entries[index]
    return (list(world.registry.entries)[index], entry) if entry.url else None


def _read(world: World, name: str, entry: Entry) -> Exchange:
    exchange = world.send(WHO[0], calls.read(entry.url))
    if world.done_by(world.registry.read(), exchange):
        is_read(world.ledger.recorder, entry, exchange)
        world.hold(world.registry.shown(name, exchange.resource.get("status")), exchange)
        entry.read = exchange
    return exchange


def ending(world: World, name: str, entry: Entry) -> Call | None:
    """The update of an entry to cancelled, as it reads now; None where it cannot be read."""
    spared = world.sparing and not world.registry.entries[name].ended
    exchange = entry.read if spared and entry.read is not None else _read(world, name, entry)
    if not exchange.ok:
        return None
    return calls.cancel(entry.url, {**exchange.resource, "status": "cancelled"}, version_tag(exchange))
