"""Conformant systems that differ in how they are set up: each is started, and tested as its vendor would.

What a warm worker cannot switch while its world runs: addresses, transport, edition, and which optional
capabilities are claimed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uec_booking.standard import editions

from ..errors import SettingsError
from ..running.local_simulator import written_world
from .declared import book_before, declare
from .job import Outcome
from .whole_run import outcome_of


@dataclass(frozen=True)
class Setup:
    """``options`` are those of ``uec-booking simulate``; with ``slash`` the addresses are given with one at the end.

    So many test ``patients`` are declared; with ``earlier`` each has an appointment from before the run, but for the
    last one, where there are as many as a run needs.
    """

    name: str
    options: tuple[str, ...] = ()
    slash: bool = False
    patients: int = 0
    earlier: bool = False


SETUPS: tuple[Setup, ...] = (
    Setup("as-written"),
    Setup("other-base-path", ("--base-path", "/gateway/v3")),
    Setup("trailing-slash", slash=True),
    Setup("service-root-without-path", ("--at-the-host",)),
    *(Setup(f"{count}-declared-patients", patients=count) for count in (1, 3, 12)),
    *(Setup(f"{count}-patients-with-appointments", patients=count, earlier=True) for count in (1, 3, 12)),
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


def outcomes(setups: Sequence[Setup], only: str) -> Iterator[Outcome]:
    """Test each, by the scenarios that ``only`` selects (all, if empty)."""
    for setup in setups:
        with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder:
            try:
                with written_world(Path(folder), setup.options) as config:
                    if setup.slash:
                        _with_slashes(config)
                    if setup.patients:
                        declare(config, setup.patients)
                    if setup.earlier:
                        book_before(config)
                    yield outcome_of(setup.name, ["--config", str(config), *(["--only", only] if only else [])])
            except SettingsError as problem:
                yield Outcome.lost(setup.name, str(problem))


def _with_slashes(config: Path) -> None:
    lines = config.read_text(encoding="utf-8").splitlines()
    slashed = [line[:-1] + '/"' if line.startswith("base_url = ") else line for line in lines]
    config.write_text("\n".join(slashed) + "\n", encoding="utf-8")
