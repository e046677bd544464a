"""Situations of the story in which the registry leads another service to the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..actors import calls
from ..errors import CannotGoOn
from ..http.client import Client
from ..http.exchange import Exchange, Sent
from ..http.versions import version_tag
from . import plain_cancellation, registry_entries, registry_log
from .concurrency import together
from .context import Appointment, Scenario
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


@dataclass(frozen=True)
class Conflict:
    """The answers to two cancellations of one appointment at the same moment, and what was tried to understand them.

    ``now`` is a read, where both were accepted. ``plain`` is the rejection of a plain cancellation, tried if none was
    accepted; ``plain_beside`` are those tried beside an answer that rejects and is no conflict, by its id.
    """

    answers: Sequence[Exchange]
    now: Exchange | None = None
    plain: Exchange | None = None
    plain_beside: Mapping[str, Exchange] = field(default_factory=dict)


def look_into_conflict(scenario: Scenario, appointment: Appointment, answers: Sequence[Exchange]) -> Conflict:
    """Read, or cancel another appointment, as far as the answers do not speak for themselves."""
    if all(exchange.ok for exchange in answers):
        return Conflict(answers, now=scenario.read(appointment))
    plain = plain_cancellation.refused_where_all_were(scenario, appointment, answers)
    beside = {}
    for exchange in answers:
        if not exchange.ok and exchange.status not in (403, 404, 410):
            tried = plain_cancellation.refused_otherwise(scenario, appointment, exchange, plain_cancellation.CONFLICT)
            if tried is not None:
                beside[exchange.id] = tried
    return Conflict(answers, None, plain, beside)
