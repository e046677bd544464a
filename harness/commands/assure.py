"""``uec-booking assure``: the run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from uec_booking.standard import requirements

from ..errors import SettingsError
from ..judging import attestation
from ..judging import verdicts as v
from ..judging.gate import Passage
from ..judging.observations import Statement
from ..judging.verdicts import JudgedRun
from ..running.attended import is_attended
from ..running.cover import ATTENDED
from ..running.publishing import folder_named, place_for, told_as_kept
from ..running.reporters import ALL, installed, named
from ..running.resuming import Earlier, again, resumed
from ..running.run import run
from ..running.suite import check_selects, unheeded
from ..text import say
from .gate import add_gate_options, opened, tell
from .systems import add_options, complete, settings_named
from .trouble import with_trouble


def main(arguments: Sequence[str]) -> int:
    """Run the suite; returns the exit status of the verdict."""
    options = _parser().parse_args(arguments)
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
        return _run(options, stated, gate, earlier)
    except KeyboardInterrupt:
        # It may have come when all was told already, and only what the run had opened was being closed.
        told = "interrupted; if no verdict stands above, none was reached and no report was written"
        print(f"\nuec-booking: {told}", file=sys.stderr)
        return v.EXIT_INCONCLUSIVE


def _earlier(options: argparse.Namespace) -> Earlier | None:
    """The stored run that goes on, where that was asked for."""
    if options.resume and options.again is not None:
        raise SettingsError("--resume and --again do not go together: resume the run first, then run a scenario again.")
    if options.again is not None:
        return again(options.out, options.again)
    return resumed(options.out) if options.resume else None


def _run(
    options: argparse.Namespace,
    stated: tuple[Statement, ...],
    gate: Callable[[JudgedRun], Passage],
    earlier: Earlier | None,
) -> int:
    place = earlier.place if earlier else place_for(options.out, bool(options.only))
    kept = told_as_kept(options.out) if place != options.out else ""
    listeners = installed(options.report)
    with complete(options) as settings:
        judged = run(
            settings,
            options.out,
            only=options.only or "",
            workers=options.workers,
            listeners=listeners,
            evidence=stated,
            order=options.order,
            earlier=earlier,
        )
    if kept:
        say(f"{kept}; this one is of a part, so its reports are in {place}.")
    passage = gate(judged)
    tell(passage, judged)
    return with_trouble(passage.exit_status, listeners, place)


def _parser() -> argparse.ArgumentParser:
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
        default=1,
        metavar="N",
        help="worker processes (1 to 8; default 1)",
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
