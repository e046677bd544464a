"""What Allure shows beside the results: the environment, and what made them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun

from .allure_config import CATEGORIES
from .reporter import write_document
from .text import one_line
from .words import levels


def write_about(run: JudgedRun, folder: Path) -> None:
    """Write environment.properties, categories.json and executor.json; no name of a machine is in them."""
    facts = {
        "verdict": run.headline(),
        "edition": run.edition,
        "reading": run.reading or "none",
        **{label.lower().replace(" ", "_").replace("'s", ""): value for label, value in levels(run)},
        "statements_outstanding": run.outstanding,
        "exit_status": run.exit_status,
        **dict(run.identity.in_words()),
        **dict(_flat(run.system)),
    }
    lines = [f"{_key(name)}={_value(value)}" for name, value in facts.items()]
    write_document(folder / "environment.properties", "\n".join(lines) + "\n")
    write_document(folder / "categories.json", json.dumps(CATEGORIES, indent=1))
    executor = {
        "name": "uec-booking",
        "type": "uec-booking",
        "reportName": "UEC Booking conformance",
        "buildName": one_line(f"edition {run.edition}, {run.started}"),
    }
    write_document(folder / "executor.json", json.dumps(executor, indent=1))


def _flat(facts: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    """The settings, a line each; what is empty says nothing and is left out."""
    for name in sorted(facts, key=str):
        value = facts[name]
        if isinstance(value, Mapping):
            yield from _flat(value, f"{under}{name}.")
        elif value not in ("", None, [], ()):
            yield f"{under}{name}", _in_words(value)


def _in_words(value: Any) -> str:
    """A value of the settings for a reader, and not as Python writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80] or "_"


def _value(value: object) -> str:
    """A value of a Java properties file: one line, backslashes doubled, the rest as ``\\uXXXX``."""
    line = one_line(value).replace("\\", "\\\\")
    units = line.encode("utf-16-be")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(code) if code < 0x7F else f"\\u{code:04x}" for code in codes)
