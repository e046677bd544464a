"""Where a script is tried: at the system under test, and at the bundled one, which has no faults."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ..running.local_simulator import written_world
from ..settings import load
from ..settings.model import Settings
from .signing import SCOPES, authorisation, for_curl

#: How a script ends.
SHOWS, SHOWS_NOT, NOT_TRIED = 1, 0, 2
#: Seconds that a script may take.
_PATIENCE = 120.0
#: Seconds for which a token of five minutes is used again.
_FRESH = 100.0


@dataclass(frozen=True)
class Place:
    """What a script needs to know of the systems that it is run against, in its environment."""

    settings: Settings
    environment: Mapping[str, str]
    folder: Path
    _runs: list[str] = field(default_factory=list)

    def run(self, script: str, keep: Path | None = None) -> int:
        """Run it; returns its status. Its answers are kept in the folder ``keep``."""
        file = self.folder / f"script-{len(self._runs)}.sh"
        self._runs.append(script)
        file.write_text(script, encoding="utf-8")
        self._sign()
        environment = {**os.environ, **self.environment, "TOKENS": str(self.folder)}
        if keep is not None:
            keep.mkdir(exist_ok=True)
            environment["KEEP"] = str(keep)
        try:
            done = subprocess.run(
                ["bash", str(file)], env=environment, capture_output=True, timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return NOT_TRIED
        return done.returncode if done.returncode in (SHOWS, SHOWS_NOT) else NOT_TRIED

    def _sign(self) -> None:
        """Good tokens for what a script may send, under the names by which it looks for them: see its ``sign``."""
        for part in self.settings.parts.values():
            for scope in SCOPES:
                for key, organisation in self.settings.organisations.items():
                    words = f"{part.key} {scope} {key} "
                    file = self.folder / f"sign-{re.sub('[^A-Za-z0-9]', '_', words)}"
                    if not file.exists() or time.time() - file.stat().st_mtime > _FRESH:
                        signed = authorisation(self.settings, part, scope, organisation)
                        file.write_text("\n".join(for_curl(part, signed)) + "\n", encoding="utf-8")
                        file.chmod(0o600)


@contextmanager
def place_of(settings: Settings, **more: str) -> Iterator[Place]:
    """The systems that settings name; ``more`` goes into the environment of the scripts."""
    with TemporaryDirectory(prefix="uec-booking-") as folder:
        yield Place(settings, {**_environment(settings), **more}, Path(folder))


@contextmanager
def clean_place(edition: str) -> Iterator[Place]:
    """The bundled world, without any fault, for the time of the block."""
    with (
        TemporaryDirectory(prefix="uec-booking-") as folder,
        written_world(Path(folder), ["--mutual-tls", "--edition", edition]) as config,
        # What is booked there goes with it.
        place_of(load.load(config, environment_too=False), CONFIG=str(config), LEAVE_BOOKINGS="yes") as place,
    ):
        yield place


def _environment(settings: Settings) -> dict[str, str]:
    """By the names that scripts have for them: see ``reports/reproduction/substitution.py``."""
    found = {"UEC_BOOKING": str(Path(sys.executable).with_name("uec-booking")), "PYTHON": sys.executable}
    for key, part in settings.parts.items():
        found[key] = part.through(part.base_url)
        found[f"{key}_asid"] = part.asid
        found |= {f"{key}_service_{purpose}": id for purpose, id in part.services.items()}
    found |= {f"{key}_asid": organisation.asid for key, organisation in settings.organisations.items()}
    return {name.upper(): value for name, value in found.items() if value}
