"""What a person sent from the attended page, read: an event, or what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Request

from ...text import clean
from ..contract import Event, Saw
from .arrivals import Arrival
from .attended import AttendedDoor
from .attended_words import ABOUT_APPOINTMENTS, IN_WORDS, LABELS
from .told import NoPicture, Told

#: Seen, and about none of the appointments that are known.
OTHER = "other"
NOW = "now"
_LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Wrong(Exception):
    """What is missing or wrong, and what to do."""

    what: str


def told(request: Request, door: AttendedDoor) -> Told:
    """The event in a form.

    Raises:
        Wrong: something is missing.
        OSError: the picture cannot be kept.
    """
    what = request.form.get("what", "")
    if what not in LABELS:
        raise Wrong("Press the button of what you saw.")
    note = clean(request.form.get("note", "")).strip()[:_LONGEST_NOTE]
    if what in IN_WORDS and not note:
        raise Wrong("Write what the screen says into the note: for this event the words count.")
    at = _moment(request.form.get("when", ""), door)
    about = _about(request.form.getlist("about"), what, door)
    sent = request.files.get("picture")
    content = sent.read() if sent is not None else b""
    try:
        picture, fingerprint = door.notes.picture(content) if content else ("", "")
    except NoPicture as problem:
        raise Wrong(str(problem)) from None
    return Told(Event(at, what, about, note), picture, fingerprint)


def has_to_say_when(arrived: Sequence[Arrival], events: Sequence[Told]) -> bool:
    """Whether "now" would be a guess: an appointment was changed since the last event was told."""
    last = max((one.event.at for one in events), default=datetime.min.replace(tzinfo=UTC))
    return any(one.writes and one.at > last for one in arrived)


def _moment(when: str, door: AttendedDoor) -> datetime:
    """Now, or just before a request that has arrived; those before the same one stay in the order told."""
    arrived = door.arrived()
    if when == NOW:
        return datetime.now(UTC)
    if not when and not has_to_say_when(arrived, door.told):
        return datetime.now(UTC)
    try:
        before = datetime.fromisoformat(when)
    except ValueError:
        before = None
    if before is None or before not in {one.at for one in arrived}:
        raise Wrong(
            "Say when you saw it: since your last event your system has booked or cancelled, and it counts whether "
            "this was before or after."
        )
    return before - timedelta(milliseconds=1) + timedelta(microseconds=min(len(door.told), 999))


def _about(chosen: Sequence[str], what: str, door: AttendedDoor) -> tuple[str, ...]:
    known = [one.url for one in door.made]
    if what not in ABOUT_APPOINTMENTS:
        return tuple(url for url in known if url in chosen) if what == Saw.BOOKED_SHOWN else ()
    if known and not chosen:
        raise Wrong("Tick which appointment it is about, or “another one, or none of these”.")
    # Without an address an event would count for each of them.
    return (OTHER,) if OTHER in chosen and len(chosen) == 1 else tuple(url for url in known if url in chosen)
