"""Stored runs: ``run.jsonl`` holds settings (without secrets), exchanges and observations.

The first line is the run, then a line for each scenario as it ended, and a last line with
how the run ended; so a run that crashed can still be read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from .errors import SettingsError
from .ledger import OUTCOMES, Run, ScenarioRecord, Statement

FILE = "run.jsonl"
FORMAT = 1


class Writer:
    """Writes a run as it goes on.

    Raises:
        OSError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._path.write_text("", encoding="utf-8")

    def begin(self, run: Run) -> None:
        self._line({"kind": "run", "format": FORMAT, **_facts(run)})

    def scenario(self, record: ScenarioRecord) -> None:
        self._line({"kind": "scenario", **record.to_json()})

    def end(self, run: Run) -> None:
        self._line({"kind": "end", **_facts(run)})

    def sha256(self) -> str:
        """Of what is written so far."""
        return hashlib.sha256(self._path.read_bytes()).hexdigest()

    def _line(self, data: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(data, ensure_ascii=True) + "\n")


def _facts(run: Run) -> dict[str, Any]:
    facts = asdict(replace(run, scenarios=()))
    del facts["sha256"]  # no file can hold its own
    return facts


def read(folder: Path) -> Run:
    """The run stored in ``folder`` (or in a file of it).

    Raises:
        SettingsError: there is none, or it is damaged; says what and where.
    """
    path = folder / FILE if folder.is_dir() else folder
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(
            f"There is no stored run at {path}: {problem}. Name the folder that `uec-booking assure --out` wrote."
        ) from None
    facts: dict[str, Any] = {}
    ended = False
    records: list[ScenarioRecord] = []
    for number, line in enumerate(lines, start=1):
        try:
            data = json.loads(line)
            kind = data.pop("kind")
            if kind == "scenario":
                records.append(_checked(ScenarioRecord.from_json(data)))
            else:
                if data.pop("format", FORMAT) != FORMAT:
                    raise ValueError("it was written by another version of this program")
                facts, ended = data, kind == "end"
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise SettingsError(f"The stored run {path} is damaged in line {number}: {problem}.") from None
    if not facts:
        raise SettingsError(f"The stored run {path} is empty.")
    run = Run(
        **{
            **facts,
            "claims": tuple(facts["claims"]),
            "notes": tuple(facts["notes"]),
            "evidence": tuple(Statement(**statement) for statement in facts.get("evidence", ())),
            "scenarios": tuple(records),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    )
    return run if ended else replace(run, broken="The run was cut off before its end.", broken_status=2)


def _checked(record: ScenarioRecord) -> ScenarioRecord:
    """Raises ValueError for an outcome that judging does not know."""
    for observation in record.observations:
        if observation.outcome not in OUTCOMES:
            raise ValueError(f"there is no outcome {observation.outcome!r}")
    return record
