"""Expectations of the Appointment Registry and of what providers owe it, seen in the registry's own answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ....actors.consumer import bundle_resources
from ....errors import ToAttest
from ....http.exchange import Exchange
from ....http.sent import sent_resource
from ....http.times import moment
from ....http.urls import unversioned
from ....judging.decides import decides
from ....scenario import registry_log
from ....scenario.context import Appointment, Scenario
from ....text import in_words
from ...provider.cancelling import plain_cancellation

#: Seconds between two looks at the registry while an entry is awaited.
_PAUSE = 0.1


def entries_of(exchange: Exchange, appointment: Appointment) -> list[dict[str, Any]]:
    """The entries of an appointment among those that a search returned: by its URL, any version part left out."""
    found = []
    for entry in bundle_resources(exchange.resource, "Appointment"):
        for identifier in entry.get("identifier") or []:
            value = identifier.get("value") if isinstance(identifier, Mapping) else None
            if isinstance(value, str) and unversioned(value) == appointment.url:
                found.append(entry)
    return found


def entry_of(exchange: Exchange, appointment: Appointment) -> dict[str, Any] | None:
    """The entry of an appointment among those that a search returned, or None."""
    return next(iter(entries_of(exchange, appointment)), None)


def awaited(
    scenario: Scenario, appointment: Appointment, fulfilled: Callable[[dict[str, Any] | None], bool]
) -> tuple[dict[str, Any] | None, Exchange]:
    """Search the registry by the appointment's URL until the entry is as wished, or the deadline is over.

    Raises:
        ToAttest: the provider is a real one and the registry that of the bundled world, of which it was not told.
    """
    if scenario.part("registry").bundled and not appointment.part.bundled:
        raise ToAttest("the provider was not told of a registry that this run can see: name it as [registry]")
    consumer = appointment.consumer
    registry = scenario.part("registry")
    deadline = time.monotonic() + scenario.settings.limits.registry_seconds
    while True:
        exchange = consumer.registered_by_url(registry, appointment.url)
        entry = entry_of(exchange, appointment)
        if fulfilled(entry) or time.monotonic() > deadline:
            return entry, exchange
        time.sleep(_PAUSE)


@decides("REG-10")
def told_of_booking(scenario: Scenario, appointment: Appointment) -> None:
    """REG-10: the provider made an entry for the booking, within the deadline, and it is right."""
    entry, exchange = awaited(scenario, appointment, lambda found: found is not None)
    if entry is None and bundle_resources(exchange.resource, "Appointment"):
        reason = "the registry shows entries for the URL that do not name it, so they cannot be told apart"
        scenario.recorder.not_observed("REG-10", reason, of=[appointment.booked])
        return
    if entry is None and not _registry_answers(exchange):
        scenario.recorder.not_observed("REG-10", f"the registry answered {exchange.summary()}", of=exchange)
        return
    wrong = _faults_of_entry(entry, appointment) if entry else ["there is no entry"]
    count = len(entries_of(exchange, appointment))
    wrong += [f"there are {count} of them"] if count > 1 else []
    told = bool(wrong) and _was_told_right(scenario, appointment)
    scenario.recorder.expect(
        "REG-10",
        not wrong or told,
        expected=f"one booked entry for {appointment.url} within {scenario.settings.limits.registry_seconds:g} s",
        actual="it is there" if not wrong else f"{'it was told; ' if told else ''}{'; '.join(wrong)}",
        of=[appointment.booked, exchange],
        where="registry entry",
        system=appointment.part.key,
    )


@decides("REG-11")
def told_of_cancellation(scenario: Scenario, appointment: Appointment) -> None:
    """REG-11: after a successful cancellation the provider brought the entry to cancelled."""
    recorder = scenario.recorder
    refusal = plain_cancellation.refused(scenario, appointment)
    if refusal is not None:
        reason = f"the cancellation was answered with {refusal.summary()}"
        recorder.not_observed("REG-11", reason, of=refusal, because=plain_cancellation.CLAUSE)
        return
    entry, exchange = awaited(scenario, appointment, lambda found: bool(found) and found["status"] != "booked")
    if entry is None:
        reason = "the registry has no entry of this appointment that could be brought to cancelled"
        recorder.not_observed("REG-11", f"{reason} ({exchange.summary()})", of=exchange)
        return
    status = entry.get("status")
    recorder.expect(
        "REG-11",
        status in ("cancelled", "entered-in-error") or was_told_the_end(scenario, appointment),
        expected=f"the entry is cancelled within {scenario.settings.limits.registry_seconds:g} s",
        actual=f"its status is {in_words(status)}",
        of=exchange,
        where="registry entry: status",
        system=appointment.part.key,
    )


@decides("REG-11")
def told_if_cancelled(scenario: Scenario, appointment: Appointment) -> None:
    """REG-11, where the cancellation before was not refused (a capability level, CF-59)."""
    exchange = next(e for e in reversed(scenario.recorder.exchanges) if e.request.method == "PUT")
    if exchange.status == 200:
        told_of_cancellation(scenario, appointment)
    else:
        scenario.recorder.does_not_arise("REG-11", f"the cancellation was refused: {exchange.summary()}", of=exchange)


@decides("REG-15")
def patient_is_found(scenario: Scenario, exchange: Exchange, appointment: Appointment) -> None:
    """REG-15: a search by patient answers 200 with that patient's entries, all in one page."""
    recorder = scenario.recorder
    recorder.expect_answer("REG-15", "registry-search-ok", exchange)
    if exchange.status != 200:
        return
    body = exchange.resource
    # Whether the provider told the registry is not the registry's fault: ask it for the entry by its URL.
    known = entry_of(appointment.consumer.registered_by_url(scenario.part("registry"), appointment.url), appointment)
    if known is None:
        recorder.not_observed(
            "REG-15", "the registry has no entry of the appointment that a search could find", of=exchange
        )
        return
    entries = bundle_resources(body, "Appointment")
    strangers = [e for e in entries if appointment.patient.nhs_number not in nhs_numbers(e)]
    links = [link.get("relation") for link in body.get("link") or [] if isinstance(link, Mapping)]
    wrong = [
        text
        for text, bad in (
            (
                f"the body is {body.get('resourceType')} of type {body.get('type')}",
                body.get("type") != "searchset",
            ),
            (f"{len(strangers)} entries of another patient", bool(strangers)),
            ("the result is paged", "next" in links),
            ("the entry of the appointment is not among them", entry_of(exchange, appointment) is None),
        )
        if bad
    ]
    recorder.expect(
        "REG-15",
        not wrong,
        expected="an unpaged searchset of this patient's entries",
        actual=f"{len(entries)} entries" if not wrong else "; ".join(wrong),
        of=exchange,
        where="Bundle",
    )


