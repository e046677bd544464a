"""What a scenario rests on, whatever it is about: recorded when it has ended, and needs no tag."""

from __future__ import annotations

from ..errors import Due
from ..judging.recorder import Recorder
from ..scenario.context import NamedById


def not_as_due(recorder: Recorder, due: Due) -> None:
    """What was due, beside what an exchange of the scenario was answered with."""
    of = next(exchange for exchange in recorder.exchanges if exchange.id == due.exchange)
    recorder.expect_due(due.requirement, due.situation, of)


def slot_is_named_by_identifier(recorder: Recorder, seen: NamedById) -> None:
    """PRV-BOOK-03: a booking that names its slot by identifier claims it; PRV-BOOK-01: and is not rejected."""
    first = seen.by_identifier
    what = "is accepted and does not claim it" if first.ok else f"is rejected ({first.summary()})"
    recorder.fails_due(
        "PRV-BOOK-03" if first.ok else "PRV-BOOK-01",
        expected="the slot that the contained Slot names by its identifier is booked",
        actual=f"a booking that names its slot by identifier {what}; "
        "it is booked when the contained Slot has the id of the slot that was offered",
        of=[first, seen.by_id],
        where="Appointment.contained.ofType(Slot).identifier",
    )
