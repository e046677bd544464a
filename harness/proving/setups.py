"""Conformant systems that differ in how they are set up: each is started, and tested as its vendor would.

What a warm worker cannot switch while its world runs: addresses, transport, edition, and which optional
capabilities are claimed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uec_booking.standard import editions

from .. import verdicts as v
from ..bundled import written_world
from ..errors import SettingsError
from .worker import Outcome


@dataclass(frozen=True)
class Setup:
    """``options`` are those of ``uec-booking simulate``; with ``slash`` the addresses are given with one at the end."""

    name: str
    options: tuple[str, ...] = ()
    slash: bool = False


SETUPS: tuple[Setup, ...] = (
    Setup("as-written"),
    Setup("other-base-path", ("--base-path", "/gateway/v3")),
    Setup("trailing-slash", slash=True),
    Setup("plain-http", ("--http",)),
    Setup("mutual-tls", ("--mutual-tls",)),
    *(Setup(f"edition-{name}", ("--edition", name)) for name in editions.EDITIONS if name != editions.DEFAULT),
)


def listed() -> list[dict[str, Any]]:
    """The setups, as the bundled world lists its variants."""
    return [{"kind": "variant", "name": setup.name, "requirement": "", "part": "setup"} for setup in SETUPS]


def of(variants: Sequence[Mapping[str, Any]]) -> list[Setup]:
    """What has to be started anew among variants: setups, and those that lack an optional capability."""
    by_name = {setup.name: setup for setup in SETUPS}
    # Their settings file does not claim it.
    lacking = {one["name"]: Setup(one["name"], ("--variant", one["name"])) for one in variants if one.get("unclaimed")}
    names = (one["name"] for one in variants)
    return [{**by_name, **lacking}[name] for name in names if name in by_name or name in lacking]


def outcomes(setups: Sequence[Setup], only: str, patience: float) -> Iterator[Outcome]:
    """Test each, by the scenarios that ``only`` selects (all, if empty), for ``patience`` seconds at most."""
    for setup in setups:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="uec-booking-") as name:
            folder = Path(name)
            try:
                with written_world(folder, setup.options) as config:
                    if setup.slash:
                        _with_slashes(config)
                    document = _assured(config, folder / "out", only, patience)
            except (SettingsError, subprocess.TimeoutExpired) as problem:
                yield Outcome.lost(setup.name, str(problem))
                continue
        yield Outcome(
            name=setup.name,
            seconds=round(time.monotonic() - started, 3),
            verdicts={r["id"]: r["verdict"] for r in document["requirements"] if r["verdict"] != v.NOT_APPLICABLE},
            scenarios={s["id"]: s["status"] for s in document["scenarios"]},
            decided={},
            seconds_of={},
            shapes={},
            course={},
            used=1,
        )


def _assured(config: Path, out: Path, only: str, patience: float) -> dict[str, Any]:
    """The results of ``uec-booking assure``. Raises SettingsError if it wrote none."""
    command = [sys.executable, "-m", "uec_booking.harness.cli", "assure", "--config", str(config), "--out", str(out)]
    command += ["--only", only] if only else []
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False)
    try:
        document: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingsError(f"no results: {(done.stderr or done.stdout)[-400:].strip()}") from None
    return document


def _with_slashes(config: Path) -> None:
    lines = config.read_text(encoding="utf-8").splitlines()
    slashed = [line[:-1] + '/"' if line.startswith("base_url = ") else line for line in lines]
    config.write_text("\n".join(slashed) + "\n", encoding="utf-8")
