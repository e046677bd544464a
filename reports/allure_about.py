"""What Allure shows beside the results: environment, categories, and what made them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from uec_booking.harness.judging.verdicts import JudgedRun

from .reporter import write_document
from .text import one_line
from .words import levels

#: Allure 2 reads this file; Allure 3 takes the same list from its ``allurerc.json``.
CATEGORIES = (
    {"name": "Not conformant: a MUST not met", "matchedStatuses": ["failed"]},
    {
        "name": "Inconclusive: could not be observed",
        "matchedStatuses": ["broken"],
        "messageRegex": "(?s)INCONCLUSIVE.*",
    },
    {"name": "The harness broke", "matchedStatuses": ["broken"], "messageRegex": "(?s)ERROR.*"},
    {"name": "Warnings: a SHOULD not met, or a tolerated value", "matchedStatuses": ["unknown"]},
    {"name": "Not applicable, or for a person to state", "matchedStatuses": ["skipped"]},
)


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


def _flat(facts: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(facts, key=str):
        if isinstance(facts[name], Mapping):
            yield from _flat(facts[name], f"{under}{name}.")
        else:
            yield f"{under}{name}", facts[name]


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80] or "_"


def _value(value: object) -> str:
    """A value of a Java properties file: one line, backslashes doubled, the rest as ``\\uXXXX``."""
    line = one_line(value).replace("\\", "\\\\")
    units = line.encode("utf-16-be")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(code) if code < 0x7F else f"\\u{code:04x}" for code in codes)
