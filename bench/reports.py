"""How long each report of a large run takes, and how large it is; what a stored run takes to be read and judged.

    .venv/bin/python bench/reports.py [RUN] [--scenarios 400] [--only EXPR] [--also NAMES]

RUN is the folder of a stored run; without one, the part of the suite that EXPR names is run against the bundled
simulator first. Its scenarios are taken again and again, each time under another name, until there are as many as
asked for. Told are the reports that are written by default, and those of NAMES (scal, har).

Times are those of the processor, and mean something while others work too. The first report that explains requirements
pays for what all of them share: the features and checks are read once a process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import entry_points
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeVar

from uec_booking.harness.judging import run_file
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import Run, ScenarioRecord
from uec_booking.harness.running.reporters import GROUP, run_left_alone
from uec_booking.standard import requirements

#: What all reports may take that are written where nobody names any, in seconds.
LIMIT = 5.0
#: Writes no document.
_TELLS = "terminal"
_Made = TypeVar("_Made")


def main() -> None:
    parser = argparse.ArgumentParser(description="How long each report of a large run takes, and how large it is.")
    parser.add_argument("run", nargs="?", type=Path)
    parser.add_argument("--scenarios", type=int, default=400)
    parser.add_argument("--only", default="sample:20")
    parser.add_argument("--also", default="")
    options = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as own:
        folder: Path = options.run or _made(Path(own) / "out", options.only)
        run = _told("read", lambda: run_file.read(folder))
    run = _of(run, options.scenarios)
    judged = _told(f"judged, {len(run.scenarios)} scenarios", lambda: judge(run, requirements.load()))
    with tempfile.TemporaryDirectory() as place:
        writer = run_file.Writer(Path(place))
        writer.begin(run)
        _told("stored, at its end", lambda: writer.end(run), Path(place))
    in_all = 0.0
    for name, reporter in _reporters(options.also.split(",")):
        with tempfile.TemporaryDirectory() as place:
            started = time.process_time()
            with run_left_alone():
                reporter.run_judged(judged, Path(place))
            took = time.process_time() - started
            _say(name, took, Path(place))
            in_all += took
    print(f"{'all of these reports':<30}{in_all:7.2f} s   (limit {LIMIT:g} s, without NAMES)")


def _made(folder: Path, only: str) -> Path:
    program = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "assure", "--only", only, "--out", str(folder), "--report", "results"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600)
    return folder


def _reporters(also: list[str]) -> list[tuple[str, Any]]:
    """Those that are written by default, and these others; but not the one that writes no document."""
    found = [(point.name, point.load()()) for point in entry_points(group=GROUP) if point.name != _TELLS]
    chosen = [one for one in found if one[0] in also or getattr(one[1], "wanted", lambda: True)()]
    return sorted(chosen, key=lambda one: one[0])


def _told(what: str, make: Callable[[], _Made], folder: Path | None = None) -> _Made:
    """Make it, and say how long that took, and how much lies in ``folder`` then."""
    started = time.process_time()
    made = make()
    _say(what, time.process_time() - started, folder)
    return made


def _say(what: str, took: float, folder: Path | None) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder else 0
    print(f"{what:<30}{took:7.2f} s{f'{size / 1e6:9.2f} MB' if size else ''}", flush=True)


def _of(run: Run, scenarios: int) -> Run:
    """The run with so many scenarios."""
    again = (_again(record, number) for number in count() for record in run.scenarios)
    return replace(run, scenarios=tuple(islice(again, scenarios)))


def _again(record: ScenarioRecord, number: int) -> ScenarioRecord:
    if not number:
        return record
    name = f"{record.name}, {number + 1}"
    id = f"{record.id}, {number + 1}"
    return replace(
        record, id=id, name=name, observations=tuple(replace(one, scenario=id) for one in record.observations)
    )


if __name__ == "__main__":
    main()
