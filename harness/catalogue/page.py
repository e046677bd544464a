"""docs/requirements.md: what the standard asks, and what decides it.

``python -m uec_booking.harness.catalogue.page --update`` writes it, in a checkout.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from uec_booking.standard import requirements
from uec_booking.standard.levels import LEVELS
from uec_booking.standard.requirements import Requirement
from uec_booking.standard.roles import BOUND

from ..text import markdown_cell
from .deciding import checks_of, on_every_exchange
from .traceability import ATTESTATION, KINDS, SCENARIO, STANDING, Decision, decision

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "requirements.md"
_ROLES = tuple(BOUND)

_TEMPLATES = Environment(
    loader=PackageLoader(__package__),
    # Markdown: the templates say themselves which cells have to be escaped.
    autoescape=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters["cell"] = markdown_cell


def page() -> str:
    """The whole page in Markdown."""
    areas = [
        (_title(area), [_row(r.id) for r in requirements.read_area(requirements.FOLDER / f"{area}.toml")])
        for area in requirements.areas()
    ]
    return _TEMPLATES.get_template("requirements.md.j2").render(areas=areas, **_counted())


def _title(area: str) -> str:
    role, *topic = area.replace("_", " ").split("/")
    return ": ".join((role.capitalize(), *topic))


def _row(name: str) -> tuple[Requirement, str, list[str], list[tuple[str, list[str]]]]:
    """A requirement, what decides it, and what it belongs to besides."""
    requirement = requirements.load()[name]
    more = [*requirement.conflicts, *(f"script {item}" for item in requirement.scal if item[1:].isdigit())]
    if requirement.merged_into:
        more.insert(0, f"part of {requirement.merged_into}")
    return requirement, _in_words(decision(requirement)), more, _judged_in(requirement.merged_into or requirement.id)


def _judged_in(requirement: str) -> list[tuple[str, list[str]]]:
    """The functions that judge it, by their files. Links to lines would go stale."""
    by_file: dict[str, set[str]] = {}
    for check in (*checks_of(requirement), *on_every_exchange(requirement)):
        by_file.setdefault(check.file, set()).add(check.function)
    return [(file, sorted(functions)) for file, functions in sorted(by_file.items())]


def _in_words(decided: Decision) -> str:
    if decided.kind == SCENARIO:
        files = dict.fromkeys(name.split("::")[0].removesuffix(".feature") for name in decided.scenarios)
        return "scenario: " + ", ".join(files) + ("; every exchange" if decided.standing else "")
    if decided.kind == STANDING:
        return "every exchange"
    return "statement: " + decided.why if decided.kind == ATTESTATION else "not yet"


def _counted() -> dict[str, Any]:
    entries = list(requirements.load().values())
    by_level = Counter((one.role, str(one.level)) for one in entries)
    by_kind = Counter((one.role, str(decision(one).kind)) for one in entries)
    return {"total": len(entries), "counts": [_table(tuple(reversed(LEVELS)), by_level), _table(KINDS, by_kind)]}


def _table(columns: tuple[str, ...], found: Counter[tuple[str, str]]) -> dict[str, Any]:
    rows = [(role, [found[role, column] for column in columns]) for role in _ROLES]
    sums = [sum(found[role, column] for role in _ROLES) for column in columns]
    return {"columns": columns, "rows": [*rows, ("all", sums)]}


def main(arguments: list[str]) -> int:
    """Print the page, or write it."""
    if "--update" not in arguments:
        print(page(), end="")
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
