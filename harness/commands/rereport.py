"""``uec-booking report``: writes the reports of a stored run again."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from uec_booking.standard import editions, requirements

from ..errors import SettingsError, why_not_written
from ..judging.verdicts import EXIT_SETTINGS, JudgedRun
from ..running.publishing import check_ours, folder_named
from ..running.rejudging import rejudged
from ..running.reporters import ALL, installed, named, on_request
from ..running.signals import brought_to_an_end
from ..text import complain, ended, say
from .rejudge import progress, stored
from .trouble import with_trouble

#: Where ``--allure-html`` names no folder; a path of its own, as ``.`` is a folder that can be named.
_BESIDE_THE_REPORTS = object()


def main(arguments: Sequence[str]) -> int:
    """Write all reports; returns the exit status of the verdict."""
    options = command_line().parse_args(arguments)
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
    status = with_trouble(judged.exit_status, listeners, options.run)
    if options.allure_html is None:
        return status
    place = None if options.allure_html is _BESIDE_THE_REPORTS else options.allure_html
    return _allure_html(status, judged, folder, place)


def _allure_html(status: int, judged: JudgedRun, folder: Path, place: Path | None) -> int:
    """The exit status: of the verdict, or that of a page that could not be made, which is said."""
    try:
        with brought_to_an_end("the HTML of Allure is being made"):
            page = on_request("allure-html")().make(judged, folder, place)
    except OSError as problem:
        complain(f"The HTML of Allure was not made. {ended(why_not_written(problem))} All else is in {folder}.")
        return max(status, EXIT_SETTINGS)
    say(f"The HTML of Allure is {page}: one file to open in a browser; what its links lead to lies beside it.")
    return status


def command_line() -> argparse.ArgumentParser:
    """Its options."""
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
        help="reports to write, for instance 'page,sarif' or 'all,har' (default: all; see docs/how-to/reports.md)",
    )
    add("--edition", choices=editions.EDITIONS, help="edition to judge by (default: the run's own)")
    add("--reading", choices=("", *editions.READINGS), help="reading to lay over it (default: the run's own)")
    add("--evidence", type=Path, metavar="FILE", help="statements on what a run cannot decide")
    add(
        "--allure-html",
        type=partial(folder_named, "--allure-html"),
        nargs="?",
        const=_BESIDE_THE_REPORTS,
        metavar="DIR",
        help="also make the HTML of Allure 3, in DIR (default: allure-report in the folder of the reports); needs Node",
    )
    return parser
