"""docs/requirements.md and the counts in README.md: what the standard asks, and what decides it.

``python -m uec_booking.harness.catalogue.page --update`` writes both, in a checkout.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from uec_booking.standard import requirements
from uec_booking.standard.requirements import LEVELS, Requirement
from uec_booking.standard.roles import BOUND

from .traceability import KINDS, SCENARIO, STANDING, Decision, decision

ROOT = Path(__file__).resolve().parents[2]
PAGE, README = ROOT / "docs" / "requirements.md", ROOT / "README.md"
COUNTS = re.compile(r"<!-- counts -->\n.*?<!-- /counts -->", re.DOTALL)

_INTRO = """# What the standard asks, and what decides it

<!-- Generated from standard/requirements and the tags of the features:
     python -m uec_booking.harness.catalogue.page --update -->

Each clause of the UEC Booking Standard that can be tested or stated, with its level (MUST, SHOULD, MAY, under
the latest edition), whom it binds, and what decides it:

- **scenario**: scenarios of these feature files are tagged with it;
- **every exchange**: it is checked on every exchange of a run with the system under test;
- **statement**: it needs a person's statement, or what a run lacks, and is given in an evidence file;
- **not yet**: nothing in this version decides it; the reason stands in `standard/not_yet.toml`.

The same as JSON or CSV, with sources and editions: `uec-booking requirements --format json`. CF numbers lead to
[conflicts.md](conflicts.md), where the documents of the standard contradict each other.

"""


def page() -> str:
    """The whole page in Markdown."""
    parts = [_INTRO, counts(), "\n"]
    for area in requirements.areas():
        members = [r.id for r in requirements.read_area(requirements.FOLDER / f"{area}.toml")]
        parts += [
            f"\n## {_title(area)}\n\n",
            "| | level | binds | decided by | what it asks |\n|---|---|---|---|---|\n",
            *(_row(requirements.load()[name]) for name in members),
        ]
    return "".join(parts)


def _title(area: str) -> str:
    role, *topic = area.replace("_", " ").split("/")
    return ": ".join((role.capitalize(), *topic))


def _row(requirement: Requirement) -> str:
    more = [*requirement.conflicts, *(f"script {item}" for item in requirement.scal if item[1:].isdigit())]
    if requirement.merged_into:
        more.insert(0, f"part of {requirement.merged_into}")
    text = _cell(requirement.text) + (f" ({', '.join(more)})" if more else "")
    decided = _in_words(decision(requirement))
    return f"| {requirement.id} | {requirement.level} | {requirement.role} | {decided} | {text} |\n"


def _in_words(decided: Decision) -> str:
    if decided.kind == SCENARIO:
        files = dict.fromkeys(name.split("::")[0].removesuffix(".feature") for name in decided.scenarios)
        return "scenario: " + ", ".join(files) + ("; every exchange" if decided.standing else "")
    if decided.kind == STANDING:
        return "every exchange"
    return "statement: " + decided.why if decided.kind == "attestation" else "not yet"


def _cell(text: str) -> str:
    return re.sub(r"[\\|<*]|(?<!\w)_", r"\\\g<0>", text)


def counts() -> str:
    """How many requirements there are, by role and level, and by what decides them; two tables."""
    entries = list(requirements.load().values())
    roles = tuple(BOUND)
    levels = tuple(reversed(LEVELS))
    by_level = Counter((one.role, one.level) for one in entries)
    by_kind = Counter((one.role, decision(one).kind) for one in entries)
    return (
        f"{len(entries)} requirements; *any* binds consumers and providers alike.\n\n"
        + _table(roles, levels, by_level)
        + "\n"
        + _table(roles, KINDS, by_kind)
    )


def _table(roles: tuple[str, ...], columns: tuple[str, ...], found: Counter[tuple[str, str]]) -> str:
    lines = [f"| binds | {' | '.join(columns)} | all |", "|---" * (len(columns) + 2) + "|"]
    for role in roles:
        cells = [found[role, column] for column in columns]
        lines.append(f"| {role} | {' | '.join(map(str, cells))} | {sum(cells)} |")
    sums = [sum(found[role, column] for role in roles) for column in columns]
    lines.append(f"| all | {' | '.join(map(str, sums))} | {sum(sums)} |")
    return "\n".join(lines) + "\n"


def readme_with_counts(text: str) -> str:
    """The README with the counts between its markers brought up to date."""
    return COUNTS.sub(lambda _: f"<!-- counts -->\n{counts()}<!-- /counts -->", text)


def main(arguments: list[str]) -> int:
    """Print the page, or write it and the counts."""
    if "--update" not in arguments:
        print(page(), end="")
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    README.write_text(readme_with_counts(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
