"""``uec-booking assure``: the run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from uec_booking.standard import editions

from .. import preflight
from .. import settings as settings_module
from ..bundled import bundled_world
from ..listeners import installed
from ..run import run
from ..selection import selects
from ..settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Run the suite; returns the exit status of the verdict."""
    options = _parser().parse_args(arguments)
    if options.only:
        selects(options.only, ())  # a wrong expression is told before anything starts
    with _systems(options) as settings:
        preflight.check(settings)
        listeners = installed()
        judged = run(settings, options.out, only=options.only, workers=options.workers, listeners=listeners)
    for failure in listeners.failures:
        print(f"uec-booking: {failure}", file=sys.stderr)
    return judged.exit_status if not listeners.failures else max(judged.exit_status, 3)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="uec-booking assure",
        description="Test the systems that the settings name. Parts not named are played by the bundled world and "
        "are not judged. With no system named, the bundled world plays all parts and each is under test.",
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings file (write one with `uec-booking init`)"
    )
    parser.add_argument("--provider", default="", metavar="URL", help="base URL of the provider under test")
    parser.add_argument("--registry", default="", metavar="URL", help="base URL of the registry under test")
    parser.add_argument(
        "--edition", choices=editions.EDITIONS, help=f"edition to judge by (default {editions.DEFAULT})"
    )
    parser.add_argument("--reading", choices=editions.READINGS, help="stricter reading laid over the edition")
    parser.add_argument(
        "--only", default="", metavar="EXPR", help="run a part, for instance 'PRV-CAN-* and not registry'"
    )
    parser.add_argument(
        "-n",
        dest="workers",
        type=_workers,
        default=1,
        metavar="N",
        help="worker processes (1 to 8; default 1)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("reports/out"),
        metavar="DIR",
        help="where the reports go (default reports/out)",
    )
    return parser


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 8:
        raise argparse.ArgumentTypeError("from 1 to 8")
    return number


@contextmanager
def _systems(options: argparse.Namespace) -> Iterator[Settings]:
    """The settings of the run; the bundled world runs for its time where it has to play a part."""
    named: Settings | None = None
    if options.config:
        named = settings_module.load(options.config)
        if options.provider or options.registry:
            raise settings_module.SettingsError(
                "Name the systems by --config or by --provider and --registry, not both."
            )
    elif options.provider or options.registry:
        named = settings_module.from_urls(options.provider, options.registry)
    if named is not None:
        named = replace(
            named, edition=options.edition or named.edition, reading=options.reading or named.reading
        )
    if named is not None and not named.missing_parts():
        yield named
        return
    edition = named.edition if named else options.edition or editions.DEFAULT
    with bundled_world(["--edition", edition]) as world:
        yield (
            named.with_bundled(world)
            if named
            else replace(world, reading=options.reading or "", source="the bundled world")
        )
