"""Entries that the harness itself registers, when a registry is under test: it plays a provider system then.

The appointments that they point to do not exist; the entries are cancelled at the end of the run.
"""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from uec_booking.standard import editions, names

from ..actors import calls
from ..actors.appointment_body import instant
from ..actors.calls import Call
from ..actors.consumer import ConsumerSystem
from ..actors.patients import Patient
from ..bookkeeping.booking_log import appointment_url
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..http.urls import at_home
from ..http.versions import version_tag
from ..settings.model import Part
from .concurrency import together
from .context import Scenario

#: The organisation in whose name the harness registers.
WRITER = "first_111"

#: Seconds from now to the start of an entry that shall soon be past.
_SOON = 2.0

#: How long ago an entry of the past starts: on the same day as now, most times.
_PAST = timedelta(minutes=30)

#: The ids that our entries point to differ at their end only: who compares the beginnings mixes them up.
_STEM, _ENDINGS = str(uuid.uuid4())[:-4], itertools.count(1)


@dataclass
class Entry:
    """An entry as we know it: what was registered, what came back, and how it was last read."""

    patient: Patient
    sent: Mapping[str, Any]
    made: Exchange
    url: str
    read: Exchange | None = None

    @property
    def seen(self) -> Mapping[str, Any]:
        return self.read.resource if self.read is not None else {}


@dataclass(frozen=True)
class Reread:
    """An entry as it reads now, and the read of it before, if there was one."""

    before: Exchange | None
    now: Exchange


@dataclass
class RegistryContext:
    """What the steps on the registry of one scenario share."""

    entries: dict[str, Entry] = field(default_factory=dict)
    answers: list[Exchange] = field(default_factory=list)
    #: A search for the patient, made before the registrations of a trial.
    before: Exchange | None = None

    def entry(self, name: str) -> Entry:
        if name not in self.entries:
            raise CannotGoOn(f"there is no {name} entry")
        return self.entries[name]


def registry(scenario: Scenario) -> Part:
    return scenario.part("registry")


def writer(scenario: Scenario) -> ConsumerSystem:
    return scenario.consumer(WRITER)


def pointer(
    scenario: Scenario,
    patient: Patient,
    since: timedelta = timedelta(hours=6),
    base: str = "",
    now: datetime | None = None,
) -> dict[str, Any]:
    """A good body to register: the pointer to an appointment that starts ``since`` from ``now`` (REG-06 to REG-08).

    The appointment is one of the provider's, or under ``base``.
    """
    start = (now or datetime.now(UTC)) + since
    url = f"{base or scenario.part('provider').base_url}/Appointment/{_STEM}{next(_ENDINGS):04x}"
    number = {"use": "official", "system": names.NHS_NUMBER_SYSTEM, "value": patient.nhs_number}
    body = {
        "resourceType": "Appointment",
        "meta": {"profile": [names.PROFILES["Appointment"]]},
        "identifier": [{"system": names.URL_SYSTEM, "value": url}],
        "status": "booked",
        "start": instant(start),
        "end": instant(start + timedelta(minutes=15)),
        "created": instant(datetime.now(UTC)),
        "participant": [{"actor": {"identifier": number}, "status": "accepted"}],
    }
    if not has_end(scenario):
        del body["end"]
    return body


def has_end(scenario: Scenario) -> bool:
    """Whether an entry has an end in the edition under test (CF-56)."""
    return editions.in_range(scenario.settings.edition, "0.1.16+")


def register(
    scenario: Scenario,
    registry_context: RegistryContext,
    name: str,
    patient: Patient | None = None,
    since: timedelta = timedelta(hours=6),
    base: str = "",
    now: datetime | None = None,
) -> Entry:
    """Register an entry and remember it under ``name``, whatever was answered."""
    patient = patient or scenario.patient
    body = pointer(scenario, patient, since, base, now)
    exchange = writer(scenario).send(registry(scenario), calls.book(body))
    url = appointment_url(exchange, registry(scenario).base_url) if exchange.ok else ""
    registry_context.entries[name] = Entry(patient, body, exchange, url)
    return registry_context.entries[name]


def registered(
    scenario: Scenario, registry_context: RegistryContext, name: str, patient: Patient | None = None, base: str = ""
) -> Entry:
    """An entry that stands, read once.

    Raises:
        CannotGoOn: it could not be registered or read.
    """
    entry = register(scenario, registry_context, name, patient, base=base)
    if not entry.url:
        raise CannotGoOn(f"an entry could not be registered: {entry.made.summary()}", "REG-01")
    if read(scenario, entry).status != 200:
        raise CannotGoOn("an entry could not be read after it was registered", because="REG-14")
    return entry


