"""The audit trail: what was asked and by whom, the token's provenance with each line (SEC-32, ERR-06).

Bookings and cancellations that succeed write their line in their own transaction (`ProviderRecords.note`).
All other operations, rejected ones among them, change nothing, so their lines may follow in batches.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from typing import Any

from flask import Response, g, request
from sqlalchemy import insert

from . import database as db
from .clock import Clock

log = logging.getLogger("uec_booking.simulator")
BATCH = 200
# Beyond this, requests wait for the trail rather than fill the memory.
MOST_WAITING = 10_000


class AuditTrail:
    """Writes the lines of operations that changed nothing."""

    def __init__(self, database: db.Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is waiting, and end."""
        self._lines.put(None)
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
                "provenance": "{}" if caller is None else json.dumps(caller.claims),
            }
        )

    def _run(self) -> None:
        going_on = True
        while going_on:
            lines = [self._lines.get()]
            while len(lines) < BATCH and not self._lines.empty():
                lines.append(self._lines.get())
            going_on = None not in lines
            rows = [line for line in lines if line is not None]
            if not rows:
                continue
            try:
                with self._database.write() as tx:
                    tx.execute(insert(db.audit), rows)
            except Exception:
                log.exception("The audit trail could not be written")
