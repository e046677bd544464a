"""Reading a directory file. What is wrong is one sentence: what, where, and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from uec_booking.standard.directory import what_is_wrong

from .consistency import first_contradiction
from .services import DirectoryService, from_document

MAX_BYTES = 4_000_000
_EXAMPLE = "`uec-booking simulate --list-directory --json` prints one that is right"


class DirectoryError(ValueError):
    """The directory file cannot be used; the message says why, where and what to do."""


def read_directory(path: Path) -> tuple[DirectoryService, ...]:
    """The services of a directory file. Raises DirectoryError."""
    document = _json(path)
    fault = what_is_wrong(document)
    if fault:
        raise DirectoryError(f"{path}: {fault}; its form is standard/directory.schema.json, and {_EXAMPLE}")
    services = from_document(document)
    fault = first_contradiction(services)
    if fault:
        raise DirectoryError(f"{path}: {fault}")
    return services


def _json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DirectoryError(f"{path} cannot be read: {error.strerror}; name a file that there is") from None
    if len(content) > MAX_BYTES:
        raise DirectoryError(f"{path} has more than {MAX_BYTES} bytes; leave services out")
    try:
        return json.loads(content, object_pairs_hook=_no_member_twice)
    except (ValueError, RecursionError) as error:
        raise DirectoryError(f"{path} is not JSON: {str(error)[:200]}; {_EXAMPLE}") from None


def _no_member_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member {next(name for name in names if names.count(name) > 1)!r} occurs twice")
    return value
