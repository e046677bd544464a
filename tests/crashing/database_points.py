"""Fails at the i-th write to a database: what SQLAlchemy is about to execute or to commit is counted.

The simulator knows nothing of it: listeners and one method of SQLAlchemy's stand in its way, in its own process.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

_WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER")


class Mode(StrEnum):
    """How it fails."""

    #: Nothing happens: the points are noted.
    COUNT = "count"
    #: The process ends without another word.
    KILLED = "killed"
    #: There is no room for this write, nor for any after it.
    FULL = "full"
    #: The connection to the database is lost at this write; the next one holds.
    GONE = "gone"


class Points:
    """Counts the writes, notes each in a file, and fails at number ``at``."""

    def __init__(self, mode: Mode, at: int, notes: Path) -> None:
        self._mode = mode
        self._at = at
        self._count = 0
        self._lock = threading.Lock()
        self._notes = os.open(notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        #: Whether the transaction of a thread has written: what only read is no point when it is committed.
        self._thread = threading.local()

    def install(self) -> None:
        """Stand in the way of every engine of this process."""
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(Engine, name, self._execute_listener(name))
        event.listen(Engine, "begin", lambda _: setattr(self._thread, "wrote", False))
        commit = DefaultDialect.do_commit

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            if not getattr(self._thread, "wrote", False):
                return commit(dialect, connection)
            self._point("before commit", connection)
            commit(dialect, connection)
            self._thread.wrote = False
            # Of a commit that was carried out no disk can be full.
            if self._mode != Mode.FULL:
                self._point("after commit", connection)

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]

    def _execute_listener(self, name: str) -> Callable[..., None]:
        def before(cursor: Any, statement: str, *_: Any) -> None:
            words = statement.split(maxsplit=3)
            if words[0].upper() in _WRITES:
                self._thread.wrote = True
                table = words[1] if words[0].upper() == "UPDATE" else words[2]
                self._point(f"{words[0]} {table}", cursor.connection)

        def without_parameters(cursor: Any, statement: str, context: Any) -> None:
            before(cursor, statement)

        return without_parameters if name == "do_execute_no_params" else before

    def _point(self, what: str, connection: Any) -> None:
        with self._lock:
            self._count += 1
            here = self._count
        due = here >= self._at if self._mode == Mode.FULL else here == self._at
        if self._mode == Mode.COUNT or not due:
            os.write(self._notes, f"{here} {what}\n".encode())
            return
        os.write(self._notes, f"{here} {what} FAILED\n".encode())
        self._fail(what, connection)

    def _fail(self, what: str, connection: Any) -> None:
        if self._mode == Mode.KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        real = getattr(connection, "dbapi_connection", connection)
        if isinstance(real, sqlite3.Connection):
            told = "database or disk is full" if self._mode == Mode.FULL else "disk I/O error"
            raise sqlite3.OperationalError(told)
        _fail_on_postgresql(self._mode, what, real)


def _fail_on_postgresql(mode: Mode, what: str, connection: Any) -> None:
    """A connection that is gone is really ended, by the server."""
    import psycopg

    if mode == Mode.FULL:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")
    raw = getattr(connection, "_connection", connection)
    address = raw.info.dsn
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
    if what == "after commit":
        # It was carried out, and nobody was told.
        raise psycopg.OperationalError("server closed the connection unexpectedly")
