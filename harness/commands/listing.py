"""``uec-booking assure --list``: the scenarios that an expression selects, without running them."""

from __future__ import annotations

import json

from ..catalogue.selection import chosen
from ..judging.verdicts import EXIT_CONFORMANT
from ..running.suite import Planned, check_selects, scenarios


def listed(only: str | None, *, in_json: bool) -> int:
    """Print them to standard output, each with the requirements that it decides; returns 0.

    Raises:
        SettingsError: the expression cannot be read, or selects nothing.
    """
    check_selects(only)
    found = chosen(only, scenarios(), _names) if only else list(scenarios())
    if in_json:
        told = [{"id": one.id, "requirements": list(one.requirements)} for one in found]
        print(json.dumps({"scenarios": told}, indent=1))
    else:
        for one in found:
            print(one.id)
            if one.requirements:
                print(f"    {' '.join(one.requirements)}")
    return EXIT_CONFORMANT


def _names(scenario: Planned) -> frozenset[str]:
    return scenario.words
