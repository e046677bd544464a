"""``uec-booking consumer``: what it takes to test a consumer."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator, Sequence
from importlib import resources

from ..consumer import directory
from ..consumer.directory import ServiceRow
from ..judging.verdicts import EXIT_CONFORMANT

#: What there is to begin with: drivers by their language, one that works a screen in a browser, and a trigger server.
EXAMPLES = {name: f"{name}.txt" for name in ("python", "node", "shell", "playwright", "trigger")}
_COLUMNS = ("service", "name", "asid", "path", "scenario")


def main(arguments: Sequence[str]) -> int:
    """Print what was asked for; returns 0."""
    options = command_line().parse_args(arguments)
    if options.part == "example":
        file = resources.files("uec_booking.harness.consumer").joinpath("examples", EXAMPLES[options.kind])
        print(file.read_text(encoding="utf-8"), end="")
    elif options.format == "json":
        print(json.dumps(directory.as_json(), indent=1))
    elif options.format == "csv":
        print(_as_csv(), end="")
    else:
        print("\n".join(_as_table()))
    return EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(prog="uec-booking consumer", description="What it takes to test a consumer.")
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    listed = parts.add_parser("directory", help="the services of a run: the same in every run")
    listed.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")
    example = parts.add_parser(
        "example",
        help="a driver to begin with, of 20 lines, to standard output",
        description="python, node, shell: a driver as a command. playwright: one that works a screen in a browser. "
        "trigger: a web server that takes tasks by the webhook, and runs a command with each.",
    )
    example.add_argument("kind", choices=tuple(EXAMPLES))
    return parser


def _row(row: ServiceRow) -> tuple[str, ...]:
    return row.id, row.name, ", ".join(row.asids) or "none", row.root, row.scenario


def _as_csv() -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(_row, directory.services().values()))
    return text.getvalue()


def _as_table() -> Iterator[str]:
    rows = [_COLUMNS, *map(_row, directory.services().values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()
