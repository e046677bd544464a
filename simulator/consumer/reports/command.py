"""The door through which a report comes out: `uec-booking desk report rep-cons-01`."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from difflib import get_close_matches

from ...reports.report import Period
from ..memory import Memory
from ..settings import SettingsError
from .kinds import KINDS, report


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the door."""
    parser.add_argument("name", nargs="?", default="", metavar="REPORT", help="with report: which one, as rep-cons-01")
    for name, default in (("from", "the first call"), ("until", "now")):
        text = f"with report: {name} this day or instant (default: {default})"
        parser.add_argument(f"--{name}", dest=f"report_{name}", default="", metavar="DAY", help=text)
    parser.add_argument(
        "--format", choices=("json", "csv"), default="json", help="with report: its form (default json)"
    )


def give(options: argparse.Namespace, memory: Memory) -> int:
    """Print the report that the options name, or the list of reports where they name none. Raises SettingsError."""
    if not options.name:
        print("\n".join(f"{name}  {kind.title}" for name, kind in KINDS.items()))
        return 0
    if options.name not in KINDS:
        near = get_close_matches(options.name.lower(), list(KINDS), n=1)
        hint = f" Did you mean {near[0]}?" if near else " `uec-booking desk report` lists them."
        raise SettingsError(f"There is no report {options.name[:40]!r}.{hint}")
    everything = Period()
    since = _bound("from", options.report_from, everything.since)
    until = _bound("until", options.report_until, everything.until)
    if until <= since:
        raise SettingsError("--until must be after --from: a period ends just before --until.")
    period = Period(since, until)
    made = report(options.name, memory.calls(), period)
    print(made.as_csv() if options.format == "csv" else json.dumps(made.as_json(period), indent=1), end="")
    return 0


def _bound(name: str, text: str, otherwise: int) -> int:
    if not text:
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--{name} {text[:40]!r} is neither a day (2026-01-31) nor an instant.") from None
    # A day begins in UTC, as in the reports of providers.
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
