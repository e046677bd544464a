"""Expectations of the Appointment Registry and of what providers owe it, seen in the registry's own answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....fhir import bundle_resources
from ....http.exchange import Exchange
from ....http.sent import sent_resource
from ....http.times import moment
from ....judging.decides import decides
from ....judging.recorder import Recorder
from ....scenario.context import Appointment
from ....scenario.notifications import Shown
from ....scenario.plain_cancellation import CANCELS
from ....scenario.registry_log import Told
from ....scenario.registry_pointer import entry_of, nhs_numbers
from ....text import in_words


@decides("REG-10")
def told_of_booking(recorder: Recorder, appointment: Appointment, shown: Shown, seconds: float) -> None:
    """REG-10: the provider made an entry for the booking, within the deadline, and it is right."""
    entry, exchange = shown.entry, shown.search
    if entry is None and bundle_resources(exchange.resource, "Appointment"):
        reason = "the registry shows entries for the URL that do not name it, so they cannot be told apart"
        recorder.not_observed("REG-10", reason, of=[appointment.booked])
        return
    if entry is None and not _registry_answers(exchange):
        recorder.not_observed("REG-10", f"the registry answered {exchange.summary()}", of=exchange)
        return
    wrong = _faults_of_entry(entry, appointment) if entry else ["there is no entry"]
    count = len(shown.entries)
    wrong += [f"there are {count} of them"] if count > 1 else []
    told = bool(wrong) and _was_told_right(shown.told, appointment)
    recorder.expect(
        "REG-10",
        not wrong or told,
        expected=f"one booked entry for {appointment.url} within {seconds:g} s",
        actual="it is there" if not wrong else f"{'it was told; ' if told else ''}{'; '.join(wrong)}",
        of=[appointment.booked, exchange],
        where="registry entry",
        system=appointment.part.key,
    )


@decides("REG-11")
def told_of_cancellation(
    recorder: Recorder, appointment: Appointment, shown: Shown | None, refusal: Exchange | None, seconds: float
) -> None:
    """REG-11: after a successful cancellation the provider brought the entry to cancelled."""
    if shown is None:
        assert refusal is not None
        reason = f"the cancellation was answered with {refusal.summary()}"
        recorder.not_observed("REG-11", reason, of=refusal, because=CANCELS)
        return
    entry, exchange = shown.entry, shown.search
    if entry is None:
        reason = "the registry has no entry of this appointment that could be brought to cancelled"
        recorder.not_observed("REG-11", f"{reason} ({exchange.summary()})", of=exchange)
        return
    status = entry.get("status")
    recorder.expect(
        "REG-11",
        status in ("cancelled", "entered-in-error") or was_told_the_end(shown),
        expected=f"the entry is cancelled within {seconds:g} s",
        actual=f"its status is {in_words(status)}",
        of=exchange,
        where="registry entry: status",
        system=appointment.part.key,
    )


@decides("REG-11")
def not_asked_for(recorder: Recorder, refused: Exchange) -> None:
    """REG-11, where the cancellation before was rejected (a capability level, CF-59)."""
    recorder.does_not_arise("REG-11", f"the cancellation was rejected: {refused.summary()}", of=refused)


@decides("REG-15")
def patient_is_found(
    recorder: Recorder, exchange: Exchange, appointment: Appointment, known: Mapping[str, Any] | None
) -> None:
    """REG-15: a search by patient answers 200 with that patient's entries, all in one page.

    ``known`` is the entry of the appointment as a search by its URL shows it: whether the provider told the registry
    is not the registry's fault.
    """
    recorder.expect_answer("REG-15", "registry-search-ok", exchange)
    if exchange.status != 200:
        return
    body = exchange.resource
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
            ("the entry of the appointment is not among them", entry_of(exchange, appointment.url) is None),
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


def _was_told_right(told: Told | None, appointment: Appointment) -> bool:
    """Whether the provider told what it owes, as the recording proxy saw it; what the registry makes of it is apart."""
    if told is None:
        return False
    taken = told.registered()
    once = len({exchange.extra.get("made") for exchange in taken}) == 1
    return once and not told.updated() and not _faults_of_entry(sent_resource(taken[0]), appointment)


def was_told_the_end(shown: Shown) -> bool:
    """Whether the provider's update was taken: that it does not show is the registry's fault."""
    return shown.told is not None and bool(shown.told.updated())


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