def several(scenario: Scenario, registry_context: RegistryContext, count: int) -> None:
    """So many entries of the scenario's patient, named by their number, and one of somebody else.

    The first is for an hour from now, each further one for a day later: all of them are still to come. Where there are
    more than two, the last is for the time of the first, and the one before it for the same day: two providers may
    have booked the patient.
    """
    now = datetime.now(UTC)
    for number in range(1, count + 1):
        later = (number - 1) * timedelta(days=1)
        if count > 2 and number >= count - 1:
            later = (count - number) * timedelta(minutes=15)
        if not register(scenario, registry_context, str(number), since=timedelta(hours=1) + later, now=now).url:
            raise CannotGoOn(
                f"an entry could not be registered: {registry_context.entry(str(number)).made.summary()}", "REG-01"
            )
    registered(scenario, registry_context, "stranger", scenario.new_patient())


def registered_in_the_past(scenario: Scenario, registry_context: RegistryContext, name: str) -> None:
    """An entry whose appointment is past: registered so or, where that is rejected, awaited.

    Raises:
        CannotGoOn: neither was accepted.
    """
    if register(scenario, registry_context, name, since=-_PAST).url:
        return
    if not register(scenario, registry_context, name, since=timedelta(seconds=_SOON)).url:
        raise CannotGoOn(f"an entry could not be registered: {registry_context.entry(name).made.summary()}", "REG-01")
    time.sleep(_SOON + 1)


def read(scenario: Scenario, entry: Entry) -> Exchange:
    """Read the entry; a 200 is remembered."""
    exchange = writer(scenario).send(registry(scenario), calls.read(entry.url))
    if exchange.status == 200:
        entry.read = exchange
    return exchange


def reread(scenario: Scenario, entry: Entry) -> Reread:
    """Read an entry that may have been read before."""
    before = entry.read
    return Reread(before, read(scenario, entry))


def reread_if_updated(scenario: Scenario, entry: Entry, update_: Exchange) -> Reread | None:
    """Read the entry after an update of it, if that was accepted."""
    return reread(scenario, entry) if update_.status == 200 else None


def read_as_first_named(scenario: Scenario, entry: Entry) -> Exchange | None:
    """A read of the version that the Location of the registration names, where it is the registry's own."""
    location = entry.made.header("Location") or ""
    if "/_history/" in location and "://" in location and at_home(location, registry(scenario).base_url):
        return writer(scenario).send(registry(scenario), calls.read(location))
    return None


def read_each(
    scenario: Scenario, answers: Sequence[tuple[Mapping[str, Any], Exchange]]
) -> list[tuple[Entry, Exchange | None]]:
    """Read what was registered at the same moment; None for what was not."""
    found: list[tuple[Entry, Exchange | None]] = []
    for sent, exchange in answers:
        url = appointment_url(exchange, registry(scenario).base_url) if exchange.ok else ""
        entry = Entry(scenario.patient, sent, exchange, url)
        found.append((entry, read(scenario, entry) if exchange.ok else None))
    return found


def update(scenario: Scenario, entry: Entry, status: str) -> Exchange:
    """Put the entry back with another status, against the version read last."""
    return writer(scenario).send(registry(scenario), updating(entry, status))


def end(scenario: Scenario, entry: Entry) -> None:
    """End the entry.

    Raises:
        CannotGoOn: it could not be read or ended.
    """
    read(scenario, entry)
    exchange = update(scenario, entry, "cancelled")
    if exchange.status != 200:
        raise CannotGoOn(f"an entry could not be ended: {exchange.summary()}", "REG-17")


def updating(entry: Entry, status: str = "cancelled") -> Call:
    if entry.read is None:
        raise CannotGoOn("the entry was not read yet")
    return calls.cancel(entry.url, {**entry.seen, "status": status}, version_tag(entry.read))


def update_at_once(scenario: Scenario, entry: Entry) -> list[Exchange]:
    """Two systems update the entry at the same moment, from the version that both have read."""
    systems = [scenario.another_consumer(WRITER) for _ in range(2)]
    call = updating(entry)
    return together([partial(system.send, registry(scenario), call.changed()) for system in systems])


def register_at_once(scenario: Scenario) -> list[tuple[Mapping[str, Any], Exchange]]:
    """Two systems register at the same moment, each for another patient; what each sent and was answered."""
    bodies = [pointer(scenario, patient) for patient in scenario.patients.several(scenario.patient, 2)]
    systems = [scenario.another_consumer(WRITER) for _ in bodies]
    pairs = zip(systems, bodies, strict=True)
    answers = together([partial(system.send, registry(scenario), calls.book(body)) for system, body in pairs])
    return list(zip(bodies, answers, strict=True))
