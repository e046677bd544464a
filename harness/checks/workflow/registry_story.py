"""Expectations of the story in which the registry leads another service to the original."""

from __future__ import annotations

from collections.abc import Sequence

from ...http.exchange import Exchange
from ...http.sent import sent_resource
from ...scenario import plain_cancellation, registry_log
from ...scenario.context import Appointment, Scenario
from ..provider.cancelling.cancelled import exactly_one, refused_as_conflict
from ..registry.notifications.calls import told_once
from ..registry.notifications.shown_entries import awaited, entries_of, nhs_numbers, was_told_the_end


def one_is_told_of_the_conflict(scenario: Scenario, appointment: Appointment, answers: Sequence[Exchange]) -> None:
    """PRV-CAN-18, PRV-CAN-08, PRV-CAN-21; where only the booker may cancel, no conflict arises (CF-59).

    Where both are told that they cancelled and the appointment still stands, nothing was updated at all: that is
    another fault than a version overwritten, and is found where a cancelled appointment is read.
    """
    if all(exchange.ok for exchange in answers) and scenario.read(appointment).resource.get("status") == "booked":
        for requirement in ("PRV-CAN-18", "PRV-CAN-08", "PRV-CAN-21"):
            scenario.recorder.not_observed(requirement, "neither cancellation changed the appointment", of=answers)
        return
    exactly_one(scenario, appointment, answers)
    for exchange in answers:
        if exchange.status == 403:
            reason = "the provider lets only the organisation that booked cancel"
            for requirement in ("PRV-CAN-08", "PRV-CAN-21"):
                scenario.recorder.does_not_arise(requirement, reason, of=exchange)
        elif exchange.status in (404, 410):
            # That a cancelled appointment must not vanish is found where it is read.
            for requirement in ("PRV-CAN-08", "PRV-CAN-21"):
                scenario.recorder.not_observed(
                    requirement, f"the appointment is gone: {exchange.summary()}", of=exchange
                )
        elif not exchange.ok:
            refused_as_conflict(scenario, appointment, exchange)


def one_cancelled_entry(scenario: Scenario, appointment: Appointment) -> None:
    """REG-11: afterwards the registry has the appointment once, and cancelled."""
    refusal = plain_cancellation.refused(scenario, appointment)
    if refusal is not None:
        reason = f"the cancellation was answered with {refusal.summary()}"
        scenario.recorder.not_observed("REG-11", reason, of=refusal, because=plain_cancellation.CLAUSE)
        return
    _, exchange = awaited(scenario, appointment, lambda found: bool(found) and found["status"] != "booked")
    statuses = [entry.get("status") for entry in entries_of(exchange, appointment)]
    if not statuses:
        reason = f"the registry has no entry of this appointment ({exchange.summary()})"
        scenario.recorder.not_observed("REG-11", reason, of=exchange)
        return
    scenario.recorder.expect(
        "REG-11",
        statuses in (["cancelled"], ["entered-in-error"]) or was_told_the_end(scenario, appointment),
        expected="one entry, cancelled",
        actual=f"statuses {statuses}" if exchange.ok else exchange.summary(),
        of=exchange,
        where="Bundle.entry",
        system=appointment.part.key,
    )


def no_entry_without_nhs_number(scenario: Scenario, nameless: Appointment, twin: Appointment) -> None:
    """REG-07: a patient without NHS number has no entry, when one who was booked later has been registered."""
    told_once(scenario, twin)
    told = registry_log.kept(scenario, registry_log.told_of(scenario, nameless))
    without = [exchange for exchange in told.registering if not any(nhs_numbers(sent_resource(exchange)))]
    scenario.recorder.expect(
        "REG-07",
        not without,
        expected="nothing is registered without an NHS number",
        actual="nothing" if not without else f"{len(without)} such registrations",
        of=[nameless.booked, *without],
        where="POST [registry]/Appointment",
        system=nameless.part.key,
    )
