"""What the reports rest on: bookings, cancellations and referrals, read out of a provider's rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select
from uec_booking.standard.names import ODS_ORGANISATION_SYSTEM

from .. import database as db
from ..bodies import from_text

#: Staff have no ODS code of their own.
STAFF = "staff"


@dataclass(frozen=True)
class Booking:
    """An appointment as it was made; `status` is what it is now. Times are Unix seconds.

    `referral` is the identifier of the document that the booking names, or empty.
    """

    id: str
    booked_at: int
    start: int
    status: str
    organisation: str
    diary: str
    referral: str


def bookings(tx: Connection, system: str) -> list[Booking]:
    """All appointments of a provider, in the order in which they were made."""
    head, version, slot = db.appointments, db.appointment_versions, db.slots
    first = (
        select(version.c.id, func.min(version.c.version).label("version"))
        .where(version.c.system == system)
        .group_by(version.c.id)
        .subquery()
    )
    query = (
        select(head, slot.c.diary, version.c.stored_at, version.c.body)
        .join(first, first.c.id == head.c.id)
        .join(
            version,
            and_(version.c.system == head.c.system, version.c.id == head.c.id, version.c.version == first.c.version),
        )
        .outerjoin(slot, and_(slot.c.system == head.c.system, slot.c.id == head.c.slot))
        .where(head.c.system == system)
        .order_by(version.c.stored_at, head.c.id)
    )
    return [
        Booking(
            row.id,
            row.stored_at,
            row.start,
            row.status,
            row.organisation,
            row.diary or "",
            referral_of(from_text(row.body)),
        )
        for row in tx.execute(query)
    ]


def cancellations(tx: Connection, system: str) -> Iterator[tuple[str, int, str]]:
    """Appointment, time and organisation (or `STAFF`) of each cancellation, in order, out of the audit trail."""
    table = db.audit
    query = (
        select(table)
        .where(table.c.system == system, table.c.action.in_(("cancel", "staff-cancel")), table.c.outcome == "done")
        .order_by(table.c.seq)
    )
    for row in tx.execute(query):
        by = STAFF if row.action == "staff-cancel" else _ods(json.loads(row.provenance))
        yield row.appointment, row.at, by


def referrals(tx: Connection, system: str) -> dict[str, int]:
    """When each referral that a provider has arrived, by the identifier of its document."""
    table = db.referrals
    query = select(table).where(table.c.system == system).order_by(table.c.at, table.c.document)
    return {row.document: row.at for row in tx.execute(query)}


def referral_of(appointment: Mapping[str, Any]) -> str:
    """The identifier of the first document that an appointment contains, or empty."""
    for contained in appointment.get("contained") or []:
        if contained.get("resourceType") == "DocumentReference":
            for identifier in [contained.get("masterIdentifier"), *(contained.get("identifier") or [])]:
                if identifier and identifier.get("value"):
                    return document_id(str(identifier["value"]))
    return ""


def document_id(value: str) -> str:
    """The identifier of a document in the one form in which it is compared."""
    return value.strip().lower().removeprefix("urn:uuid:")[:200]


def _ods(claims: Mapping[str, Any]) -> str:
    # What the token's check let through, defects and all: so nothing is taken for granted.
    organisation = claims.get("requesting_organization")
    identifiers = organisation.get("identifier") if isinstance(organisation, dict) else None
    for identifier in identifiers if isinstance(identifiers, list) else []:
        if isinstance(identifier, dict) and identifier.get("system") == ODS_ORGANISATION_SYSTEM:
            return str(identifier.get("value", ""))
    return ""
