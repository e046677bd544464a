"""What a person told of a call: events with notes and pictures, and where they are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..contract import Event

#: Below the folder of the run.
FOLDER = "attended"
FILE = "events.jsonl"
LARGEST_PICTURE = 5_000_000
#: How the pictures that are taken begin, by the ending of the file.
_KINDS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


class NoPicture(Exception):
    """What was sent as a picture is none that is taken: why, and what to send instead."""


@dataclass(frozen=True)
class Told:
    """An event as a person told it. ``picture`` is its place below the folder of the run, empty where there is none."""

    event: Event
    picture: str = ""
    sha256: str = ""


class Notes:
    """The notes of a run that a person attends: they stay beside its reports."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def picture(self, content: bytes) -> tuple[str, str]:
        """Keep a picture; returns its place below the folder of the run, and its SHA-256.

        Raises:
            NoPicture: it is too large, or neither PNG nor JPEG.
            OSError: it cannot be written.
        """
        if len(content) > LARGEST_PICTURE:
            raise NoPicture(f"The picture is larger than {LARGEST_PICTURE // 1_000_000} MB. Make it smaller.")
        kind = next((ending for ending, begin in _KINDS.items() if content.startswith(begin)), "")
        if not kind:
            raise NoPicture("The picture is neither PNG nor JPEG. Choose one of these.")
        fingerprint = hashlib.sha256(content).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{fingerprint[:16]}.{kind}"
        (self._folder / name).write_bytes(content)
        return f"{FOLDER}/{name}", fingerprint

    def keep(self, scenario: str, tester: str, witness: str, events: Iterable[Told]) -> None:
        """Add the events of a call, a line each."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / FILE).open("a", encoding="utf-8") as file:
            for one in events:
                line = {
                    "scenario": scenario,
                    "at": one.event.at.isoformat(),
                    "what": one.event.what,
                    "about": list(one.event.about),
                    "note": one.event.text,
                    "picture": one.picture,
                    "sha256": one.sha256,
                    "told_by": tester,
                    "confirmed_by": witness,
                }
                file.write(json.dumps(line) + "\n")
