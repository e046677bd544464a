"""The registry's storage: pointers under patient and URL, with every version."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, select, update

from .. import database as db
from ..bodies import as_text, from_text
from ..refusals import Rejected
from .stored import Pointer, PointerKey


class RegistryRecords:
    """The rows of the registry."""

    def __init__(self, database: db.Database) -> None:
        self.database = database

    def new_id(self) -> str:
        """An id for a new pointer, assigned by the registry (REG-04)."""
        return str(uuid.uuid4())

    def store_new(self, tx: Connection, pointer: Pointer, key: PointerKey) -> None:
        """Keep a new pointer."""
        tx.execute(
            insert(db.pointers).values(
                id=pointer.id,
                version=pointer.version,
                status=pointer.body["status"],
                nhs_number=key.nhs_number,
                url=key.url,
                start=key.start,
            )
        )
        self._keep_version(tx, pointer)

    def store_version(self, tx: Connection, pointer: Pointer, replaced: int) -> None:
        """Keep a new version of a pointer; it becomes the current one in place of the version `replaced`.

        Raises Rejected (stale-version) if that is not the current one any more: another process was faster.
        """
        table = db.pointers
        values = {"version": pointer.version, "status": pointer.body["status"]}
        current = (table.c.id == pointer.id, table.c.version == replaced)
        if tx.execute(update(table).where(*current).values(**values)).rowcount != 1:
            raise Rejected("stale-version", "The entry was changed at the same moment.")
        self._keep_version(tx, pointer)

    def current(self, tx: Connection, pointer_id: str) -> Pointer | None:
        """The current version of a pointer, or None."""
        row = tx.execute(self._current().where(db.pointers.c.id == pointer_id)).first()
        return None if row is None else Pointer(row.id, row.version, from_text(row.body), row.stored_at)

    def version(self, tx: Connection, pointer_id: str, version: int) -> Pointer | None:
        """One version of a pointer, or None."""
        table = db.pointer_versions
        row = tx.execute(select(table).where(table.c.id == pointer_id, table.c.version == version)).first()
        return None if row is None else Pointer(row.id, row.version, from_text(row.body), row.stored_at)

    def by_patient(self, tx: Connection, nhs_number: str, not_before: int | None, before: int | None) -> list[Pointer]:
        """A patient's pointers by start, from `not_before` to `before` (Unix seconds; None: no bound)."""
        query = self._current().where(db.pointers.c.nhs_number == nhs_number)
        if not_before is not None:
            query = query.where(db.pointers.c.start >= not_before)
        if before is not None:
            query = query.where(db.pointers.c.start < before)
        return self._all(tx, query)

    def by_url(self, tx: Connection, url: str) -> list[Pointer]:
        """All pointers to an appointment URL."""
        return self._all(tx, self._current().where(db.pointers.c.url == url))

    def _current(self) -> Select[Any]:
        head, body = db.pointers, db.pointer_versions
        same = and_(head.c.id == body.c.id, head.c.version == body.c.version)
        return select(head.c.id, head.c.version, body.c.body, body.c.stored_at).join(body, same)

    def _all(self, tx: Connection, query: Select[Any]) -> list[Pointer]:
        rows = tx.execute(query.order_by(db.pointers.c.start, db.pointers.c.id))
        return [Pointer(row.id, row.version, from_text(row.body), row.stored_at) for row in rows]

    def _keep_version(self, tx: Connection, pointer: Pointer) -> None:
        values: Mapping[str, Any] = {
            "id": pointer.id,
            "version": pointer.version,
            "stored_at": pointer.stored_at,
            "body": as_text(pointer.body),
        }
        tx.execute(insert(db.pointer_versions).values(**values))
