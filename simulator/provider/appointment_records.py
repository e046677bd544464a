"""A provider's appointments as they are stored, with every version."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, insert, select, update

from .. import database as db
from ..bodies import as_text, from_text
from ..clock import instant_seconds
from ..refusals import Rejected
from ..shared.appointment_query import AppointmentQuery
from .slot_records import SlotRecords
from .stored import StoredAppointment

# Statements are made once: to put one together takes longer than to carry it out.
_NEW, _NEW_VERSION = insert(db.appointments), insert(db.appointment_versions)
_MOVE = (
    update(db.appointments)
    .where(
        db.appointments.c.system == bindparam("of"),
        db.appointments.c.id == bindparam("named"),
        db.appointments.c.version == bindparam("old"),
    )
    .values(version=bindparam("new"), status=bindparam("turned"))
)


class AppointmentRecords(SlotRecords):
    """The appointments of one provider, and the slots that they take."""

    def new_id(self) -> str:
        """An id for a new appointment, unique and never used again (PRV-BOOK-08)."""
        return str(uuid.uuid4())

    def store_booking(self, tx: Connection, new: StoredAppointment, patient: tuple[str, str]) -> None:
        """Keep a new appointment; `patient` is the system and value of the patient's identifier."""
        row = {
            "system": self.provider.key,
            "id": new.id,
            "version": new.version,
            "status": new.status,
            "patient_system": patient[0],
            "patient_value": patient[1],
            "slot": new.slot,
            "start": instant_seconds(new.body["start"]),
            "organisation": new.organisation,
            "url": new.url,
        }
        tx.execute(_NEW, row)
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

        Raises Rejected (stale-version) if `old` is not the current one any more: another process was faster.
        """
        version = int(body["meta"]["versionId"])
        at_hand = {"of": self.provider.key, "named": old.id, "old": old.version}
        moved = tx.execute(_MOVE, {**at_hand, "new": version, "turned": body["status"]})
        if moved.rowcount != 1:
            raise Rejected("stale-version", "The appointment was changed at the same moment.")
        self._keep_version(tx, old.id, version, body, at)

    def current(self, tx: Connection, appointment_id: str) -> StoredAppointment | None:
        """The current version of an appointment, or None."""
        return self._one(tx, _version_of(any_version=False), {"named": appointment_id})

    def version(self, tx: Connection, appointment_id: str, version: int) -> StoredAppointment | None:
        """One version of an appointment, or None."""
        return self._one(tx, _version_of(any_version=True), {"named": appointment_id, "wanted": version})

    def of_patient(
        self, tx: Connection, value: str, system: str = "", not_before: int | None = None
    ) -> list[StoredAppointment]:
        """A patient's appointments, current versions, by start; `not_before` leaves out past ones."""
        query = _versions().where(db.appointments.c.patient_value == value)
        if system:
            query = query.where(db.appointments.c.patient_system == system)
        if not_before is not None:
            query = query.where(db.appointments.c.start >= not_before)
        rows = tx.execute(query.order_by(db.appointments.c.start, db.appointments.c.id), {"of": self.provider.key})
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

    def _keep_version(self, tx: Connection, appointment_id: str, version: int, body: dict[str, Any], at: int) -> None:
        row = {"system": self.provider.key, "id": appointment_id, "version": version, "stored_at": at}
        tx.execute(_NEW_VERSION, {**row, "body": as_text(body)})

    def _one(self, tx: Connection, query: Select[Any], asked: dict[str, object]) -> StoredAppointment | None:
        row = tx.execute(query, {"of": self.provider.key, **asked}).first()
        return None if row is None else _appointment(row)


def _versions(any_version: bool = False) -> Select[Any]:
    """Appointments of the provider `of`: their current versions, or any."""
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
    return select(*columns).join(body, same).where(head.c.system == bindparam("of"))


@cache
def _version_of(any_version: bool) -> Select[Any]:
    query = _versions(any_version).where(db.appointments.c.id == bindparam("named"))
    return query.where(db.appointment_versions.c.version == bindparam("wanted")) if any_version else query


def _appointment(row: Row[Any]) -> StoredAppointment:
    body = from_text(row.body)
    return StoredAppointment(
        row.id, row.version, body["status"], row.slot, row.organisation, row.url, body, row.stored_at
    )
