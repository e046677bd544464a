"""Statements of persons on what a run cannot decide, from a file of their own.

A statement makes ATTESTED of TO-ATTEST; never a PASS, and never anything of what was observed.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..http.urls import split
from ..text import ended
from .applicability import Catalogue
from .observations import Statement

_KEYS = ("requirement", "who", "date", "statement", "link", "file", "sha256")
_NEEDED = ("requirement", "who", "date", "statement")

#: What an entry says; one in which none of these says anything is blank.
_SAYS = ("statement", "link", "file", "sha256")


def load(path: Path, catalogue: Catalogue) -> tuple[Statement, ...]:
    """Read the evidence file. Names of attached files are relative to it; blank entries are skipped.

    Raises:
        SettingsError: it is missing or wrong, an attached file is not the one that was hashed,
            or a requirement does not exist; says which entry, and what to write instead.
    """
    another = "write one with `uec-booking attest DIR`."
    try:
        # With the mark that some editors put at the beginning.
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(
            f"The evidence file {path} cannot be read: {ended(problem)} Put it right, or {another}"
        ) from None
    except (ValueError, RecursionError) as problem:
        # Not every ValueError is one of TOML: a number may be too long for Python.
        raise SettingsError(
            f"The evidence file {path} is not valid TOML: {ended(problem)} Mend it there, or {another}"
        ) from None
    entries = data.pop("statement", [])
    if data or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(
            f"The evidence file {path} holds something else than statements. "
            "Write [[statement]] on a line of its own before each, and nothing outside them."
        )
    return tuple(
        stated(path, entry, catalogue, number) for number, entry in enumerate(entries, start=1) if not _is_blank(entry)
    )


def stated(path: Path, entry: Mapping[str, Any], catalogue: Catalogue, number: int) -> Statement:
    """The statement of one entry, the ``number``-th of the file.

    Raises:
        SettingsError: as ``load``.
    """
    return _Entry(path, number, entry).statement(catalogue)


def _is_blank(entry: Mapping[str, Any]) -> bool:
    """Whether it is one of the template in which nothing was stated, be it that name and date were filled in."""
    return "statement" in entry and not any(str(entry.get(key, "")).strip() for key in _SAYS)


class _Entry:
    """One statement as it is written, with errors that say where it stands."""

    def __init__(self, path: Path, number: int, entry: Mapping[str, Any]) -> None:
        self._path = path
        self._entry = entry
        name = " ".join(str(entry.get("requirement", "no requirement")).split())[:60]
        self._where = f"In {path}, statement {number} ({name})"

    def statement(self, catalogue: Catalogue) -> Statement:
        for key in self._entry:
            if key not in _KEYS:
                raise self._wrong(f"the key {key!r} is not known. Known are: {', '.join(_KEYS)}.")
        for key in _NEEDED:
            if key not in self._entry:
                raise self._wrong(f"{key} is missing. Add a line for it.")
        requirement = self._text("requirement")
        if requirement not in catalogue:
            raise self._wrong("there is no such requirement. `uec-booking requirements` lists all of them.")
        into = catalogue[requirement].merged_into
        if into:
            raise self._wrong(f"that clause is part of {into}. State it of {into}.")
        return Statement(
            requirement=requirement,
            who=self._text("who"),
            date=self._date(),
            statement=self._text("statement"),
            link=self._link(),
            file=self._text("file", ""),
            sha256=self._hash(),
        )

    def _wrong(self, what: str) -> SettingsError:
        return SettingsError(f"{self._where}: {what}")

    def _text(self, key: str, default: str | None = None) -> str:
        value = self._entry.get(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self._wrong(f'{key} says nothing. Write it as a text in "double quotes".')
        return value.strip()

    def _date(self) -> str:
        value = self._entry["date"]
        try:
            # A TOML date, or the same in quotes. A TOML date with a time is not a date.
            stated = date.fromisoformat(value if isinstance(value, str) else str(value))
        except ValueError:
            raise self._wrong("date is not a date. Write it as 2026-01-31.") from None
        # In British summer it is tomorrow an hour before it is by UTC, which machines are often set to.
        today = max(date.today(), (datetime.now(UTC) + timedelta(hours=1)).date())
        if stated > today:
            raise self._wrong(
                f"date is {stated}, and today is {today}: nothing can be stated in the future. "
                "Write the day on which it was stated."
            )
        return stated.isoformat()

    def _link(self) -> str:
        link = self._text("link", "")
        if link and not (split(link).scheme in ("http", "https") and split(link).netloc):
            raise self._wrong("link is not an address. Write it as https://host/path, or name a file.")
        return link

    def _hash(self) -> str:
        name, stated = self._text("file", ""), self._text("sha256", "").lower()
        if not name:
            if stated:
                raise self._wrong("there is a sha256 and no file. Name the file that it belongs to.")
            return ""
        try:
            content = (self._path.parent / name).read_bytes()
        except (OSError, ValueError) as problem:
            # A ValueError is that of a name with a NUL in it.
            why = getattr(problem, "strerror", None) or problem
            raise self._wrong(f"the file {name} cannot be read: {why}. Put it there.") from None
        real = hashlib.sha256(content).hexdigest()
        if not stated:
            raise self._wrong(f'the file has no hash. If it is the right one, add: sha256 = "{real}"')
        if stated != real:
            raise self._wrong(
                f"the file {name} is not the one that was hashed: its SHA-256 is {real}, and sha256 says "
                f"{stated}. Attach the right file, or state it anew for this one."
            )
        return stated
