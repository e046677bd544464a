"""One leases of slots for a whole run, over all its worker processes.

A scenario leases the slot that it will book, so that no two scenarios want the same one at
the same time. When it has ended its leases are given back: real diaries are thin, and where
a provider offers the time of a cancelled appointment again, it serves the next scenario.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..actors.appointment_body import Slot
from ..actors.calls import search_slots
from ..actors.consumer import ConsumerSystem
from ..actors.paging import pages
from ..errors import CannotGoOn, Due
from ..fhir import bundle_resources
from ..http.exchange import OVERLOADED, Exchange
from ..http.times import moment
from ..settings.model import Part

#: Slots that begin sooner than this are left alone: they may be gone before they are booked.
MARGIN = timedelta(minutes=3)

_FIRST_LOOK = timedelta(hours=2)


def slots_in(exchange: Exchange, service: str) -> list[Slot]:
    """The slots of a search answer, earliest first; those without readable times are passed over."""
    found = []
    for resource in bundle_resources(exchange.resource, "Slot"):
        start, end = moment(resource.get("start")), moment(resource.get("end"))
        if start and end:
            found.append(Slot(exchange.system, service, resource, start, end))
    return sorted(found, key=lambda slot: slot.start)


@dataclass(frozen=True)
class Searched:
    """A search for free slots, answered or not. The bounds are aware datetimes, both inclusive."""

    part: Part
    exchange: Exchange
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Found(Searched):
    """A search, and the slot of it that was leased."""

    slot: Slot


class NoSlot(CannotGoOn):
    """No slot was to be had; ``searched`` is the search that should have found one."""

    def __init__(self, reason: str, searched: Searched, because: str = "", due: Due | None = None) -> None:
        super().__init__(reason, because, due)
        self.searched = searched


class SlotLeases:
    """Leases slots to one scenario. ``folder`` is shared by the workers of a run and outlives none of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._leased: list[Path] = []

    def give_back(self) -> None:
        """Give all leases back, when nothing of the scenario stands any more."""
        for lease in self._leased:
            lease.unlink(missing_ok=True)
        self._leased.clear()

    def lease(self, part: Part, slots: Iterable[Slot]) -> Slot | None:
        """The first of the slots that nobody in this run has leased, now leased; None if there is none."""
        slot = next((slot for slot in slots if self._claim(part, slot)), None)
        return replace(slot, contained_id=slot.id) if slot and self.naming(part) == "id" else slot

    def naming(self, part: Part) -> str:
        """How bookings name their slot at a provider in this run (see ``slot_naming``); empty until that is settled."""
        place = self._naming(part)
        return place.read_text(encoding="utf-8") if place.exists() else ""

    def settle_naming(self, part: Part, how: str) -> None:
        """From now on bookings name their slots so."""
        draft = self._naming(part).with_suffix(f".{os.getpid()}")
        draft.write_text(how, encoding="utf-8")
        draft.replace(self._naming(part))

    def _naming(self, part: Part) -> Path:
        return self.folder / f"naming-{hashlib.sha256(part.base_url.encode()).hexdigest()}"

    def find(self, consumer: ConsumerSystem, part: Part, purpose: str, since: timedelta, until: timedelta) -> Found:
        """Search ``part`` for free slots that start between ``since`` and ``until`` from now; lease one.

        The first two hours of the time are searched first, then longer times: answers stay small where slots are
        many, and searches few where slots are few.

        Raises:
            NoSlot: the search was not answered, or no free slot is left in that time.
        """
        service = part.service(purpose)
        now = datetime.now(UTC).replace(microsecond=0)
        start, last = now + max(since, MARGIN), now + until
        look = _FIRST_LOOK
        since_, end = start, min(now + since + look, last)
        offered = 0
        while True:
            latest = None
            for exchange in pages(consumer, part, search_slots(service, since_, end)):
                if exchange.status != 200:
                    raise NoSlot(
                        f"the search for free slots of service {service!r} was answered with {exchange.summary()}",
                        Searched(part, exchange, since_, end),
                        because="PRV-SRCH-01",
                        # Whatever the scenario is about, a search like this one has to be answered.
                        due=None if exchange.status in OVERLOADED else Due("PRV-SRCH-01", "search-ok", exchange.id),
                    )
                slots = [
                    slot
                    for slot in slots_in(exchange, service)
                    if slot.resource.get("status") == "free" and since_ <= slot.start <= end
                ]
                offered += len(slots)
                slot = self.lease(part, slots)
                if slot is not None:
                    return Found(part, exchange, since_, end, slot)
                latest = max([slot.start for slot in slots] + ([latest] if latest else []), default=None)
            # Nothing is left up to there, or the answer was capped: go on behind the last one that was offered.
            if end == last and latest is None:
                break
            since_, look = (latest or end) + timedelta(seconds=1), 2 * look
            end = min(since_ + look, last)
            if since_ > last:
                break
        raise NoSlot(
            f"{part.name} has no free slot left for service {service!r} that starts between "
            f"{_hours(start - now)} and {_hours(until)} from now: this run needs one there "
            f"({_why_none(offered)}). Free some, or name another "
            f"service id as {part.key}.services.{purpose} in the settings.",
            Searched(part, exchange, start, last),
        )

    def _claim(self, part: Part, slot: Slot) -> bool:
        # By address, not by key: the settings may name one system as both providers.
        name = hashlib.sha256(f"{part.base_url}|{slot.identifier}|{slot.start.isoformat()}".encode()).hexdigest()
        try:
            os.close(os.open(self.folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        # What is booked in the bundled world is left standing, so a search that saw its slot free before is outdated.
        if not part.bundled:
            self._leased.append(self.folder / name)
        return True


def _why_none(offered: int) -> str:
    return f"{offered} are offered, all of them in use by this run" if offered else "none is offered"


def _hours(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
