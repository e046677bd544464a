"""A provider's slots as they are stored: made on demand, found, taken and given back."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from .. import database as db
from ..world import DIARY_HOURS, SLOT_MINUTES, ProviderProfile
from .booking import SlotKey
from .stored import SlotRow

_SLOT_SECONDS = SLOT_MINUTES * 60
# Slots are made a little ahead of need, so that not every search has to write.
_SPARE_SECONDS = 2 * 3600

# Statements are made once: to put one together takes longer than to carry it out.
_OURS = db.slots.c.system == bindparam("of")
_BY_IDENTIFIER = select(db.slots).where(_OURS, db.slots.c.identifier == bindparam("named"))
_BY_ID = select(db.slots).where(_OURS, db.slots.c.id == bindparam("named"))
_BY_TIME = select(db.slots).where(_OURS, db.slots.c.diary == bindparam("named"), db.slots.c.start == bindparam("at"))
_TURN = update(db.slots).where(_OURS, db.slots.c.id == bindparam("named"))
_CLAIM = _TURN.where(db.slots.c.status == "free").values(status="busy")
_RELEASE = _TURN.values(status="free")


class SlotRecords:
    """The slots of one provider."""

    def __init__(self, database: db.Database, provider: ProviderProfile) -> None:
        self.database = database
        self.provider = provider
        self._made: tuple[int, int] = (0, 0)
        self._making = threading.Lock()

    def make_slots(self, now: datetime) -> None:
        """See to it that every diary has its slots for the next 48 hours of the world's clock."""
        first = int(now.timestamp()) // _SLOT_SECONDS * _SLOT_SECONDS
        last = first + DIARY_HOURS * 3600
        with self._making:
            if self._made[0] <= first and last <= self._made[1]:
                return
            window = (first, last + _SPARE_SECONDS)
            # Another process may be making the same ones: then they are there.
            with self.database.alone(f"slots {self.provider.key}"), self.database.write() as tx:
                self._fill(tx, window)
            self._made = window

    def forget_slots_made(self) -> None:
        """Look at the diaries afresh at the next call of `make_slots` (after the rows were erased)."""
        self._made = (0, 0)

    def add_slots(self, tx: Connection, diary: str, starts: Iterable[int]) -> int:
        """Add free slots to a diary at the given Unix times; returns how many were not there yet."""
        wanted = sorted(set(starts))
        if not wanted:
            return 0
        query = select(db.slots.c.start).where(
            db.slots.c.system == self.provider.key,
            db.slots.c.diary == diary,
            db.slots.c.start.between(wanted[0], wanted[-1]),
        )
        present = set(tx.scalars(query))
        rows = [self.new_slot(diary, start) for start in wanted if start not in present]
        if rows:
            tx.execute(insert(db.slots), rows)
        return len(rows)

    def search_slots(
        self, tx: Connection, diaries: list[str], earliest: int, before: int | None, statuses: frozenset[str]
    ) -> list[SlotRow]:
        """The slots of the diaries that start from `earliest` and before `before`, in order of time."""
        asked: dict[str, object] = {"of": self.provider.key, "diaries": diaries, "earliest": earliest}
        asked |= {} if before is None else {"before": before}
        asked |= {"statuses": sorted(statuses)} if statuses else {}
        query = _slot_search(before is not None, bool(statuses))
        return [SlotRow(*row) for row in tx.execute(query, asked)]

    def find_slot(self, tx: Connection, key: SlotKey, start: int) -> SlotRow | None:
        """The slot that a booking names: by identifier, else by id, else by schedule and start."""
        ours = {"of": self.provider.key}
        if key.identifier:
            row = tx.execute(_BY_IDENTIFIER, {**ours, "named": key.identifier}).first()
        elif key.id:
            row = tx.execute(_BY_ID, {**ours, "named": key.id}).first()
        else:
            row = tx.execute(_BY_TIME, {**ours, "named": key.schedule, "at": start}).first()
        return None if row is None else _slot(row)

    def claim_slot(self, tx: Connection, slot_id: str) -> bool:
        """Make a free slot busy; False if it was not free. Of simultaneous claims exactly one succeeds."""
        return tx.execute(_CLAIM, {"of": self.provider.key, "named": slot_id}).rowcount == 1

    def release_slot(self, tx: Connection, slot_id: str) -> None:
        """Make a slot free again."""
        tx.execute(_RELEASE, {"of": self.provider.key, "named": slot_id})

    def slot_by_id(self, tx: Connection, slot_id: str) -> SlotRow | None:
        """The slot of that id, or None."""
        return self.find_slot(tx, SlotKey("", slot_id, ""), 0)

    def new_slot(self, diary: str, start: int) -> dict[str, Any]:
        """A slot of a diary as it is stored, free."""
        name = f"{diary}-{start // 60}"
        return {
            "system": self.provider.key,
            "id": name,
            "identifier": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.provider.path}/Slot/{name}")),
            "diary": diary,
            "start": start,
            "end": start + _SLOT_SECONDS,
            "status": "free",
        }

    def _fill(self, tx: Connection, window: tuple[int, int]) -> None:
        for diary in self.provider.diaries:
            step = diary.every_minutes * 60
            # On the clock, so that they are the same ones whenever the window is moved.
            self.add_slots(tx, diary.id, range(-(-window[0] // step) * step, window[1], step))


@cache
def _slot_search(bounded: bool, by_status: bool) -> Select[Any]:
    """The query of a search."""
    table = db.slots
    query = select(*(table.c[name] for name in ("id", "identifier", "diary", "start", "end", "status"))).where(
        _OURS,
        table.c.diary.in_(bindparam("diaries", expanding=True)),
        table.c.start >= bindparam("earliest"),
    )
    if bounded:
        query = query.where(table.c.start < bindparam("before"))
    if by_status:
        query = query.where(table.c.status.in_(bindparam("statuses", expanding=True)))
    return query.order_by(table.c.start, table.c.diary)


def _slot(row: Row[Any]) -> SlotRow:
    return SlotRow(row.id, row.identifier, row.diary, row.start, row.end, row.status)
