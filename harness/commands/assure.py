"""``uec-booking assure``: the run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TextIO

from uec_booking.standard import requirements

from ..errors import SettingsError
from ..judging import attestation
from ..judging import verdicts as v
from ..judging.gate import Passage
from ..judging.observations import Statement
from ..judging.verdicts import JudgedRun
from ..running.attended import is_attended
from ..running.cover import ATTENDED
from ..running.exclusive import can_take_turns
from ..running.publishing import folder_named, place_for, told_as_kept
from ..running.reporters import ALL, OUTCOME, QUIET, installed, named, on_request
from ..running.resuming import Earlier, again, failed, resumed
from ..running.run import run
from ..running.suite import check_selects, unheeded
from ..text import say
from .gate import add_gate_options, opened, tell
from .listing import listed
from .systems import add_options, complete, settings_named
from .trouble import with_trouble


def main(arguments: Sequence[str]) -> int:
    """Run the suite; returns the exit status of the verdict."""
    options = command_line().parse_args(arguments)
    if options.list:
        return listed(options.only, in_json=options.json)
    if not options.json:
        return _assured(options, None)
    # What a person reads goes to standard error, and the one document to standard output.
    document = sys.stdout
    with redirect_stdout(sys.stderr):
        return _assured(options, document)


def _assured(options: argparse.Namespace, document: TextIO | None) -> int:
    earlier = _earlier(options)
    if earlier:
        if options.only not in (None, earlier.stored.only):
            raise SettingsError(
                f"The run in {options.out} was of {earlier.stored.only or 'all scenarios'}: leave out --only, "
                "it goes on with the same."
            )
        options.only = earlier.stored.only or None
    elif options.only is None and is_attended(settings_named(options)):
        options.only = ATTENDED
    # A wrong expression, or one that selects nothing, is told before anything starts or is written.
    check_selects(options.only)
    for note in unheeded(options.only or ""):
        say(f"note: {note}")
    stated = attestation.load(options.evidence, requirements.load()) if options.evidence else ()
    gate = opened(options)
    try:
        return _run(options, stated, gate, earlier, document)
    except KeyboardInterrupt:
        # It may have come when all was told already, and only what the run had opened was being closed.
        told = "interrupted; if no verdict stands above, none was reached and no report was written"
        print(f"\nuec-booking: {told}", file=sys.stderr)
        return v.EXIT_INCONCLUSIVE


def _earlier(options: argparse.Namespace) -> Earlier | None:
    """The stored run that goes on, where that was asked for."""
    ways = {"--resume": options.resume, "--again": options.again is not None, "--rerun-failed": options.rerun_failed}
    asked = [name for name, wanted in ways.items() if wanted]
    if asked[1:]:
        raise SettingsError(
            f"{asked[0]} and {asked[1]} do not go together: resume the run first, then run what you wish again."
        )
    if options.again is not None:
        return again(options.out, options.again)
    if options.rerun_failed:
        return failed(options.out)
    return resumed(options.out) if options.resume else None


def _run(
    options: argparse.Namespace,
    stated: tuple[Statement, ...],
    gate: Callable[[JudgedRun], Passage],
    earlier: Earlier | None,
    document: TextIO | None,
) -> int:
    place = earlier.place if earlier else place_for(options.out, bool(options.only))
    kept = told_as_kept(options.out) if place != options.out else ""
    listeners = installed(options.report, teller=QUIET if options.quiet else "")
    with complete(options) as settings:
        judged = run(
            settings,
            options.out,
            only=options.only or "",
            workers=options.workers or _gentle(options),
            listeners=listeners,
            evidence=stated,
            order=options.order,
            earlier=earlier,
        )
    if kept:
        say(f"{kept}; this one is of a part, so its reports are in {place}.")
    passage = gate(judged)
    tell(passage, judged)
    status = with_trouble(passage.exit_status, listeners, place)
    if document is not None:
        print(json.dumps(on_request(OUTCOME)(judged, place, status), indent=1), file=document)
    return status


def _gentle(options: argparse.Namespace) -> int:
    """How many workers where nobody says: one, so that no system is pressed; the whole bundled world bears two."""
    return 2 if not options.only and settings_named(options) is None and can_take_turns() else 1


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking assure",
        description="Test the systems that the settings name. Parts not named are played by the bundled "
        "world and are not judged. With no system named, it plays all parts and each is under test.",
    )
    add_options(parser)
    parser.add_argument("--only", metavar="EXPR", help="run a part, for instance 'PRV-CAN-* and not registry'")
    parser.add_argument(
        "-n",
        dest="workers",
        type=_workers,
        metavar="N",
        help="worker processes (1 to 8; default 1, which is gentle to a system; 2 for all of the bundled world)",
    )
    parser.add_argument(
        "--order",
        type=int,
        metavar="NUMBER",
        help="run the scenarios in a random order, the same for the same number: the verdicts must not change",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run in DIR that was broken off: what it has finished is taken over, the rest is run",
    )
    parser.add_argument(
        "--again",
        metavar="SCENARIO",
        help="run this scenario of the stored run in DIR again (by name or expression), and make all reports anew",
    )
    parser.add_argument(
        "--rerun-failed",
        action="store_true",
        help="run again what failed or was inconclusive in the stored run in DIR, and make all reports anew",
    )
    parser.add_argument("--list", action="store_true", help="list the scenarios that --only selects, and run nothing")
    parser.add_argument("--quiet", action="store_true", help="no line for each scenario: the verdict and what is wrong")
    parser.add_argument(
        "--json",
        action="store_true",
        help="the outcome (with --list, the scenarios) as JSON on standard output; the rest on standard error",
    )
    parser.add_argument(
        "--evidence",
        type=Path,
        metavar="FILE",
        help="statements on what a run cannot decide (`uec-booking attest` asks for them, one by one)",
    )
    add_gate_options(parser)
    parser.add_argument(
        "--out",
        type=partial(folder_named, "--out"),
        default=Path("reports/out"),
        metavar="DIR",
        help="where the reports go (default reports/out)",
    )
    parser.add_argument(
        "--report",
        type=named,
        default=(ALL,),
        metavar="NAMES",
        help="reports to write, for instance 'page,sarif' or 'all,har' (default: all; see docs/how-to/reports.md)",
    )
    return parser


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 8:
        raise argparse.ArgumentTypeError("from 1 to 8")
    return number
