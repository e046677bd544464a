"""The runs of a proof as they are made, so that an interrupted one goes on where it was.

What was run by other code, or with other options, proves nothing of this and is begun anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from .job import Outcome

FILE = "prove.jsonl"

#: The rooms whose files decide what a run shows.
_ROOMS = ("features", "harness", "simulator", "standard", "steps")
_KINDS = frozenset({".feature", ".json", ".py", ".toml"})


def fingerprint(options: Mapping[str, object]) -> str:
    """A digest of the code and data in use, and of the options."""
    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    root = Path(__file__).resolve().parents[2]
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in _KINDS and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


class Journal:
    """The outcomes kept in a folder, by the name of the system.

    Raises:
        OSError: the folder cannot be written.
    """

    def __init__(self, folder: Path, mark: str) -> None:
        self._path = folder / FILE
        self.done: dict[str, Outcome] = {}
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        if lines and lines[0] == mark:
            for line in lines[1:]:
                try:
                    outcome = Outcome.from_json(json.loads(line))
                except (ValueError, TypeError, KeyError):
                    continue  # the line that was being written when the run was cut off
                self.done[outcome.name] = outcome
        kept = [json.dumps(outcome.to_json()) for outcome in self.done.values()]
        self._path.write_text("\n".join([mark, *kept]) + "\n", encoding="utf-8")

    def keep(self, outcome: Outcome) -> None:
        """Note one more. A run in trouble is not kept: it is made again."""
        self.done[outcome.name] = outcome
        if not outcome.trouble:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(outcome.to_json()) + "\n")
