"""The audit trail: what was asked and by whom, the token's provenance with each line (SEC-32, ERR-06).

Bookings and cancellations that succeed write their line in their own transaction (`ProviderRecords.note`).
All other operations, rejected ones among them, change nothing, so their lines may follow in batches.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from contextlib import suppress
from typing import Any

from flask import Response, g, request
from sqlalchemy import insert

from . import database as db
from .clock import Clock

log = logging.getLogger("uec_booking.simulator")
BATCH = 200
# Beyond this, requests wait for the trail rather than fill the memory.
MOST_WAITING = 10_000
# A transaction for each line would cost as much as the request that it tells of.
GATHERED_SECONDS = 0.1


class AuditTrail:
    """Writes the lines of operations that changed nothing."""

    def __init__(self, database: db.Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue(MOST_WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is waiting, and end."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def add(self, system: str, response: Response) -> None:
        """Note the present request of a system with the status of its answer."""
        caller = g.get("caller")
        self._lines.put(
            {
                "system": system,
                "at": int(self._clock.now().timestamp()),
                "action": (request.endpoint or "unknown").rpartition(".")[2][:20],
                "outcome": f"{response.status_code}",
                "appointment": str((request.view_args or {}).get("appointment_id", ""))[:64],
                "version": 0,
                "request_id": request.headers.get("X-Request-ID", "")[:200],
                "response_id": g.get("response_id", ""),
                "provenance": {} if caller is None else caller.claims,
            }
        )

    def _run(self) -> None:
        while True:
            # Asked first: what was added before the end is told is written then.
            ends = self._stopping.wait(GATHERED_SECONDS)
            while rows := self._waiting():
                self._write(rows)
            if ends:
                return

    def _waiting(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        with suppress(queue.Empty):
            while len(rows) < BATCH:
                rows.append(self._lines.get_nowait())
        return rows

    def _write(self, rows: list[dict[str, Any]]) -> None:
        try:
            for row in rows:
                row["provenance"] = json.dumps(row["provenance"])
            with self._database.write() as tx:
                tx.execute(insert(db.audit), rows)
        except Exception:
            log.exception("The audit trail could not be written")
