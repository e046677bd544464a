"""Storage for the world: tables, and the two kinds of transaction.

SQLAlchemy Core on SQLite by default; any other database by its URL. On SQLite all writers take one lock of
this process before BEGIN IMMEDIATE, so that they queue here instead of spinning on the file's own lock.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import (
    BigInteger,
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
    insert,
    select,
    text,
)

metadata = MetaData()


def _key(name: str, length: int) -> Column[str]:
    return Column(name, String(length), primary_key=True)


def _text(name: str, length: int | None = None) -> Column[str]:
    """Of any length where none is given."""
    return Column(name, String(length) if length else Text(), nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _sequence() -> Column[int]:
    return Column("seq", Integer, primary_key=True, autoincrement=True)


def _versions(name: str, *owner: Column[str]) -> Table:
    """Every version of every resource of a kind, as it was stored."""
    version = Column("version", Integer, primary_key=True)
    return Table(name, metadata, *owner, _key("id", 64), version, _time("stored_at"), _text("body"))


# Times are Unix seconds in UTC. `system` is the key of the provider the row belongs to.
slots = Table(
    "slots",
    metadata,
    _key("system", 20),
    _key("id", 64),
    _text("identifier", 36),
    _text("diary", 64),
    _time("start"),
    _time("end"),
    _text("status", 8),
    Index("slots_by_start", "system", "start"),
    UniqueConstraint("system", "identifier"),
    UniqueConstraint("system", "diary", "start"),
)

appointments = Table(
    "appointments",
    metadata,
    _key("system", 20),
    _key("id", 64),
    _number("version"),
    _text("status", 20),
    _text("patient_system", 200),
    _text("patient_value", 100),
    _text("slot", 64),
    _time("start"),
    _text("organisation", 20),
    _text("url"),
    Index("appointments_by_patient", "system", "patient_value"),
)

appointment_versions = _versions("appointment_versions", _key("system", 20))

# One row for every booking or cancellation that succeeded, so that a retry is recognised (PRV-XTI-03).
requests_seen = Table(
    "requests_seen",
    metadata,
    _key("system", 20),
    _key("request_id", 200),
    _text("action", 10),
    _text("appointment", 64),
    _number("version"),
    _text("organisation", 20),
)

audit = Table(
    "audit",
    metadata,
    _sequence(),
    _text("system", 20),
    _time("at"),
    _text("action", 20),
    _text("outcome", 40),
    _text("appointment", 64),
    _number("version"),
    _text("request_id", 200),
    _text("response_id", 64),
    _text("provenance"),
    Index("audit_by_system", "system", "appointment"),
)

# Referrals that arrived, by the identifier of their document; how they arrive is told by the control interface.
referrals = Table("referrals", metadata, _key("system", 20), _key("document", 200), _time("at"))

outbox = Table(
    "outbox",
    metadata,
    _sequence(),
    _text("system", 20),
    _text("appointment", 64),
    _text("kind", 10),
    _text("url"),
    _text("body"),
    _number("attempts"),
    _text("state", 10),
    Index("outbox_by_state", "system", "state"),
)

pointers = Table(
    "pointers",
    metadata,
    _key("id", 64),
    _number("version"),
    _text("status", 20),
    _text("nhs_number", 20),
    _text("url"),
    _time("start"),
    Index("pointers_by_patient", "nhs_number", "start"),
    Index("pointers_by_url", "url"),
)

pointer_versions = _versions("pointer_versions")

# What all processes of a world sign and are known by.
secrets = Table("secrets", metadata, _key("name", 40), _text("value"))


class Database:
    """An engine with the schema in place. Transactions are committed when the block ends without an error."""

    def __init__(self, url: str) -> None:
        self._sqlite = url.startswith("sqlite")
        # A connection that the server has ended is noticed before it is used.
        ping = not self._sqlite
        self._engine = create_engine(url, pool_size=16, max_overflow=32, pool_pre_ping=ping)
        self._writers = threading.Lock()
        if self._sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        with self.alone("schema"):
            metadata.create_all(self._engine)

    @contextmanager
    def alone(self, task: str) -> Iterator[None]:
        """Waits until no other process over this database is in a block for the same task, and keeps them out of it.

        Several processes share a database on PostgreSQL only; elsewhere there is nobody to wait for.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        lock = {"number": zlib.crc32(task.encode())}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # The server lets go of it when the connection ends, however that comes about.
            connection.execute(text("select pg_advisory_lock(:number)"), lock)
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(:number)"), lock)

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

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """The secret of that name, the same for all processes and for good; made by the first that asks for it."""
        with self.alone(f"secret {name}"), self.write() as tx:
            known = tx.scalar(select(secrets.c.value).where(secrets.c.name == name))
            if known is not None:
                return str(known)
            made = make()
            tx.execute(insert(secrets), {"name": name, "value": made})
        return made

    def erase(self) -> None:
        """Remove every row of every table but the secrets, which are no part of what happened."""
        with self.write() as tx:
            for table in reversed(metadata.sorted_tables):
                if table is not secrets:
                    tx.execute(table.delete())

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
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
    # Straight at the driver: by way of SQLAlchemy it would cost more than the statement that follows.
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")  # type: ignore[union-attr]
