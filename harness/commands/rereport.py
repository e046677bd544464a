"""``uec-booking report``: writes the reports of a stored run again."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from uec_booking.standard import editions, requirements

from ..errors import SettingsError
from ..running.publishing import check_ours, folder_named
from ..running.rejudging import rejudged
from ..running.reporters import ALL, installed, named
from ..running.signals import brought_to_an_end
from .rejudge import progress, stored
from .trouble import with_trouble


def main(arguments: Sequence[str]) -> int:
    """Write all reports; returns the exit status of the verdict."""
    options = _parser().parse_args(arguments)
    run = stored(options.run, options.evidence)
    folder: Path = options.out or (options.run if options.run.is_dir() else options.run.parent)
    if folder != options.run:
        check_ours(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(
            f"The folder {folder} cannot be written: {problem.strerror}. Choose another with --out."
        ) from None
    judged = rejudged(run, requirements.load(), options.edition or "", options.reading, progress)
    listeners = installed(options.report)
    with brought_to_an_end("the reports are being written"):
        listeners.run_judged(judged, folder)
    return with_trouble(judged.exit_status, listeners, options.run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="uec-booking report", description="Write the reports of a stored run again. No system is asked."
    )
    add = parser.add_argument
    add("run", type=Path, metavar="DIR", help="the folder that `uec-booking assure --out` wrote")
    out = partial(folder_named, "--out")
    add("--out", type=out, metavar="DIR", help="where the reports go (default: the same folder)")
    add(
        "--report",
        type=named,
        default=(ALL,),
        metavar="NAMES",
        help="reports to write, for instance 'page,sarif' or 'all,har' (default: all; the README lists them)",
    )
    add("--edition", choices=editions.EDITIONS, help="edition to judge by (default: the run's own)")
    add("--reading", choices=("", *editions.READINGS), help="reading to lay over it (default: the run's own)")
    add("--evidence", type=Path, metavar="FILE", help="statements on what a run cannot decide")
    return parser
