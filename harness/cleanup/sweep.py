"""Clears up from the log of bookings what a scenario, a run, or an earlier run booked and left standing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ..bookkeeping.booking_entries import Answered, Booked, Cancelled, Line, Rejected, Requested, lines_of
from ..bookkeeping.booking_log import BookingLog
from ..errors import SettingsError
from ..http.exchange import Exchange
from ..judging.recorder import Recorder
from ..settings.model import Settings
from .clearing import AWAY, Clearing
from .lost_answers import LostAnswers, told


def tidy(booking_log: BookingLog, settings: Settings) -> list[Exchange]:
    """Cancel what a scenario left standing, so that its slots can be offered to the next ones.

    Returns what was sent and answered. What cannot be cancelled now stays in the log for the end of the run, and so
    does what was not answered properly: a late booking may still be on its way.
    """
    recorder = Recorder("sweep")
    clearing = Clearing(settings, recorder)
    for booked in booking_log.noted:
        outcome = clearing.cancel(booked)
        if outcome.problem == AWAY:
            break
        if outcome.shown and not outcome.problem:
            # On a full disk the others are cancelled all the same; the end of the run looks at each once more.
            with suppress(OSError):
                booking_log.cancelled(booked)
    clearing.close()
    return recorder.exchanges


def sweep(path: Path, settings: Settings, cancelled: set[str] | None = None) -> list[str]:
    """Clear up what the log at ``path`` says is left; returns a line for each thing that could not be.

    The addresses of what stood and was cancelled are added to ``cancelled``.
    What is left stays in the file, and so does a line that is none of ours; it is removed when there is neither.
    """
    if not os.path.lexists(path):
        return []
    content, notes = _content(path)
    lines = lines_of(content)
    clearing = Clearing(settings, Recorder("sweep"))
    try:
        remaining, left = _cleared(lines, clearing)
    finally:
        clearing.close()
    if cancelled is not None:
        cancelled |= clearing.cancelled
    strange = [line for line in lines if line.entry is None]
    if strange:
        numbers = ", ".join(str(line.number) for line in strange[:5]) + (", …" if len(strange) > 5 else "")
        notes.append(
            f"{path}: line {numbers} is none that this program wrote, or is damaged, so what it may have noted "
            "was not looked for. It is kept; look into it, and delete it when nothing in it matters."
        )
    _write(path, [line.raw for line in lines if line.entry is None or line in remaining])
    return notes + left


def _cleared(lines: list[Line], clearing: Clearing) -> tuple[list[Line], list[str]]:
    """Cancel what stands; returns the lines that are still needed, and what is left in words."""
    entries = [line.entry for line in lines]
    gone = {entry.cancelled for entry in entries if isinstance(entry, Cancelled)}
    answered = {entry.answered for entry in entries if isinstance(entry, Answered)}
    requests = {entry.requested: entry for entry in entries if isinstance(entry, Requested)}
    refused = {entry.refused: entry for entry in entries if isinstance(entry, Rejected)}
    left: list[str] = []
    #: The names of requests that have to be kept; the lines of bookings that have.
    kept: set[str] = set()
    standing: set[int] = set()
    lost = LostAnswers(clearing, [entry.url for entry in entries if isinstance(entry, Booked)])
    for line in lines:
        booked = line.entry
        if not isinstance(booked, Booked):
            continue
        if booked.url in gone:
            # It was shown to be there and ended; so the request is answered, whatever its answer was.
            answered.add(booked.requested)
            continue
        outcome = clearing.cancel(booked)
        problem = outcome.problem
        request = requests.get(booked.requested)
        if outcome.shown and not problem:
            answered.add(booked.requested)
        elif not problem and request is not None and booked.requested in answered and not lost.is_nowhere(request):
            problem = "there is none there, and its slot is taken"
        if problem:
            left.append(f"{booked.url} may still be booked: {problem}")
            standing.add(line.number)
            kept.add(booked.requested)
    open_still = {name: request for name, request in requests.items() if name not in answered | kept}
    for settled in (False, True):
        # What was not answered comes first: a retry of it that was refused is about the same appointment.
        for name, request in open_still.items():
            refusal = refused.get(name)
            if settled is not (refusal is not None and refusal.settled):
                continue
            problem = lost.look_after(request, refusal) if refusal and settled else lost.resolve(request, refusal)
            if problem:
                part = clearing.settings.parts.get(request.system)
                left.append(told(request, part.name if part else request.system, problem))
                kept.add(name)
    left += lost.notes
    return [line for line in lines if line.number in standing or _named(line) in kept - {""}], left


def _named(line: Line) -> str:
    """The request that a line begins or ends."""
    if isinstance(line.entry, Requested):
        return line.entry.requested
    if isinstance(line.entry, Rejected):
        return line.entry.refused
    return line.entry.answered if isinstance(line.entry, Answered) else ""


def _content(path: Path) -> tuple[bytes, list[str]]:
    """What is in the file. Where there is none to be read in its place, that is put aside, and a note says so."""
    try:
        if not path.is_file():
            raise OSError("it is no file")
        return path.read_bytes(), []
    except OSError as problem:
        aside = next(place for number in range(1, 10_000) if not (place := _aside(path, number)).exists())
        try:
            path.rename(aside)
        except OSError as why:
            raise SettingsError(
                f"{path} cannot be read ({problem}) and not be put aside ({why}): what is booked is noted there. "
                "Remove it, or choose another folder with --out."
            ) from None
        return b"", [f"{path} could not be read ({problem}); it was renamed to {aside.name}"]


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-unreadable-{number}{path.suffix}")


def _write(path: Path, lines: Iterable[bytes]) -> None:
    """Put lines in the place of the file at once, so that a crash leaves the old one or the new one."""
    content = b"".join(line + b"\n" for line in lines)
    if not content:
        path.unlink(missing_ok=True)
        return
    beside = path.with_name(f"{path.name}.new")
    with suppress(FileNotFoundError):
        beside.unlink()
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    beside.replace(path)
