"""The failures that are known, from a file of the user's: each with its reason, and the day until which it is expected.

An expectation changes no verdict. It only keeps a build from breaking for what is known already.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..text import ended, one_line
from .applicability import Catalogue
from .near_names import near_names

_TABLE = "expected_failure"
_KEYS = ("id", "reason", "expires")
_EXAMPLE = '[[expected_failure]], id = "PRV-BOOK-10", reason = "…" and expires = 2026-12-31, a line each'


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A requirement that is known to FAIL. It is expected until the end of the day on which it expires."""

    id: str
    reason: str
    expires: date


def load(path: Path, catalogue: Catalogue) -> tuple[ExpectedFailure, ...]:
    """Read the file.

    Raises:
        SettingsError: it is missing or wrong, or names a requirement that does not exist, or one twice; says which
            entry, and what to write instead.
    """
    try:
        # With the mark that some editors put at the beginning.
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(
            f"The file of expected failures {path} cannot be read: {ended(problem)} Put it right, or leave "
            "--expected-failures out."
        ) from None
    except (ValueError, RecursionError) as problem:
        # Not every ValueError is one of TOML: a number may be too long for Python.
        raise SettingsError(
            f"The file of expected failures {path} is not valid TOML: {ended(problem)} An entry is {_EXAMPLE}."
        ) from None
    entries = data.pop(_TABLE, [])
    if data or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(
            f"The file of expected failures {path} holds something else than expected failures. An entry is {_EXAMPLE}."
        )
    found: dict[str, ExpectedFailure] = {}
    for number, entry in enumerate(entries, start=1):
        one = _Entry(path, number, entry)
        made = one.expected(catalogue)
        if made.id in found:
            raise one.wrong("an entry before this one names the same requirement. Leave one of them out.")
        found[made.id] = made
    return tuple(found.values())


class _Entry:
    """One entry as it is written, with errors that say where it stands."""

    def __init__(self, path: Path, number: int, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        self._where = f"In {path}, entry {number} ({one_line(entry.get('id', 'no id'), 60)})"

    def expected(self, catalogue: Catalogue) -> ExpectedFailure:
        for key in self._entry:
            if key not in _KEYS:
                raise self.wrong(f"the key {key!r} is not known. Known are: {', '.join(_KEYS)}.")
        for key in _KEYS:
            if key not in self._entry:
                raise self.wrong(f"{key} is missing. An entry is {_EXAMPLE}.")
        return ExpectedFailure(self._id(catalogue), self._text("reason"), self._expires())

    def wrong(self, what: str) -> SettingsError:
        return SettingsError(f"{self._where}: {what}")

    def _id(self, catalogue: Catalogue) -> str:
        name = self._text("id")
        if name not in catalogue:
            near = near_names(name, catalogue)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise self.wrong(f"there is no such requirement.{hint} `uec-booking requirements` lists all of them.")
        into = catalogue[name].merged_into
        if into:
            raise self.wrong(f"that clause is part of {into}, which has the verdict. Write {into}.")
        return name

    def _text(self, key: str) -> str:
        value = self._entry[key]
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f'{key} says nothing. Write it as a text in "double quotes".')
        return " ".join(value.split())

    def _expires(self) -> date:
        value = self._entry["expires"]
        try:
            # A TOML date, or the same in quotes. A TOML date with a time is not a date.
            return date.fromisoformat(value if isinstance(value, str) else str(value))
        except ValueError:
            raise self.wrong("expires is not a date. Write it as 2026-12-31.") from None
