"""Situations of the story in which the registry leads another service to the original."""

from __future__ import annotations

from ..actors import calls
from ..errors import CannotGoOn
from ..http.client import Client
from ..http.exchange import Exchange, Sent
from . import registry_entries, registry_log
from .concurrency import together
from .context import Appointment, Scenario, version_tag
from .registry_entries import RegistryContext

#: A port of this machine on which nothing may listen (discard, RFC 863, needs the rights of an administrator).
_NOWHERE = "https://localhost:9/STU3/1/away"

#: As good as for ever: until it is ended.
_ALWAYS = 1_000_000


def registry_takes_no_updates(scenario: Scenario) -> None:
    """Updates of the patient's entries find the registry away, until it is said otherwise."""
    registry_log.disturb(scenario, "away", ("PUT",), _ALWAYS)


def registry_takes_updates(scenario: Scenario) -> None:
    """End what was asked of the recording proxy."""
    registry_log.calm(scenario)


def entry_to_nowhere(scenario: Scenario, registry_context: RegistryContext) -> None:
    """An entry of the patient whose URL leads to a system that does not answer."""
    registry_entries.registered(scenario, registry_context, "original", base=_NOWHERE)
    url = registry_context.entry("original").sent["identifier"][0]["value"]
    part = scenario.part("provider")
    client = Client(part.tls, scenario.settings.limits)
    try:
        # Without a token: it is for the provider and nobody else.
        if client.send(Sent("GET", url, ())).response is not None:
            raise CannotGoOn(f"something answers at {url}, where nothing should")
    finally:
        client.close()


def cancel_at_once(scenario: Scenario, appointment: Appointment, first: str, second: str) -> list[Exchange]:
    """Two services cancel the appointment at the same moment, from the version that each has read.

    Raises:
        CannotGoOn: one of them could not read it.
    """
    jobs = []
    for who in (first, second):
        consumer = scenario.another_consumer(who)
        read = scenario.read(appointment, consumer)
        if read.status != 200:
            raise CannotGoOn(
                f"{consumer.organisation.name} could not read the appointment: {read.summary()}", "PRV-GET-01"
            )
        body = {**appointment.seen, "status": "cancelled"}
        call = calls.cancel(appointment.url, body, version_tag(read))
        jobs.append(lambda c=consumer, call=call: c.send(appointment.part, call))
    return together(jobs)