def _was_told_right(scenario: Scenario, appointment: Appointment) -> bool:
    """Whether the provider told what it owes, as the recording proxy saw it; what the registry makes of it is apart."""
    if not registry_log.stands(scenario):
        return False
    told = registry_log.told_of(scenario, appointment)
    taken = told.registered()
    once = len({exchange.extra.get("made") for exchange in taken}) == 1
    return once and not told.updated() and not _faults_of_entry(sent_resource(taken[0]), appointment)


def was_told_the_end(scenario: Scenario, appointment: Appointment) -> bool:
    """Whether the provider's update was taken: that it does not show is the registry's fault."""
    return registry_log.stands(scenario) and bool(registry_log.told_of(scenario, appointment).updated())


def _registry_answers(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.resource.get("resourceType") == "Bundle"


def _faults_of_entry(entry: Mapping[str, Any], appointment: Appointment) -> list[str]:
    faults = []
    nhs_number = appointment.patient.nhs_number
    if moment(entry.get("start")) != moment(appointment.sent["start"]):
        faults.append(f"its start is {in_words(entry.get('start'))}, booked was {in_words(appointment.sent['start'])}")
    if entry.get("status") != "booked":
        faults.append(f"its status is {in_words(entry.get('status'))}")
    if nhs_number and nhs_number not in nhs_numbers(entry):
        faults.append("it is not under the patient's NHS number")
    return faults


def nhs_numbers(entry: Mapping[str, Any]) -> list[str]:
    found = []
    for participant in entry.get("participant") or []:
        actor = participant.get("actor") if isinstance(participant, Mapping) else None
        identifier = actor.get("identifier") if isinstance(actor, Mapping) else None
        value = identifier.get("value") if isinstance(identifier, Mapping) else None
        if isinstance(value, str):
            found.append(value)
    return found
