"""What a provider tells the registry of an appointment, awaited: its calls at the proxy, and the entry that shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ToAttest
from ..http.exchange import Exchange
from . import plain_cancellation, registry_log
from .context import Appointment, Scenario
from .registry_log import Told
from .registry_pointer import entries_of, entry_of

#: Seconds between two looks at the registry while an entry is awaited.
_PAUSE = 0.1


@dataclass(frozen=True)
class Shown:
    """What the registry shows of an appointment: a search for its URL, and the entries in it that name that URL.

    ``told`` is what passed the proxy, where one stands; ``refusal`` that of the appointment's cancellation.
    """

    search: Exchange
    entries: tuple[Mapping[str, Any], ...]
    told: Told | None
    refusal: Exchange | None

    @property
    def entry(self) -> Mapping[str, Any] | None:
        return self.entries[0] if self.entries else None


def await_entry(scenario: Scenario, appointment: Appointment) -> Shown:
    """Search the registry until it shows an entry of the appointment, or the deadline is over.

    Raises:
        ToAttest: the provider is a real one and the registry that of the bundled world, of which it was not told.
    """
    return _awaited(scenario, appointment, lambda entry: entry is not None)


def await_ended_entry(scenario: Scenario, appointment: Appointment) -> Shown | None:
    """As ``await_entry``, until the entry is booked no longer; None where the cancellation was rejected."""
    if plain_cancellation.refused(scenario, appointment) is not None:
        return None
    return _awaited(scenario, appointment, lambda entry: entry is not None and entry["status"] != "booked")


def _awaited(
    scenario: Scenario, appointment: Appointment, fulfilled: Callable[[Mapping[str, Any] | None], bool]
) -> Shown:
    if scenario.part("registry").bundled and not appointment.part.bundled:
        raise ToAttest("the provider was not told of a registry that this run can see: name it as [registry]")
    registry = scenario.part("registry")
    deadline = time.monotonic() + scenario.settings.limits.registry_seconds
    while True:
        exchange = appointment.consumer.registered_by_url(registry, appointment.url)
        entries = entries_of(exchange, appointment.url)
        if fulfilled(entries[0] if entries else None) or time.monotonic() > deadline:
            told = registry_log.told_of(scenario, appointment) if registry_log.stands(scenario) else None
            return Shown(exchange, tuple(entries), told, plain_cancellation.refused(scenario, appointment))
        time.sleep(_PAUSE)


def search_for_entry(scenario: Scenario, appointment: Appointment) -> Mapping[str, Any] | None:
    """The entry that the registry shows now for the appointment's URL, if any."""
    exchange = appointment.consumer.registered_by_url(scenario.part("registry"), appointment.url)
    return entry_of(exchange, appointment.url)


# -- what passed the proxy ------------------------------------------------------------


def await_registration(scenario: Scenario, appointment: Appointment) -> Told:
    """What the provider told, as soon as a registration is settled or the deadline is over.

    Raises:
        ToAttest: the registry has the entry, but the provider does not go through the proxy.
    """
    return _seen(scenario, appointment, Told.settled)


def await_first_registration(scenario: Scenario, appointment: Appointment) -> Told:
    """As ``await_registration``, as soon as one registration was taken."""
    return _seen(scenario, appointment, Told.registered)


def await_update(scenario: Scenario, appointment: Appointment) -> Told | None:
    """As ``await_registration``, as soon as an update was taken; None where the cancellation was rejected."""
    if plain_cancellation.refused(scenario, appointment) is not None:
        return None
    return _seen(scenario, appointment, Told.updated)


def _seen(scenario: Scenario, appointment: Appointment, until: Callable[[Told], object]) -> Told:
    told = registry_log.kept(scenario, registry_log.awaited(scenario, appointment, until))
    if not told.all() and search_for_entry(scenario, appointment) is not None:
        raise ToAttest(
            "the provider tells the registry, but not through the recording proxy: it was not told its address"
        )
    return told


def told_so_far(scenario: Scenario, appointment: Appointment) -> Told:
    """What the provider has told of the appointment until now."""
    return registry_log.kept(scenario, registry_log.told_of(scenario, appointment))


def searches_by_patient(scenario: Scenario, appointment: Appointment) -> list[Exchange]:
    """Searches that passed the proxy and could have led to the entry another way: by its patient."""
    number = appointment.patient.nhs_number
    return [
        e
        for e in registry_log.record(scenario).exchanges()
        if number and e.request.method == "GET" and number in e.request.url and "?" in e.request.url
    ]


def last_cancellation(scenario: Scenario) -> Exchange:
    """The last cancellation that the scenario sent; there is one."""
    return next(e for e in reversed(scenario.recorder.exchanges) if e.request.method == "PUT")
