"""What a provider told the registry of one appointment, found in the record of the recording proxy."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import CannotGoOn
from ..fhir import bundle_resources
from ..http.exchange import Exchange
from ..http.sent import sent_resource
from ..http.urls import unversioned
from ..proxy.log import ProxyLog
from .context import Appointment, Scenario
from .registry_pointer import identifier_url

#: Seconds between two looks at the record while something is awaited.
_PAUSE = 0.05

#: The wait of a slow registry, in seconds: under the time limits that callers usually have.
_SLOW_SECONDS = 1.0


@dataclass(frozen=True)
class Told:
    """The calls of a provider about one appointment, in the order of their answers.

    ``disturbed`` ones were answered by the recording proxy itself.
    """

    registering: tuple[Exchange, ...] = ()
    searching: tuple[Exchange, ...] = ()
    reading: tuple[Exchange, ...] = ()
    updating: tuple[Exchange, ...] = ()

    def all(self) -> tuple[Exchange, ...]:
        return (*self.registering, *self.searching, *self.reading, *self.updating)

    def registered(self) -> list[Exchange]:
        """The registrations that the registry took."""
        return [e for e in self.registering if taken(e)]

    def settled(self) -> bool:
        """Whether a registration was taken and answered or, its answer lost, was followed by another call."""
        taken = self.registered()
        later = [e for e in (*self.registering, *self.searching) if taken and e.started > taken[0].started]
        return any(e.ok for e in taken) or bool(later)

    def updated(self) -> list[Exchange]:
        """The updates that the registry took, and that end the entry."""
        return [e for e in self.updating if taken(e) and sent_resource(e).get("status") != "booked"]


def taken(exchange: Exchange) -> bool:
    """Whether the registry took it, also where its answer was lost on the way."""
    return exchange.ok or exchange.extra.get("disturbed") == "losing answers"


def stands(scenario: Scenario) -> bool:
    """Whether a recording proxy stands before the registry."""
    return scenario.settings.tap is not None and bool(scenario.settings.tap.record)


def record(scenario: Scenario) -> ProxyLog:
    """The recording proxy's record.

    Raises:
        CannotGoOn: no recording proxy runs.
    """
    if scenario.settings.tap is None or not scenario.settings.tap.record:
        raise CannotGoOn("no recording proxy stands before the registry in this run")
    return _log_in(Path(scenario.settings.tap.record))


@cache
def _log_in(folder: Path) -> ProxyLog:
    """One for all scenarios of this process: each goes on reading where the one before ended."""
    return ProxyLog(folder)


def told_of(scenario: Scenario, appointment: Appointment) -> Told:
    """What passed the recording proxy about the appointment, by its URL; also registrations of its patient since then.

    An entry that points elsewhere is found by the patient: it is about no other appointment that we know. For a
    patient that the settings declare others book as well, at any time: there only the URL counts, if there is one.
    """
    exchanges = record(scenario).exchanges()
    others = {a.url for a in scenario.appointments.values() if a.url and a is not appointment}
    alone = not scenario.settings.patients
    registering = [e for e in exchanges if _registers(e, appointment, others, alone)]
    searching = [e for e in exchanges if e.request.method == "GET" and _asks_for(e, appointment.url)]
    ids = {e.resource.get("id") for e in registering if e.ok}
    for search in searching:
        found = bundle_resources(search.resource, "Appointment")
        ids |= {entry.get("id") for entry in found if identifier_url(entry) == appointment.url}
    ids.discard(None)
    about = [e for e in exchanges if _id_in(e) in ids or identifier_url(sent_resource(e)) == appointment.url]
    return Told(
        tuple(registering),
        tuple(searching),
        tuple(e for e in about if e.request.method == "GET" and e not in searching),
        tuple(e for e in about if e.request.method == "PUT"),
    )


def awaited(scenario: Scenario, appointment: Appointment, until: Callable[[Told], object]) -> Told:
    """What the provider told of the appointment, as soon as it is as wished or the deadline is over."""
    deadline = time.monotonic() + scenario.settings.limits.registry_seconds
    while True:
        told = told_of(scenario, appointment)
        if until(told) or time.monotonic() > deadline:
            return told
        time.sleep(_PAUSE)


def kept(scenario: Scenario, told: Told) -> Told:
    """Put the calls into the record of the scenario, so that reports show them."""
    known = {exchange.id for exchange in scenario.recorder.exchanges}
    for exchange in told.all():
        if exchange.id not in known:
            scenario.recorder.exchange(exchange)
    return told


def must_be_registered(scenario: Scenario, appointment: Appointment) -> None:
    """A precondition: the provider has registered the appointment, or the registry has it by another way.

    Raises:
        CannotGoOn: it has not, within the deadline.
    """
    told = kept(scenario, awaited(scenario, appointment, Told.registered))
    if not told.registered() and not appointment.consumer.registered_by_url(
        scenario.part("registry"), appointment.url
    ).resource.get("entry"):
        raise CannotGoOn(f"the provider did not register the {appointment.name} appointment", "REG-10")


def disturb(scenario: Scenario, kind: str, methods: tuple[str, ...], times: int) -> None:
    """Calls that mention the scenario's patient find the registry ``kind``; ended with the scenario at the latest."""
    tap = record(scenario)
    seconds = min(_SLOW_SECONDS, scenario.settings.limits.registry_seconds / 4)
    about = scenario.patient.nhs_number
    identity = tap.disturb(kind, about, methods=methods, times=times, seconds=seconds)
    scenario.undo.append(lambda: tap.calm(identity))


def calm(scenario: Scenario) -> None:
    """End every disturbance of calls about the scenario's patient."""
    tap = record(scenario)
    for wanted in tap.disturbances():
        if wanted.about == scenario.patient.nhs_number:
            tap.calm(wanted.id)


def _registers(exchange: Exchange, appointment: Appointment, others: set[str], alone: bool) -> bool:
    """``alone``: nobody else books for its patient."""
    if exchange.request.method != "POST":
        return False
    entry = sent_resource(exchange)
    url = identifier_url(entry)
    if appointment.url and url == appointment.url:
        return True
    if url and not alone:
        return False
    number = appointment.patient.nhs_number
    since = exchange.started >= appointment.booked.started
    return bool(number) and since and url not in others and number in exchange.request.body.decode("utf-8", "replace")


def _asks_for(exchange: Exchange, url: str) -> bool:
    """A search by identifier for the appointment's URL."""
    pieces = urlsplit(exchange.request.url)
    if not url or not pieces.path.rstrip("/").endswith("/Appointment"):
        return False
    values = [value.rpartition("|")[2] for name, value in parse_qsl(pieces.query) if "identifier" in name.lower()]
    return url in map(unversioned, values)


def _id_in(exchange: Exchange) -> str:
    path = unquote(urlsplit(exchange.request.url).path)
    return unversioned(path.partition("/Appointment/")[2]).split("/")[0]
