"""Expectations of the story in which the registry leads another service to the original."""

from __future__ import annotations

from ...http.exchange import Exchange
from ...http.sent import sent_resource
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.context import Appointment
from ...scenario.notifications import Shown
from ...scenario.plain_cancellation import CANCELS
from ...scenario.registry_log import Told
from ...scenario.registry_pointer import nhs_numbers
from ...scenario.registry_story import Conflict
from ..provider.cancelling.rejected import exactly_one, refused_as_conflict
from ..registry.notifications.shown_entries import was_told_the_end


@decides("PRV-CAN-08", "PRV-CAN-18", "PRV-CAN-21")
def one_is_told_of_the_conflict(recorder: Recorder, conflict: Conflict) -> None:
    """PRV-CAN-18, PRV-CAN-08, PRV-CAN-21; where only the booker may cancel, no conflict arises (CF-59).

    Where both are told that they cancelled and the appointment still stands, nothing was updated at all: that is
    another fault than a version overwritten, and is found where a cancelled appointment is read.
    """
    answers = conflict.answers
    if conflict.now is not None and conflict.now.resource.get("status") == "booked":
        for requirement in ("PRV-CAN-18", "PRV-CAN-08", "PRV-CAN-21"):
            recorder.not_observed(requirement, "neither cancellation changed the appointment", of=answers)
        return
    exactly_one(recorder, answers, conflict.plain)
    for exchange in answers:
        if exchange.status == 403:
            reason = "the provider lets only the organisation that booked cancel"
            for requirement in ("PRV-CAN-08", "PRV-CAN-21"):
                recorder.does_not_arise(requirement, reason, of=exchange)
        elif exchange.status in (404, 410):
            # That a cancelled appointment must not vanish is found where it is read.
            for requirement in ("PRV-CAN-08", "PRV-CAN-21"):
                recorder.not_observed(requirement, f"the appointment is gone: {exchange.summary()}", of=exchange)
        elif not exchange.ok:
            refused_as_conflict(recorder, exchange, conflict.plain_beside.get(exchange.id))


@decides("REG-11")
def one_cancelled_entry(
    recorder: Recorder, appointment: Appointment, shown: Shown | None, refusal: Exchange | None
) -> None:
    """REG-11: afterwards the registry has the appointment once, and cancelled."""
    if shown is None:
        assert refusal is not None
        reason = f"the cancellation was answered with {refusal.summary()}"
        recorder.not_observed("REG-11", reason, of=refusal, because=CANCELS)
        return
    exchange = shown.search
    statuses = [entry.get("status") for entry in shown.entries]
    if not statuses:
        reason = f"the registry has no entry of this appointment ({exchange.summary()})"
        recorder.not_observed("REG-11", reason, of=exchange)
        return
    recorder.expect(
        "REG-11",
        statuses in (["cancelled"], ["entered-in-error"]) or was_told_the_end(shown),
        expected="one entry, cancelled",
        actual=f"statuses {statuses}" if exchange.ok else exchange.summary(),
        of=exchange,
        where="Bundle.entry",
        system=appointment.part.key,
    )


@decides("REG-07")
def no_entry_without_nhs_number(recorder: Recorder, nameless: Appointment, told: Told) -> None:
    """REG-07: a patient without NHS number has no entry, when one who was booked later has been registered."""
    without = [exchange for exchange in told.registering if not any(nhs_numbers(sent_resource(exchange)))]
    recorder.expect(
        "REG-07",
        not without,
        expected="nothing is registered without an NHS number",
        actual="nothing" if not without else f"{len(without)} such registrations",
        of=[nameless.booked, *without],
        where="POST [registry]/Appointment",
        system=nameless.part.key,
    )
