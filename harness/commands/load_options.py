"""The options of ``uec-booking load``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import fill

from ..running.publishing import folder_named
from .systems import add_options

_EPILOG = """A rate is kept whatever becomes of the requests: an encounter that begins late, because the system has
stalled and all users wait for it, is timed from when it was to begin. Without --rate a user has one patient after the
other, and waits for the system as a person does.

exit status: 0 measured · 1 a slot's history cannot be, as where it was booked twice · 2 nothing was measured ·
3 wrong settings · 4 the load could not be made"""


def command_line() -> argparse.ArgumentParser:
    """What reads the arguments."""
    made = argparse.ArgumentParser(
        prog="uec-booking load",
        description=fill(
            "Send the workflow of many users at once to the provider under test (search, book, read, cancel, "
            "book another instead), time the answers, and look whether any order of events explains all of them. It "
            "measures and judges nothing. What it books it gives back, and books no more than load.most_bookings of "
            "the settings. With no system named, the bundled simulator is sent it."
        ),
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(made)
    add = made.add_argument
    add("--users", type=_number(int, 1, 10_000), default=10, metavar="N", help="how many users (default 10)")
    add(
        "--rate",
        type=_number(float, 0.001, 10_000),
        default=0.0,
        metavar="R",
        help="how many encounters begin a second, of all users together (default: as they come to it)",
    )
    add("--minutes", type=_number(float, 0.01, 24 * 60), default=1.0, metavar="M", help="how long (default 1)")
    add(
        "--think",
        type=_number(float, 0, 600),
        default=2.0,
        metavar="S",
        help="seconds between two requests of a user, on average (default 2)",
    )
    _add_roles(made)
    out = partial(folder_named, "--out")
    add("--out", type=out, default=Path("reports/out/load"), metavar="DIR", help="where load.json and load.html go")
    return made


def _add_roles(made: argparse.ArgumentParser) -> None:
    role = made.add_mutually_exclusive_group()
    role.add_argument("--master", action="store_true", help="let workers make the load, and measure what they tell")
    role.add_argument("--worker", action="store_true", help="make a share of the load that a master asks for")
    add = made.add_argument
    add(
        "--workers",
        type=_number(int, 1, 1000),
        default=1,
        metavar="N",
        help="with --master: begin when so many workers are there (default 1)",
    )
    add(
        "--master-host",
        default="",
        metavar="HOST",
        help="with --worker: where the master is (default 127.0.0.1); with --master: the address to listen on",
    )
    add(
        "--master-port",
        type=_number(int, 1, 65_535),
        default=5557,
        metavar="PORT",
        help="the port of the master (default 5557)",
    )


def _number(kind: Callable[[str], float], least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            whole = "a whole number " if kind is int else ""
            raise argparse.ArgumentTypeError(f"{text!r}: write {whole}from {least:g} to {most:g}")
        return value

    return read
