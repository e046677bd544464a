"""Storage for the world: tables, and the two kinds of transaction.

SQLAlchemy Core on SQLite by default; any other database by its URL. On SQLite all writers take one lock of
this process before BEGIN IMMEDIATE, so that they queue here instead of spinning on the file's own lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)

metadata = MetaData()

# Times are Unix seconds in UTC. `system` is the key of the provider the row belongs to.
slots = Table(
    "slots",
    metadata,
    Column("system", String(20), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("identifier", String(36), nullable=False),
    Column("diary", String(64), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("status", String(8), nullable=False),
    Index("slots_by_start", "system", "start"),
    UniqueConstraint("system", "identifier"),
    UniqueConstraint("system", "diary", "start"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("system", String(20), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("patient_system", String(200), nullable=False),
    Column("patient_value", String(100), nullable=False),
    Column("slot", String(64), nullable=False),
    Column("start", Integer, nullable=False),
    Column("organisation", String(20), nullable=False),
    Column("url", Text, nullable=False),
    Index("appointments_by_patient", "system", "patient_value"),
)

appointment_versions = Table(
    "appointment_versions",
    metadata,
    Column("system", String(20), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("stored_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

# One row for every booking or cancellation that succeeded, so that a retry is recognised (PRV-XTI-03).
requests_seen = Table(
    "requests_seen",
    metadata,
    Column("system", String(20), primary_key=True),
    Column("request_id", String(200), primary_key=True),
    Column("action", String(10), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("organisation", String(20), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("system", String(20), nullable=False),
    Column("at", Integer, nullable=False),
    Column("action", String(20), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("request_id", String(200), nullable=False),
    Column("response_id", String(64), nullable=False),
    Column("provenance", Text, nullable=False),
    Index("audit_by_system", "system", "appointment"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("system", String(20), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Index("outbox_by_state", "system", "state"),
)

pointers = Table(
    "pointers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("nhs_number", String(20), nullable=False),
    Column("url", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Index("pointers_by_patient", "nhs_number", "start"),
    Index("pointers_by_url", "url"),
)

pointer_versions = Table(
    "pointer_versions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("stored_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
)


class Database:
    """An engine with the schema in place. Transactions are committed when the block ends without an error."""

    def __init__(self, url: str) -> None:
        self._sqlite = url.startswith("sqlite")
        self._engine = create_engine(url, pool_size=16, max_overflow=32)
        self._writers = threading.Lock()
        if self._sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        metadata.create_all(self._engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; rolled back whole if the block raises."""
        lock = self._writers if self._sqlite else nullcontext()
        with lock, self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, on one consistent view."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def erase(self) -> None:
        """Remove every row of every table."""
        with self.write() as tx:
            for table in reversed(metadata.sorted_tables):
                tx.execute(table.delete())

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _prepare_sqlite(connection, record) -> None:  # type: ignore[no-untyped-def]
    # The driver must not start transactions by itself: it would begin them as readers, and two readers
    # that both go on to write deadlock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
