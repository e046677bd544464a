"""``uec-booking``: the command line. Commands are imported when they are asked for, so help is quick."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version

from .commands import COMMANDS

_EXIT = """exit status of assure:
  0  conformant as tested          2  inconclusive
  1  not conformant                3  wrong settings, nothing selected, or no room to write
                                   4  the harness failed
  `uec-booking assure --help` tells those of --baseline and --expected-failures"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit status. What the user can put right is said in a paragraph."""
    from .running.gone_readers import outlived
    from .running.signals import interruptible

    with outlived():
        try:
            with interruptible():
                return _carried_out(list(sys.argv[1:] if arguments is None else arguments))
        except KeyboardInterrupt:
            print("\nuec-booking: interrupted", file=sys.stderr)
            return 130


def _carried_out(arguments: list[str]) -> int:
    from .errors import SettingsError, is_no_room, why_not_written
    from .judging.verdicts import EXIT_HARNESS, EXIT_SETTINGS
    from .text import clean, complain

    try:
        status = _command(arguments)
        sys.stdout.flush()
        return status
    except SettingsError as problem:
        complain(problem)
        return EXIT_SETTINGS
    except SystemExit as end:
        # argparse ends a wrong command line with 2, which here means inconclusive.
        if end.code == 2:
            return EXIT_SETTINGS
        raise
    except Exception as problem:
        if is_no_room(problem):
            complain(f"There is no room to write: {why_not_written(problem)}. Make room.")
            return EXIT_SETTINGS
        # A fault of ours must not look like a verdict: Python's own exit status would be 1.
        print(clean(traceback.format_exc()), file=sys.stderr, end="")
        complain(f"the harness failed ({type(problem).__name__}); please report it.")
        return EXIT_HARNESS


def _command(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="uec-booking",
        description="Conformance with the NHS UEC Booking Standard (FHIR STU3): harness and simulator.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n"
        + "\n".join(f"  {name:<13} {what}" for name, (_, what) in COMMANDS.items())
        + "\n\n`uec-booking COMMAND --help` tells more of a command.\n\n"
        + _EXIT,
    )
    parser.add_argument("--version", action="version", version=version("uec-booking-conformance"))
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    chosen = parser.parse_args(arguments[:1])
    command: Callable[[Sequence[str]], int] = import_module(
        f"uec_booking.harness.commands.{COMMANDS[chosen.command][0]}"
    ).main
    return command(arguments[1:])


if __name__ == "__main__":
    sys.exit(main())
