"""``uec-booking doctor``: checks the settings and whether the systems can be worked with."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from statistics import median
from typing import Any

from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT, EXIT_INCONCLUSIVE, EXIT_SETTINGS
from ..proxy.server import tapped
from ..running import effort
from ..running.examination import examine
from ..running.findings import Finding, Mark
from ..running.suite import check_selects
from ..settings.model import Settings
from ..text import clean, say
from ..tool import tool
from .systems import add_options, complete, settings_named

#: The statuses in which ``doctor`` ends, and the word for each in JSON.
_RUN = {EXIT_CONFORMANT: "possible", EXIT_INCONCLUSIVE: "partly", EXIT_SETTINGS: "not-possible"}


def main(arguments: Sequence[str]) -> int:
    """Look at each system, and say what was found.

    Returns 0 when a run is possible, 2 when part of it would be inconclusive, 3 when something is wrong.
    """
    options = command_line().parse_args(arguments)
    check_selects(options.only)
    if not options.json:
        with _named(options) as settings:
            return _told(settings, options.only or "")
    try:
        with _named(options) as settings:
            findings = list(examine(settings))
            found = _as_json(findings, settings, options.only or "")
    except SettingsError as problem:
        found = _as_json([Finding("", str(problem), Mark.WRONG)], None)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return int(found["exit_status"])


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking doctor",
        description="Check the settings, and whether the systems in them can be reached and have slots. "
        "Books nothing. Without options: checks that the bundled simulator runs here.",
        epilog="exit status: 0 a run is possible, 2 part of it would be inconclusive, 3 something is wrong",
    )
    add_options(parser)
    parser.add_argument("--only", metavar="EXPR", help="tell what a run of this part takes, instead of a whole one")
    parser.add_argument(
        "--json", action="store_true", help="write the findings as JSON (harness/running/doctor.schema.json)"
    )
    return parser


@contextmanager
def _named(options: argparse.Namespace) -> Iterator[Settings]:
    """The settings as for a run; but what the bundled simulator would play beside a named system is not started."""
    named = settings_named(options)
    if named is None or not named.parts or named.consumer is not None:
        with complete(options) as settings:
            yield settings
        return
    under = replace(named, edition=options.edition or named.edition, reading=options.reading or named.reading)
    with tapped(under) if not named.missing_parts() else nullcontext(under) as settings:
        yield settings


def _told(settings: Settings, only: str) -> int:
    findings = []
    for finding in examine(settings):
        findings.append(finding)
        said = f"{finding.part}: {finding.text}" if finding.part else finding.text
        say(said, f"{finding.mark:<6}", " " * 6)
    status = _status(findings)
    if status != EXIT_SETTINGS and settings.under_test():
        _tell_effort(settings, only, _latency(findings))
    print(f"\n{_conclusion(findings)}")
    return status


def _status(findings: Sequence[Finding]) -> int:
    marks = {finding.mark for finding in findings}
    if Mark.WRONG in marks:
        return EXIT_SETTINGS
    return EXIT_INCONCLUSIVE if Mark.GAP in marks else EXIT_CONFORMANT


def _conclusion(findings: Sequence[Finding]) -> str:
    wrong = {finding.part for finding in findings if finding.mark is Mark.WRONG}
    if wrong:
        return f"{len(wrong)} of the systems cannot be tested until this is put right."
    if any(finding.mark is Mark.GAP for finding in findings):
        return "A run would decide a part only: what rests on a GAP above will be INCONCLUSIVE."
    return "A run is possible."


def _latency(findings: Sequence[Finding]) -> float:
    """The median of all exchanges by which something was seen, in seconds."""
    return median([second for finding in findings for second in finding.seconds] or [0.0])


def _tell_effort(settings: Settings, only: str, latency: float) -> None:
    needed = effort.of_run(settings, only)
    of_consumer = f"{needed.of_consumer} scenarios of the consumer, which take as long as it takes"
    if not needed.scenarios:
        say(f"a run of {of_consumer}", "needs ", " " * 6)
        return
    each = ", ".join(f"{count} with {key}" for key, count in needed.exchanges.items())
    besides = f", and {of_consumer}" if needed.of_consumer else ""
    say(
        f"a run of {needed.scenarios} scenarios takes about {sum(needed.exchanges.values())} exchanges ({each}) and "
        f"{needed.bookings} bookings, on {needed.slots} slots free at a time, which it gives back; at "
        f"{latency * 1000:.0f} ms an exchange that is about {_minutes(needed.seconds(latency))}, besides the "
        f"reports{besides}",
        "needs ",
        " " * 6,
    )


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def _as_json(findings: Sequence[Finding], settings: Settings | None, only: str = "") -> dict[str, Any]:
    status = _status(findings)
    found: dict[str, Any] = {
        "tool": dict(tool()),
        "settings": settings.source if settings else "",
        "edition": settings.edition if settings else "",
        "run": _RUN[status],
        "exit_status": status,
        "findings": [{"mark": one.mark.lower(), "part": one.part, "text": clean(one.text)} for one in findings],
        "needs": None,
    }
    if settings and settings.under_test() and status != EXIT_SETTINGS:
        needed, latency = effort.of_run(settings, only), _latency(findings)
        found["needs"] = {
            "scenarios": needed.scenarios,
            "scenarios_of_consumer": needed.of_consumer,
            "exchanges": dict(needed.exchanges),
            "bookings": needed.bookings,
            "slots_at_a_time": needed.slots,
            "latency_seconds": round(latency, 3),
            "seconds": round(needed.seconds(latency)),
        }
    return found
