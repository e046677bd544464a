"""How long each report of a large run takes, and how large it is; what a stored run takes to be read and judged.

    .venv/bin/python bench/reports.py RUN [SCENARIOS]

RUN is the folder of a stored run. Its scenarios are taken again and again, each time under another name, until there
are SCENARIOS (400). Times are those of the processor: they mean something while others work too. The first report that
explains requirements pays for what all of them share: the features and checks are read once a process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import entry_points
from itertools import count, islice
from pathlib import Path
from typing import TypeVar

from uec_booking.harness.judging import run_file
from uec_booking.harness.judging.judge import judge
from uec_booking.harness.judging.observations import Run, ScenarioRecord
from uec_booking.harness.running.reporters import GROUP
from uec_booking.standard import requirements

SCENARIOS = 400
#: What all reports may take that are written where nobody names any, in seconds.
LIMIT = 5.0
#: Writes no document.
_TELLS = "terminal"
_Made = TypeVar("_Made")


def main(arguments: Sequence[str]) -> None:
    run = _told("read", lambda: run_file.read(Path(arguments[0])))
    run = _of(run, int(arguments[1]) if len(arguments) > 1 else SCENARIOS)
    judged = _told(f"judged, {len(run.scenarios)} scenarios", lambda: judge(run, requirements.load()))
    with tempfile.TemporaryDirectory() as folder:
        writer = run_file.Writer(Path(folder))
        writer.begin(run)
        _told("stored at its end", lambda: writer.end(run), Path(folder))
    in_all = 0.0
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.name == _TELLS:
            continue
        reporter = point.load()()
        wanted = getattr(reporter, "wanted", lambda: True)()
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            name = point.name if wanted else f"{point.name} (where it is named)"
            _told(name, lambda at=reporter, place=folder: at.run_judged(judged, Path(place)), Path(folder))
            in_all += (time.process_time() - started) if wanted else 0
    print(f"{'all that are written by default':<34}{in_all:7.2f} s   (limit {LIMIT:g} s)")


def _told(what: str, make: Callable[[], _Made], folder: Path | None = None) -> _Made:
    """Make it, and say how long that took, and how much lies in ``folder`` then."""
    started = time.process_time()
    made = make()
    took = time.process_time() - started
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder else 0
    print(f"{what:<34}{took:7.2f} s{f'{size / 1e6:9.2f} MB' if size else ''}", flush=True)
    return made


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
    main(sys.argv[1:])
