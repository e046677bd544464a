"""``uec-booking requirements``: the catalogue, with what decides each requirement."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from uec_booking.standard import editions, requirements
from uec_booking.standard.requirements import Requirement
from uec_booking.standard.roles import BOUND

from ..catalogue.traceability import KINDS, Decision, decision
from ..errors import SettingsError
from ..text import WIDTH, say

_COLUMNS = ("id", "level", "role", "interaction", "decided_by", "scenarios", "scal", "conflicts", "text")


def main(arguments: Sequence[str]) -> int:
    """Print the requirements that the filters leave; returns 0."""
    options = command_line().parse_args(arguments)
    chosen = [one for one in requirements.load().values() if _wanted(one, options)]
    if not chosen:
        raise SettingsError("No requirement fits all of these filters. Leave one out.")
    edition = options.edition or editions.DEFAULT
    rows = [(one, one.level_in(edition, options.reading), decision(one)) for one in chosen]
    {"json": _json, "csv": _csv, "table": _table}[options.format](rows)
    return 0


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking requirements",
        description="List the requirements of the standard, and what decides each: scenarios, a check on every "
        "exchange (standing), a person's statement (attestation), or nothing yet (not-yet).",
    )
    add = parser.add_argument
    add(
        "--role",
        action="append",
        choices=tuple(BOUND),
        help="whom they bind (repeatable; any: consumer and provider alike)",
    )
    add("--edition", choices=editions.EDITIONS, default="", help="those that an edition has, at its levels")
    add("--reading", choices=editions.READINGS, default="", help="at the levels of a stricter reading")
    add("--scal", metavar="ID", help="those that an item of the 2020 assurance scripts asks for (P31)")
    add("--decided-by", choices=[str(kind) for kind in KINDS], help="by what decides")
    add("--format", choices=("table", "json", "csv"), default="table")
    return parser


def _wanted(requirement: Requirement, options: argparse.Namespace) -> bool:
    return (
        (not options.role or requirement.role in options.role)
        and (not options.edition or requirement.applies_in(options.edition))
        and (not options.scal or options.scal.upper() in (item.upper() for item in requirement.scal))
        and (not options.decided_by or decision(requirement).kind == options.decided_by)
    )


Row = tuple[Requirement, str, Decision]


def _json(rows: Sequence[Row]) -> None:
    print(json.dumps([_entry(*row) for row in rows], indent=1))


def _entry(requirement: Requirement, level: str, decided: Decision) -> dict[str, Any]:
    data = {
        key: dict(value) if key == "levels" else value
        for key, value in ((name, getattr(requirement, name)) for name in requirement.__slots__)
    }
    data["sources"] = [asdict(source) for source in requirement.sources]
    return {**data, "level": level, "decided_by": decided.to_json()}


def _csv(rows: Sequence[Row]) -> None:
    # The csv module ends lines as RFC 4180 asks; texts come from our own catalogue.
    writer = csv.writer(sys.stdout)
    writer.writerow(_COLUMNS)
    for requirement, level, decided in rows:
        writer.writerow(
            (
                requirement.id,
                level,
                requirement.role,
                requirement.interaction,
                decided.kind,
                " | ".join(decided.scenarios),
                " ".join(requirement.scal),
                " ".join(requirement.conflicts),
                requirement.text,
            )
        )


def _table(rows: Sequence[Row]) -> None:
    say(f"{'requirement':<13} {'level':<7} {'role':<9} {'decided by':<30} what it asks")
    print("-" * WIDTH)
    for requirement, level, decided in rows:
        say(f"{requirement.id:<13} {level:<7} {requirement.role:<9} {decided.in_words():<30}")
        say(requirement.text, " " * 4)
    print("-" * WIDTH)
    kinds = [decided.kind for _, _, decided in rows]
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    say(f"{len(rows)} requirements: {told}")
