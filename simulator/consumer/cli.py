"""The command line of the desk: `uec-booking desk`."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from .reports.command import add_options as add_report_options
from .reports.command import give
from .settings import OPTIONS, SettingsError, settings_from

if TYPE_CHECKING:
    from .desk import Desk

_DOORS = """doors:
  call   read one task (JSON) from standard input, and write one answer to standard output
  lines  the same, one task and one answer a line, until standard input closes
  hook   a web server: POST a task, and get the answer
  page   web pages on which a person plays the user of the desk
  report print one of the reports that the standard asks of a consumer (without a name: which there are)

Tasks and answers are those of standard/consumer_contract.schema.json. The exit status is 0 when the tasks were
answered, whatever the answers say, and 3 when the settings cannot be used."""


def main(arguments: list[str] | None = None) -> int:
    """Run the desk. Returns 0, or 3 where its settings cannot be used."""
    # A report may be named before its options or behind them.
    options = _parser().parse_intermixed_args(arguments)
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING, stream=sys.stderr)
    if options.list:
        from . import listing

        print(
            listing.as_json() if options.json else listing.as_markdown() if options.markdown else listing.as_text(),
            end="",
        )
        return 0
    try:
        desk = _desk(options)
        return _open(options, desk)
    except SettingsError as error:
        print(f"uec-booking desk: {error}", file=sys.stderr)
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="uec-booking desk",
        description="A 111 desk: a reference consumer, which finds services, books, and cancels.",
        epilog=_DOORS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "door", nargs="?", choices=("call", "lines", "hook", "page", "report"), default="call", help="see below"
    )
    add_report_options(parser)
    for option in OPTIONS:
        usual = f"; default {option.default}" if option.default else ""
        text = f"{option.help} ({option.variable}{usual})"
        parser.add_argument(f"--{option.name}", metavar=option.metavar, help=text)
    parser.add_argument(
        "--known-service",
        action="append",
        default=[],
        metavar="SERVICE=ASID@URL",
        help="a service whose provider is known without DoS and SDS (repeatable)",
    )
    for name, what in (("defect", "inject a known fault"), ("variant", "enable a conformant variation")):
        text = f"{what} (repeatable; see --list)"
        parser.add_argument(f"--{name}", action="append", default=[], metavar="NAME", help=text)
    parser.add_argument("--list", action="store_true", help="list the defects and variants, and end")
    parser.add_argument("--json", action="store_true", help="with --list: as JSON")
    parser.add_argument("--markdown", action="store_true", help="with --list: as the page docs/consumer-defects.md")
    parser.add_argument("--tell-used", metavar="FILE", help="keep in FILE how often each fault has had its way (JSON)")
    parser.add_argument("--host", default="127.0.0.1", help="address of hook and page (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8097, help="port of hook and page, 0 for any (default 8097)")
    parser.add_argument("--until-stdin-closes", action="store_true", help="hook and page: end with standard input")
    return parser


def _desk(options: argparse.Namespace) -> Desk:
    given = {option.name: getattr(options, option.name.replace("-", "_")) for option in OPTIONS}
    settings = settings_from(given, options.known_service)
    from .desk import Desk

    desk = Desk(settings)
    if options.defect or options.variant or options.tell_used:
        from .faults import switched_on, telling

        switchboard = switched_on(desk, options.defect, options.variant)
        if options.tell_used:
            telling(switchboard, options.tell_used)
    return desk


def _open(options: argparse.Namespace, desk: Desk) -> int:
    if options.door == "report":
        return give(options, desk.memory)
    if options.door == "call":
        from .doors.command import one_call

        return one_call(desk)
    if options.door == "lines":
        from .doors.command import lines

        return lines(desk)
    from .doors.serving import serve

    return serve(desk, options)
