"""Cancels what a scenario, or a run, booked and left standing."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from . import calls
from .actors import ConsumerSystem
from .errors import SystemAway
from .exchange import Exchange
from .journal import DONE, Booked, Journal
from .recording import Recorder
from .scenario import version_tag
from .settings import Settings


def tidy(journal: Journal, settings: Settings) -> list[Exchange]:
    """Cancel what a scenario left standing, so that its slots can be offered to the next ones.

    Returns what was sent and answered. What cannot be cancelled now stays in the journal for the end of the run.
    """
    recorder = Recorder("sweep")
    for booked in journal.noted:
        try:
            if not _cancel(booked, settings, recorder):
                # On a full disk the others are cancelled all the same; the end of the run looks at each once more.
                with suppress(OSError):
                    journal.cancelled(booked)
        except SystemAway:
            break
    return recorder.exchanges


def sweep(path: Path, settings: Settings) -> list[str]:
    """Cancel what the run noted in ``path`` left standing; returns a line for each that it could not.

    The file is removed when nothing is left to do.
    """
    if not path.exists():
        return []
    left: list[str] = []
    remaining: list[str] = []
    away: set[str] = set()
    for line, booked in _standing(path).items():
        try:
            problem = "its provider is away" if booked.system in away else _cancel(booked, settings, Recorder("sweep"))
        except SystemAway:
            away.add(booked.system)
            problem = "its provider is away"
        if problem:
            left.append(f"{booked.url} may still be booked: {problem}")
            remaining.append(line)
    if remaining:
        path.write_text("\n".join(remaining) + "\n", encoding="utf-8")
    else:
        path.unlink()
    return left


def _standing(path: Path) -> dict[str, Booked]:
    """The lines of the file that are bookings of which nothing says that they are cancelled."""
    found, done = {}, set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            if DONE in entry:
                done.add(entry[DONE])
            else:
                found[line] = Booked(**entry)
        except (ValueError, TypeError):
            continue
    return {line: booked for line, booked in found.items() if booked.url not in done}


def _cancel(booked: Booked, settings: Settings, recorder: Recorder) -> str:
    """Cancel one appointment if it still stands; returns why it could not be, or nothing."""
    part = settings.parts.get(booked.system)
    if part is None or part.base_url != booked.base_url:
        return f"the settings name another {booked.system} now"
    consumer = ConsumerSystem(settings, booked.organisation, recorder)
    try:
        found = consumer.send(part, calls.read(booked.url))
        if found.status in (404, 410) or (found.ok and found.resource.get("status") != "booked"):
            return ""
        if found.response is None:
            raise SystemAway(found.error)
        if not found.ok:
            return f"reading it was answered with {found.told()}"
        body = {**found.resource, "status": "cancelled"}
        cancelled = consumer.send(part, calls.cancel(booked.url, body, version_tag(found)))
        return "" if cancelled.ok else f"cancelling it was answered with {cancelled.told()}"
    finally:
        consumer.close()
