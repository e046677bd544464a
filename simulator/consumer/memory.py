"""What the desk remembers from call to call: its own bookings, apart for each 111 service."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from .encounter import NOTED, Encounter, KnownAppointment, moment_of
from .reports.calls import Call
from .settings import SettingsError

_TABLE = """CREATE TABLE IF NOT EXISTS booking (
    url TEXT NOT NULL, service_111 TEXT NOT NULL, patient TEXT NOT NULL, status TEXT NOT NULL,
    start TEXT NOT NULL, end TEXT NOT NULL, service TEXT NOT NULL, service_name TEXT NOT NULL,
    root TEXT NOT NULL, asid TEXT NOT NULL, PRIMARY KEY (service_111, url))"""
_CALLS = """CREATE TABLE IF NOT EXISTS call (
    task TEXT NOT NULL, at TEXT NOT NULL, service_111 TEXT NOT NULL, within_hours REAL NOT NULL,
    service TEXT NOT NULL, events TEXT NOT NULL)"""
#: Seconds that a task waits while another one writes.
_BUSY_SECONDS = 10


class Memory:
    """Bookings in an SQLite file. Several tasks may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            # What it holds of patients is for its owner only.
            path.touch(mode=0o600)
            with self._open() as database:
                database.execute(_TABLE)
                database.execute(_CALLS)
        except (sqlite3.Error, OSError) as error:
            raise SettingsError(
                f"--memory {str(path)!r} cannot be used: {error}. Name a file in a folder that can be written."
            ) from None

    def remember(self, encounter: Encounter, appointment: KnownAppointment) -> None:
        """Keep a booking that this 111 service made for the caller."""
        one = appointment
        row = (one.url, encounter.identity.key, encounter.patient_key, "booked", one.start, one.end)
        with self._open() as database:
            database.execute(
                "INSERT OR REPLACE INTO booking VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, one.service, one.service_name, one.root, one.asid),
            )

    def ended(self, url: str) -> None:
        """Note that a booking does not stand any more, whoever made it."""
        with self._open() as database:
            database.execute("UPDATE booking SET status = 'cancelled' WHERE url = ?", (url,))

    def bookings(self, encounter: Encounter) -> list[KnownAppointment]:
        """The caller's bookings made by this 111 service that stand and are to come, the next one first."""
        with self._open() as database:
            rows = database.execute(
                "SELECT url, start, service, service_name, end, root, asid FROM booking"
                " WHERE service_111 = ? AND patient = ? AND status = 'booked'",
                (encounter.identity.key, encounter.patient_key),
            ).fetchall()
        now = datetime.now(UTC)
        found = [KnownAppointment(*row) for row in rows]
        return sorted((a for a in found if (moment_of(a.start) or now) >= now), key=lambda a: a.start)

    def keep_call(self, encounter: Encounter) -> None:
        """Keep what the user saw and did in a call, for the reports (REP-03); nothing says who the patient is."""
        task, about = encounter.task, encounter.task["encounter"]
        row = (
            task["task"],
            encounter.began_at,
            encounter.identity.ods,
            about["within_hours"],
            encounter.service_wanted,
        )
        # What is shown may name a patient; what is noted for reports does not.
        events = [{**one, "text": one["text"] if one["what"] in NOTED else ""} for one in encounter.history()]
        with self._open() as database:
            database.execute("INSERT INTO call VALUES (?, ?, ?, ?, ?, ?)", (*row, json.dumps(events)))

    def calls(self) -> list[Call]:
        """All calls that were kept, in the order in which they ended."""
        with self._open() as database:
            rows = database.execute("SELECT task, at, service_111, within_hours, service, events FROM call").fetchall()
        return [
            Call(task, at, service_111, within_hours, service, json.loads(events))
            for task, at, service_111, within_hours, service, events in rows
        ]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database, database:
            yield database
