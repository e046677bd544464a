"""The contract between a test and a consumer system: tasks and answers, held against their schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

#: The version of the contract, which each task and each answer names.
VERSION = 1
SCHEMA_FILE = Path(__file__).with_name("consumer_contract.schema.json")


@cache
def schema() -> dict[str, Any]:
    """The schema: ``$defs`` has ``task``, ``answer`` and ``events``."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


def problem_of_task(task: object) -> str:
    """What is wrong with a task, where and why, or an empty string."""
    return _problem("task", task)


def problem_of_answer(answer: object) -> str:
    """What is wrong with an answer, where and why, or an empty string."""
    return _problem("answer", answer)


def problem_of_events(events: object) -> str:
    """What is wrong with events that were posted before their answer, where and why, or an empty string."""
    return _problem("events", events)


def _problem(name: str, value: object) -> str:
    if isinstance(value, dict) and value.get("contract", VERSION) != VERSION:
        return f"contract: version {value['contract']!r:.40} is not known; this one is {VERSION}."
    worst = best_match(_validator(name).iter_errors(value))
    if worst is None:
        return ""
    where = ".".join(str(part) for part in worst.absolute_path) or name
    return f"{where}: {worst.message:.300}."


@cache
def _validator(name: str) -> Draft202012Validator:
    part = {name: value for name, value in schema().items() if name != "oneOf"}
    return Draft202012Validator({**part, "$ref": f"#/$defs/{name}"}, format_checker=FormatChecker())
