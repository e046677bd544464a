"""A provider's storage: slots made on demand, appointments with every version, retries, audit, outbox.

Methods take the transaction to work in, so that a booking, what the registry is owed for it and the audit
entry stand or fall together.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from .. import database as db
from ..bodies import as_text, from_text
from ..clock import instant_seconds
from ..refusals import Refused
from ..shared.appointment_query import AppointmentQuery
from ..world import DIARY_HOURS, SLOT_MINUTES, ProviderProfile
from .booking import SlotKey
from .stored import SeenRequest, SlotRow, StoredAppointment

_SLOT_SECONDS = SLOT_MINUTES * 60
# Slots are made a little ahead of need, so that not every search has to write.
_SPARE_SECONDS = 2 * 3600


class ProviderRecords:
    """The rows of one provider."""

    def __init__(self, database: db.Database, provider: ProviderProfile) -> None:
        self.database = database
        self.provider = provider
        self._made: tuple[int, int] = (0, 0)
        self._making = threading.Lock()

    # Slots

    def make_slots(self, now: datetime) -> None:
        """See to it that every diary has its slots for the next 48 hours of the world's clock."""
        first = int(now.timestamp()) // _SLOT_SECONDS * _SLOT_SECONDS
        last = first + DIARY_HOURS * 3600
        with self._making:
            if self._made[0] <= first and last <= self._made[1]:
                return
            window = (first, last + _SPARE_SECONDS)
            with self.database.write() as tx:
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
        table = db.slots
        query = select(table).where(
            table.c.system == self.provider.key, table.c.diary.in_(diaries), table.c.start >= earliest
        )
        if before is not None:
            query = query.where(table.c.start < before)
        if statuses:
            query = query.where(table.c.status.in_(sorted(statuses)))
        return [_slot(row) for row in tx.execute(query.order_by(table.c.start, table.c.diary))]

    def find_slot(self, tx: Connection, key: SlotKey, start: int) -> SlotRow | None:
        """The slot that a booking names: by identifier, else by id, else by schedule and start."""
        table = db.slots
        if key.identifier:
            condition = table.c.identifier == key.identifier
        elif key.id:
            condition = table.c.id == key.id
        else:
            condition = and_(table.c.diary == key.schedule, table.c.start == start)
        row = tx.execute(select(table).where(table.c.system == self.provider.key, condition)).first()
        return None if row is None else _slot(row)

    def claim_slot(self, tx: Connection, slot_id: str) -> bool:
        """Make a free slot busy; False if it was not free. Of simultaneous claims exactly one succeeds."""
        table = db.slots
        claim = (
            update(table)
            .where(table.c.system == self.provider.key, table.c.id == slot_id, table.c.status == "free")
            .values(status="busy")
        )
        return tx.execute(claim).rowcount == 1

    def release_slot(self, tx: Connection, slot_id: str) -> None:
        """Make a slot free again."""
        table = db.slots
        tx.execute(
            update(table).where(table.c.system == self.provider.key, table.c.id == slot_id).values(status="free")
        )

    def slot_by_id(self, tx: Connection, slot_id: str) -> SlotRow | None:
        """The slot of that id, or None."""
        return self.find_slot(tx, SlotKey("", slot_id, ""), 0)

    # Appointments

    def new_id(self) -> str:
        """An id for a new appointment, unique and never used again (PRV-BOOK-08)."""
        return str(uuid.uuid4())

    def store_booking(self, tx: Connection, new: StoredAppointment, patient: tuple[str, str]) -> None:
        """Keep a new appointment; `patient` is the system and value of the patient's identifier."""
        tx.execute(
            insert(db.appointments).values(
                system=self.provider.key,
                id=new.id,
                version=new.version,
                status=new.status,
                patient_system=patient[0],
                patient_value=patient[1],
                slot=new.slot,
                start=instant_seconds(new.body["start"]),
                organisation=new.organisation,
                url=new.url,
            )
        )
        self._keep_version(tx, new.id, new.version, new.body, new.stored_at)

    def store_cancel(
        self, tx: Connection, old: StoredAppointment, body: dict[str, Any], at: int, free_slot: bool
    ) -> None:
        """Keep the cancelled version of an appointment; with `free_slot` its time is offered again."""
        self.store_version(tx, old, body, at)
        if free_slot:
            self.release_slot(tx, old.slot)

    def store_version(self, tx: Connection, old: StoredAppointment, body: dict[str, Any], at: int) -> None:
        """Keep a new version of an appointment; it becomes the current one.

        Raises Refused (stale-version) if `old` is not the current one any more: another process was faster.
        """
        version = int(body["meta"]["versionId"])
        table = db.appointments
        moved = tx.execute(
            update(table)
            .where(table.c.system == self.provider.key, table.c.id == old.id, table.c.version == old.version)
            .values(version=version, status=body["status"])
        )
        if moved.rowcount != 1:
            raise Refused("stale-version", "The appointment was changed at the same moment.")
        self._keep_version(tx, old.id, version, body, at)

    def current(self, tx: Connection, appointment_id: str) -> StoredAppointment | None:
        """The current version of an appointment, or None."""
        return self._one(tx, self._versions().where(db.appointments.c.id == appointment_id))

    def version(self, tx: Connection, appointment_id: str, version: int) -> StoredAppointment | None:
        """One version of an appointment, or None."""
        query = self._versions(any_version=True).where(
            db.appointments.c.id == appointment_id, db.appointment_versions.c.version == version
        )
        return self._one(tx, query)

    def of_patient(
        self, tx: Connection, value: str, system: str = "", not_before: int | None = None
    ) -> list[StoredAppointment]:
        """A patient's appointments, current versions, by start; `not_before` leaves out past ones."""
        query = self._versions().where(db.appointments.c.patient_value == value)
        if system:
            query = query.where(db.appointments.c.patient_system == system)
        if not_before is not None:
            query = query.where(db.appointments.c.start >= not_before)
        rows = tx.execute(query.order_by(db.appointments.c.start, db.appointments.c.id))
        return [_appointment(row) for row in rows]

    def find(self, tx: Connection, query: AppointmentQuery, not_before: int) -> list[StoredAppointment]:
        """The appointments that a search asks for, current versions.

        Those before `not_before` (Unix seconds) only by id, or if the search has a lower bound of its own.
        """
        if query.value:
            earliest = not_before if query.earliest is None else query.earliest
            found = self.of_patient(tx, query.value, query.system, earliest)
        else:
            one = self.current(tx, query.id)
            found = [] if one is None else [one]
        return [
            stored
            for stored in found
            if query.id in ("", stored.id)
            and query.version in ("", str(stored.version))
            and (query.before is None or instant_seconds(stored.body["start"]) < query.before)
        ]

    # Retries, audit, and what the registry is owed

    def seen(self, tx: Connection, request_id: str) -> SeenRequest | None:
        """What an earlier request with this X-Request-ID did, if it succeeded."""
        table = db.requests_seen
        query = select(table).where(table.c.system == self.provider.key, table.c.request_id == request_id)
        row = tx.execute(query).first()
        return None if row is None else SeenRequest(row.action, row.appointment, row.version, row.organisation)

    def remember(self, tx: Connection, request_id: str, done: SeenRequest) -> None:
        """Keep an X-Request-ID that succeeded. Raises Refused if another process has just kept it."""
        row = {"action": done.action, "appointment": done.appointment, "version": done.version}
        new = insert(db.requests_seen).values(
            system=self.provider.key, request_id=request_id, organisation=done.organisation, **row
        )
        try:
            tx.execute(new)
        except IntegrityError:
            raise Refused("reused-request-id", "The X-Request-ID is used by another request.") from None

    def note(self, tx: Connection, entry: Mapping[str, Any]) -> None:
        """Write a line into the audit trail (columns of the audit table, without system)."""
        tx.execute(insert(db.audit).values(system=self.provider.key, **entry))

    def owe_registry(self, tx: Connection, appointment_id: str, kind: str, url: str, entry: dict[str, Any]) -> None:
        """Leave a message for the registry in the outbox; `kind` is ``book`` or ``cancel``."""
        tx.execute(
            insert(db.outbox).values(
                system=self.provider.key,
                appointment=appointment_id,
                kind=kind,
                url=url,
                body=as_text(entry),
                attempts=0,
                state="waiting",
            )
        )

    def _fill(self, tx: Connection, window: tuple[int, int]) -> None:
        for diary in self.provider.diaries:
            self.add_slots(tx, diary.id, range(window[0], window[1], _SLOT_SECONDS))

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

    def _keep_version(self, tx: Connection, appointment_id: str, version: int, body: dict[str, Any], at: int) -> None:
        tx.execute(
            insert(db.appointment_versions).values(
                system=self.provider.key,
                id=appointment_id,
                version=version,
                stored_at=at,
                body=as_text(body),
            )
        )

    def _versions(self, any_version: bool = False) -> Select[Any]:
        head, body = db.appointments, db.appointment_versions
        same = and_(head.c.system == body.c.system, head.c.id == body.c.id)
        if not any_version:
            same = and_(same, head.c.version == body.c.version)
        columns = (
            head.c.id,
            body.c.version,
            head.c.slot,
            head.c.organisation,
            head.c.url,
            body.c.body,
            body.c.stored_at,
        )
        return select(*columns).join(body, same).where(head.c.system == self.provider.key)

    def _one(self, tx: Connection, query: Select[Any]) -> StoredAppointment | None:
        row = tx.execute(query).first()
        return None if row is None else _appointment(row)


def _slot(row: Row[Any]) -> SlotRow:
    return SlotRow(row.id, row.identifier, row.diary, row.start, row.end, row.status)


def _appointment(row: Row[Any]) -> StoredAppointment:
    body = from_text(row.body)
    return StoredAppointment(
        row.id, row.version, body["status"], row.slot, row.organisation, row.url, body, row.stored_at
    )
