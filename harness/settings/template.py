"""The commented settings file, and what is written into it in the place of its examples."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources

from uec_booking.standard import editions

from .model import CAPABILITIES, SERVICE_PURPOSES


def template(enough_patients: int) -> str:
    """The text of the file; it can be read as it stands."""
    values = {
        "EDITIONS": ", ".join(editions.EDITIONS),
        "EDITION": editions.DEFAULT,
        "ENOUGH": str(enough_patients),
        "READINGS": ", ".join(editions.READINGS),
        "READING": next(iter(editions.READINGS)),
        "CAPABILITIES": "\n".join(f'#   "{name}": {what}' for name, what in CAPABILITIES.items()),
        "PURPOSES": "\n".join(
            f'{"" if purpose == "later" else "# "}{purpose} = "2000000001"   # {what}'
            for purpose, what in SERVICE_PURPOSES.items()
        ),
    }
    text = resources.files(__package__).joinpath("template.toml").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def filled_in(text: str, values: Mapping[str, object]) -> str:
    """The file with values by dotted key; a table that is a comment becomes one where a value is in it."""
    lines = text.split("\n")
    for key, value in values.items():
        table, _, name = key.rpartition(".")
        at = _line_of_table(lines, table) if table else 0
        if table:
            lines[at] = lines[at].removeprefix("# ")
        where = next(n for n in range(at, len(lines)) if re.match(rf"(# )?{re.escape(name)} = ", lines[n]))
        comment = re.search(r"\s{2,}# .*$", lines[where])
        lines[where] = f"{name} = {_as_toml(value)}{comment[0] if comment else ''}"
    return "\n".join(lines)


def _line_of_table(lines: list[str], table: str) -> int:
    return next(n for n, line in enumerate(lines) if line.removeprefix("# ") == f"[{table}]")


def _as_toml(value: object) -> str:
    """Texts and lists of them are written alike in JSON, but for a sign that no setting has."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
