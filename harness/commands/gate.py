"""The options by which a build asks more of a run than its verdict, and the exit status that comes of them."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path

from uec_booking.standard import requirements

from ..judging import expected_failures, run_file
from ..judging.gate import Gate, Passage
from ..judging.verdicts import JudgedRun
from ..running.rejudging import rejudged
from ..text import say

_EPILOG = """exit status with --baseline, --expected-failures or --require-decided
(verdicts and reports stay as they are):
  0  no failure but those that are expected, nothing worse than in the baseline
  1  a failure that is not expected, or something worse than in the baseline
  2  inconclusive, and not because of an expected failure; or too little decided
  5  an expected failure passes, or its entry has expired
  3, 4  as without them"""


def add_gate_options(parser: argparse.ArgumentParser) -> None:
    """Add the options; the parser tells the exit statuses at the end of its help."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = textwrap.fill(parser.description or "", 79)
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("--baseline", type=Path, metavar="RUN", help="folder of a run before: what fails there may fail again")
    add(
        "--expected-failures",
        type=Path,
        metavar="FILE",
        help="TOML with an [[expected_failure]] for each known failure: id, reason, expires",
    )
    add(
        "--require-decided",
        type=_number,
        default=0,
        metavar="N",
        help="at least so many requirements must be PASS, WARN or FAIL",
    )


def opened(options: argparse.Namespace) -> Callable[[JudgedRun], Passage]:
    """What holds a judged run against the options; all files are read at once, before anything runs.

    Raises:
        SettingsError: the baseline or the file of expected failures cannot be read, or is wrong.
    """
    catalogue = requirements.load()
    expected = expected_failures.load(options.expected_failures, catalogue) if options.expected_failures else ()
    baseline = run_file.read(options.baseline) if options.baseline else None
    if not (options.expected_failures or baseline or options.require_decided):
        return lambda judged: Passage(judged.exit_status, ())

    def passage(judged: JudgedRun) -> Passage:
        before = rejudged(baseline, catalogue, judged.edition, judged.reading) if baseline else None
        return Gate(expected, before, options.require_decided).passage(judged, date.today())

    return passage


def tell(passage: Passage, judged: JudgedRun) -> None:
    """Say what came of the options, where there were any."""
    if not passage.sentences:
        return
    say()
    for sentence in passage.sentences:
        say(sentence, "", "  ")
    say(f"Exit status {passage.exit_status} by these expectations; the verdict stays: {judged.headline()}.")


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("from 1 on")
    return number
