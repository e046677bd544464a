"""Statements of persons on what a run cannot decide, from a file of their own.

A statement makes ATTESTED of TO-ATTEST; never a PASS, and never anything of what was observed.
"""

from __future__ import annotations

import hashlib
import json
import textwrap
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..http.urls import split
from ..text import ended
from . import verdicts as v
from .applicability import Catalogue
from .observations import Statement
from .verdicts import JudgedRun

_KEYS = ("requirement", "who", "date", "statement", "link", "file", "sha256")
_NEEDED = ("requirement", "who", "date", "statement")

_HEAD = """\
# Statements on what the run could not decide: who states it, when, what, and what proves it.
# Take the # away from an entry and fill it in; leave out what you cannot state.
# Proof is a link, or a file beside this one with its SHA-256 (it is checked); both may be left out.
# Use it with `uec-booking judge DIR --evidence FILE` or `uec-booking assure --evidence FILE`.
"""


def load(path: Path, catalogue: Catalogue) -> tuple[Statement, ...]:
    """Read the evidence file. Names of attached files are relative to it.

    Raises:
        SettingsError: it is missing or wrong, an attached file is not the one that was hashed,
            or a requirement does not exist; says which entry, and what to write instead.
    """
    another = "write one with `uec-booking judge DIR --write-evidence FILE`."
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
    return tuple(_Entry(path, number, entry).statement(catalogue) for number, entry in enumerate(entries, start=1))


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


def template(judged: JudgedRun) -> str:
    """An evidence file with an entry, commented out, for each statement that is outstanding."""
    lines = [_HEAD]
    for requirement in judged.requirements:
        if requirement.verdict != v.TO_ATTEST:
            continue
        told = f"{requirement.level}, {requirement.role}: {requirement.text} [{requirement.reason}]"
        lines += textwrap.wrap(told, 100, initial_indent="# ", subsequent_indent="# ")
        lines += [
            "# [[statement]]",
            f"# requirement = {json.dumps(requirement.id)}",
            '# who = ""',
            '# date = ""',
            '# statement = ""',
            '# link = ""',
            "",
        ]
    return "\n".join(lines) + "\n"


def write_template(path: Path, judged: JudgedRun) -> int:
    """Write the template; returns how many statements it asks for.

    Raises:
        SettingsError: the file exists already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template(judged))
    except FileExistsError:
        raise SettingsError(f"{path} exists and is not overwritten. Choose another name.") from None
    except OSError as problem:
        raise SettingsError(f"{path} cannot be written: {problem.strerror}. Choose another name.") from None
    return judged.outstanding
