"""Where a script is tried: at the system under test, and at the bundled one, which has no faults."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from uec_booking.standard import names

from ..running.local_simulator import written_world
from ..settings import load
from ..settings.model import Settings
from .signing import authorisation, for_curl

#: How a script ends.
SHOWS, SHOWS_NOT, NOT_TRIED = 1, 0, 2
#: Seconds that a script may take.
_PATIENCE = 120.0
#: Seconds for which a token of five minutes is used again.
_FRESH = 100.0
#: Lines of a script, as ``reports/reproduction/script.py`` writes them.
_REQUEST = re.compile(r"^ *(request [0-9]+ .*) \\$", re.MULTILINE)
_CANCEL = re.compile(r"^ *cancel [0-9]+ (\S+) (\S+) ", re.MULTILINE)


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
        self._sign(script)
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

    def _sign(self, script: str) -> None:
        """The tokens that a script asks for, under the names by which it looks for them: see its ``sign``.

        To start the program for each would take longer than all else that a script does.
        """
        for part, scope, key, change in _signatures(script):
            if part not in self.settings.parts or key not in self.settings.organisations:
                continue
            file = self.folder / f"sign-{re.sub('[^A-Za-z0-9]', '_', ' '.join((part, scope, key, change)))}"
            if change or not file.exists() or time.time() - file.stat().st_mtime > _FRESH:
                system, organisation = self.settings.parts[part], self.settings.organisations[key]
                signed = authorisation(self.settings, system, scope, organisation, change)
                file.write_text("\n".join(for_curl(system, signed)) + "\n", encoding="utf-8")
                file.chmod(0o600)


def _signatures(script: str) -> Iterator[tuple[str, str, str, str]]:
    """Part, scope, organisation and change of each request of a script, and of what cancels a booking."""
    for words in (shlex.split(line) for line in _REQUEST.findall(script)):
        yield words[2], words[3], words[4], words[5]
    for part, key in _CANCEL.findall(script):
        yield part, names.SCOPE_APPOINTMENT_READ, key, ""
        yield part, names.SCOPE_APPOINTMENT_WRITE, key, ""


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
