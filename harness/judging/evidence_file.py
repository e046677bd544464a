"""Writes evidence files: the template of what is outstanding, and one statement after the other."""

from __future__ import annotations

import json
import os
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

from ..errors import SettingsError, why_not_written
from ..text import clean
from . import verdicts as v
from .observations import Statement
from .verdicts import JudgedRun, RequirementVerdict

_HEAD = """\
# Statements on what the run could not decide: who states it, when, what, and what proves it.
# Fill in what you can state; blank entries are skipped. `uec-booking attest DIR --evidence FILE` asks one by one.
# Proof is a link, or a file beside this one with its SHA-256 (it is checked); both may be left out.
# Use it with `uec-booking judge DIR --evidence FILE` or `uec-booking assure --evidence FILE`.
"""


def outstanding(judged: JudgedRun) -> Iterator[RequirementVerdict]:
    """The requirements that need a person's statement, and have none."""
    return (requirement for requirement in judged.requirements if requirement.verdict == v.TO_ATTEST)


def template(judged: JudgedRun) -> str:
    """An evidence file with a blank entry for each statement that is outstanding."""
    lines = [_HEAD]
    for requirement in outstanding(judged):
        told = f"{requirement.level}, {requirement.role}: {requirement.text} [{requirement.reason}]"
        lines += textwrap.wrap(told, 100, initial_indent="# ", subsequent_indent="# ")
        lines += [
            "[[statement]]",
            f"requirement = {json.dumps(requirement.id)}",
            'who = ""',
            'date = ""',
            'statement = ""',
            'link = ""',
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


def add(path: Path, statement: Statement) -> None:
    """Write a statement at the end of an evidence file, which is made where there is none. What is there stays.

    Raises:
        SettingsError: the file cannot be written, or nothing can be added to it as it is.
    """
    unfinished = path.with_name(path.name + ".tmp")
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else _HEAD
        text = f"{before.rstrip()}\n\n{_entry(statement)}"
        tomllib.loads(text)
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        os.replace(unfinished, path)
    except tomllib.TOMLDecodeError:
        raise SettingsError(
            f"Nothing can be added to {path}: its statements are written in another way than [[statement]] on a line "
            "of its own before each. Name another file by --evidence."
        ) from None
    except OSError as problem:
        raise SettingsError(
            f"{path} cannot be written: {why_not_written(problem)}. Name another file by --evidence."
        ) from None


def _entry(statement: Statement) -> str:
    lines = [
        "[[statement]]",
        f"requirement = {_text(statement.requirement)}",
        f"who = {_text(statement.who)}",
        f"date = {statement.date}",
        f"statement = {_text(statement.statement)}",
        *(
            f"{key} = {_text(value)}"
            for key, value in (("link", statement.link), ("file", statement.file), ("sha256", statement.sha256))
            if value
        ),
    ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A text of TOML on one line. Of what JSON lets through, only what is not printable is forbidden there."""
    return json.dumps(clean(value), ensure_ascii=False)
