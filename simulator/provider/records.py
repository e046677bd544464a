"""A provider's storage: slots made on demand, appointments with every version, retries, audit, outbox.

Methods take the transaction to work in, so that a booking, what the registry is owed for it and the audit
entry stand or fall together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from .. import database as db
from ..bodies import as_text
from ..refusals import Rejected
from .appointment_records import AppointmentRecords
from .stored import SeenRequest

# Statements are made once: to put one together takes longer than to carry it out.
_SEEN = select(db.requests_seen).where(
    db.requests_seen.c.system == bindparam("of"), db.requests_seen.c.request_id == bindparam("named")
)
_REMEMBER, _NOTE, _OWE = insert(db.requests_seen), insert(db.audit), insert(db.outbox)


class ProviderRecords(AppointmentRecords):
    """The rows of one provider: slots and appointments, and what is kept beside them."""

    def seen(self, tx: Connection, request_id: str) -> SeenRequest | None:
        """What an earlier request with this X-Request-ID did, if it succeeded."""
        row = tx.execute(_SEEN, {"of": self.provider.key, "named": request_id}).first()
        return None if row is None else SeenRequest(row.action, row.appointment, row.version, row.organisation)

    def remember(self, tx: Connection, request_id: str, done: SeenRequest) -> None:
        """Keep an X-Request-ID that succeeded. Raises Rejected if another process has just kept it."""
        asked = {"system": self.provider.key, "request_id": request_id, "organisation": done.organisation}
        row = {"action": done.action, "appointment": done.appointment, "version": done.version}
        try:
            tx.execute(_REMEMBER, {**asked, **row})
        except IntegrityError:
            raise Rejected("reused-request-id", "The X-Request-ID is used by another request.") from None

    def note(self, tx: Connection, entry: Mapping[str, Any]) -> None:
        """Write a line into the audit trail (columns of the audit table, without system)."""
        tx.execute(_NOTE, {"system": self.provider.key, **entry})

    def owe_registry(self, tx: Connection, appointment_id: str, kind: str, url: str, entry: dict[str, Any]) -> None:
        """Leave a message for the registry in the outbox; `kind` is ``book`` or ``cancel``."""
        told = {"system": self.provider.key, "appointment": appointment_id, "kind": kind, "url": url}
        tx.execute(_OWE, {**told, "body": as_text(entry), "attempts": 0, "state": "waiting"})
