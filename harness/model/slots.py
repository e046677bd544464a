"""What may be so of a slot: several things at once, as long as nobody has seen which.

A diary is not ours alone: others may book a free slot, or give one back, at any moment. So only what our own
appointments hold is certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Holding(StrEnum):
    """Who has a slot."""

    FREE = "free"
    #: An appointment that we booked and that stands.
    OURS = "ours"
    #: Somebody else, or the provider itself: it is not to be had.
    GONE = "gone"


@dataclass(frozen=True)
class SlotState:
    """``holdings`` are those that may be; ``by`` names the appointment of ours that holds it."""

    holdings: frozenset[Holding]
    by: str = ""

    @property
    def may_be_free(self) -> bool:
        return Holding.FREE in self.holdings

    @property
    def is_ours(self) -> bool:
        return self.holdings == {Holding.OURS}

    @property
    def is_offered(self) -> bool:
        """Whether the last search showed it free, and nothing was asked of it since."""
        return self.holdings == {Holding.FREE}


OFFERED = SlotState(frozenset({Holding.FREE}))
NOT_TO_BE_HAD = SlotState(frozenset({Holding.GONE}))
#: After a cancellation a provider may offer the time again, and need not (PRV-CAN-20); also where nobody knows.
OPEN = SlotState(frozenset({Holding.FREE, Holding.GONE}))


def held_by(appointment: str) -> SlotState:
    """The slot of an appointment that stands."""
    return SlotState(frozenset({Holding.OURS}), appointment)
