"""The form of a directory of services (``directory.schema.json``): a document is held against it, and no more."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).parent / "directory.schema.json"
VERSION = 1


def what_is_wrong(document: Any) -> str:
    """What keeps a JSON value from being a directory, after its place; empty where nothing does."""
    # Not before: a simulator with its built-in directory starts without it.
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(document))
    if error is None:
        return ""
    place = error.json_path.removeprefix("$").removeprefix(".") or "the whole file"
    return f"{place}: {error.message[:300]}"


@cache
def _validator() -> Any:
    from .ecma import Validator

    return Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
