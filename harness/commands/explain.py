"""``uec-booking explain``: what a requirement, an item of the assurance scripts or a conflict is about."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from uec_booking.standard import conflicts, requirements

from ..catalogue.explanation import conflict_in_words, conflict_json, explanation
from ..errors import SettingsError
from ..judging.near_names import near_names
from ..text import say


def main(arguments: Sequence[str]) -> int:
    """Print what is known of each id; returns 0."""
    options = command_line().parse_args(arguments)
    found = list(dict.fromkeys(name for given in options.ids for name in _meant(given)))
    if options.json:
        print(json.dumps([_json(name) for name in found], indent=1))
        return 0
    for number, name in enumerate(found):
        if number:
            say()
        _tell(name)
    return 0


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking explain",
        description="Explain a requirement: what it asks, at which level, who says so, where the documents contradict "
        "each other, what decides it and how to run that.",
    )
    parser.add_argument(
        "ids", nargs="+", metavar="ID", help="a requirement (PRV-BOOK-10), a SCAL item (P31) or a conflict (CF-02)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _meant(given: str) -> list[str]:
    """The requirements or the conflict that an id stands for.

    Raises:
        SettingsError: there is nothing of that name; says what is near.
    """
    name = given.strip().upper()
    catalogue = requirements.load()
    if name in catalogue or name in conflicts.load():
        return [name]
    asked = [one.id for one in catalogue.values() if name in (item.upper() for item in one.scal)]
    if asked:
        return asked
    known = [*catalogue, *conflicts.load(), *{item.upper() for one in catalogue.values() for item in one.scal}]
    near = near_names(name, known)
    hint = f"Did you mean {', '.join(near)}?" if near else "Ids look like PRV-BOOK-10, P31 or CF-02."
    raise SettingsError(f"There is nothing called {given}. {hint} `uec-booking requirements` lists all requirements.")


def _json(name: str) -> dict[str, object]:
    found = explanation(name)
    return conflict_json(name) if found is None else found.to_json()


def _tell(name: str) -> None:
    found = explanation(name)
    say(f"{name}  {conflicts.load()[name].title if found is None else found.text}", hanging="    ")
    for label, lines in conflict_in_words(name) if found is None else found.in_words():
        for number, line in enumerate(lines):
            say(line, f"  {'' if number else label:<13}", " " * 15)
