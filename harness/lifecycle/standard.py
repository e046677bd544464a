"""The lifecycle that the standard has: what may answer each request in each state, and what follows from that.

What it leaves open has several answers: whether the time of a cancelled appointment is offered again (PRV-CAN-20), and
what answers any cancellation of what is cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .machine import Input, Output

FREE, BOOKED, CANCELLED = "free", "booked", "cancelled"


@dataclass(frozen=True, slots=True)
class Rule:
    """The answers that there may be, each with the state that follows; ``requirement`` is what others break."""

    requirement: str
    then: Mapping[Output, str]


def _stays(state: str, requirement: str, *outputs: Output) -> Rule:
    return Rule(requirement, {output: state for output in outputs})


def _nothing(state: str) -> Rule:
    return _stays(state, "", Output.NOTHING)


#: In each state, what may answer each request.
RULES: Mapping[str, Mapping[Input, Rule]] = {
    FREE: {
        Input.SEARCH: _stays(FREE, "PRV-SRCH-01", Output.OFFERED),
        Input.BOOK: Rule("PRV-BOOK-01", {Output.DONE: BOOKED}),
        Input.READ: _nothing(FREE),
        Input.CANCEL: _nothing(FREE),
        Input.CANCEL_STALE: _nothing(FREE),
        Input.CANCEL_ANY: _nothing(FREE),
    },
    BOOKED: {
        Input.SEARCH: _stays(BOOKED, "PRV-BOOK-03", Output.NOT_OFFERED),
        Input.BOOK: _stays(BOOKED, "PRV-BOOK-10", Output.REFUSED),
        Input.READ: _stays(BOOKED, "PRV-GET-01", Output.BOOKED),
        Input.CANCEL: Rule("PRV-CAN-01", {Output.DONE: CANCELLED}),
        Input.CANCEL_STALE: _stays(BOOKED, "PRV-CAN-08", Output.REFUSED),
        Input.CANCEL_ANY: _stays(BOOKED, "PRV-CAN-09", Output.REFUSED),
    },
    CANCELLED: {
        Input.SEARCH: _stays(CANCELLED, "PRV-CAN-20", Output.OFFERED, Output.NOT_OFFERED),
        Input.BOOK: Rule("PRV-BOOK-10", {Output.DONE: BOOKED, Output.REFUSED: CANCELLED}),
        Input.READ: _stays(CANCELLED, "PRV-GET-13", Output.CANCELLED),
        Input.CANCEL: _stays(CANCELLED, "PRV-CAN-18", Output.REFUSED, Output.DONE),
        # Nothing changes any more, so it may as well be accepted.
        Input.CANCEL_STALE: _stays(CANCELLED, "PRV-CAN-08", Output.REFUSED, Output.DONE),
        Input.CANCEL_ANY: _stays(CANCELLED, "PRV-CAN-09", Output.REFUSED, Output.DONE),
    },
}
