"""The slots of a sequence: free ones that do not overlap, and no more different ones over all than were allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from ..actors.appointment_body import Slot
from ..errors import CannotGoOn
from ..http.exchange import Exchange
from ..scenario.slot_leases import slots_in

#: The slots that one sequence works with.
EACH = 3
#: Slots that are kept to confirm a finding with.
_KEPT = 2 * EACH
#: When they start, from the beginning of the exploration on, and how wide the first look is.
_FROM, _UNTIL, _LOOK = timedelta(hours=6), timedelta(hours=48), timedelta(hours=2)


class UsedUp(Exception):
    """As many different slots were used as were allowed, or none is left: the exploration ends."""


class Diary:
    """Hands out slots. A search over its window comes first in every sequence, and is one of its requests."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._used: set[str] = set()
        self._begun = datetime.now(UTC).replace(microsecond=0)
        self.since, self.until = self._begun + _FROM, self._begun + _FROM + _LOOK

    @property
    def used(self) -> int:
        """How many different slots were handed out so far."""
        return len(self._used)

    def take(
        self, search: Callable[[datetime, datetime], Iterable[Exchange]], service: str, *, confirming: bool = False
    ) -> list[Slot]:
        """Search, and choose the first free slots; the window grows until there are enough.

        Some are kept for sequences that only confirm what another one has shown.

        Raises:
            UsedUp: there are too few, or another one would be more than is allowed.
            CannotGoOn: the search is not answered with slots.
        """
        while True:
            found = self._chosen([slot for answer in search(self.since, self.until) for slot in _free(answer, service)])
            if len(found) == EACH or self.until >= self._begun + _UNTIL:
                break
            self.until = min(self.until + 2 * (self.until - self.since), self._begun + _UNTIL)
        used = self._used | {slot.identifier for slot in found}
        if not found:
            raise UsedUp("no free slot is left that starts from 6 to 48 hours on")
        if len(used) > self._allowed - (0 if confirming else min(_KEPT, self._allowed - EACH)):
            raise UsedUp(
                f"{len(self._used)} different slots are used, and --slots allows {self._allowed}: the provider does "
                "not offer the time of a cancelled appointment again"
            )
        self._used = used
        # The next search need not look beyond these: long answers take long to check.
        self.until = min(self.until, found[-1].start + timedelta(minutes=1))
        return found

    def _chosen(self, free: list[Slot]) -> list[Slot]:
        chosen: list[Slot] = []
        for slot in sorted(free, key=lambda one: (one.identifier not in self._used, one.start, one.identifier)):
            if all(slot.end <= one.start or one.end <= slot.start for one in chosen):
                chosen.append(slot)
            if len(chosen) == EACH:
                break
        return sorted(chosen, key=lambda one: one.start)


def _free(answer: Exchange, service: str) -> list[Slot]:
    if answer.status != 200:
        raise CannotGoOn(f"the search for free slots was answered with {answer.summary()}", "PRV-SRCH-01")
    return [slot for slot in slots_in(answer, service) if slot.resource.get("status") == "free"]
