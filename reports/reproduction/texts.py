"""Texts of a script that are known in part when it is written, and in part only when it runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from uec_booking.harness.text import clean

_ODD = re.compile(r"[^\n\t\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that whoever runs the script may set in its environment: an address, an id of a service."""

    name: str
    encoded: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """So many seconds from when the script runs (in UTC), with what follows the seconds: a fraction, a zone."""

    seconds: int
    form: str
    encoded: bool = False


@dataclass(frozen=True, slots=True)
class NewId:
    """An id made when the script runs; the same number is the same id."""

    number: int
    encoded: bool = False


@dataclass(frozen=True, slots=True)
class FromAnswer:
    """A value read from the answer to an earlier request: ``what`` is a command of the script and its arguments.

    ``cut`` is how many characters its end lacks, ``swapped``: its letters are in the other case.
    """

    exchange: str
    name: str
    what: tuple[str, ...]
    encoded: bool = False
    cut: int = 0
    swapped: bool = False


Reference = Setting | Moment | NewId | FromAnswer
Text = tuple[str | Reference, ...]


def references(text: Text) -> list[Reference]:
    return [part for part in text if not isinstance(part, str)]


def encoded(text: Text) -> Text:
    """The text with its references percent-encoded when they are known; what is known is left as it is."""
    return tuple(part if isinstance(part, str) else replace(part, encoded=True) for part in text)


def joined(parts: Iterable[str | Reference]) -> Text:
    """Neighbouring known parts as one."""
    made: list[str | Reference] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    return tuple(made)


def in_shell(text: Text, numbers: Mapping[str, int]) -> str:
    """One word of bash. What is known is quoted, so that nothing of it is ever carried out."""
    return "".join(quoted(part) if isinstance(part, str) else f'"{_in_shell(part, numbers)}"' for part in text) or "''"


def here_document(text: Text, numbers: Mapping[str, int], end: str) -> str:
    """``text`` as the lines of a here-document of bash, the easiest to read; nothing where it cannot be one."""
    made = ""
    for part in text:
        if isinstance(part, str) and _ODD.search(part):
            return ""
        # What is known is never carried out: in a here-document these three are obeyed, and nothing else.
        made += re.sub(r"[\\$`]", r"\\\g<0>", part) if isinstance(part, str) else _in_shell(part, numbers)
    return "" if made.endswith("\n") or end in made.split("\n") else made


def quoted(text: str) -> str:
    """``text`` as a word of bash; characters that a terminal would obey or hide are escapes in it."""
    if not _ODD.search(text):
        return shlex.quote(text)
    return "$'" + "".join(_escaped(character) for character in text) + "'"


def comment(text: str) -> str:
    """``text`` in one line, for a comment."""
    return " ".join(clean(text).split())


def variable(reference: Reference, numbers: Mapping[str, int]) -> str:
    """The name under which the script keeps what a reference leads to."""
    if isinstance(reference, Setting):
        return reference.name
    if isinstance(reference, NewId):
        return f"request_id_{reference.number}"
    assert isinstance(reference, FromAnswer)
    return f"{reference.name}_{numbers[reference.exchange]}"


def _in_shell(reference: Reference, numbers: Mapping[str, int]) -> str:
    if isinstance(reference, Moment):
        known = f"$(moment {reference.seconds} {shlex.quote(reference.form)})"
    else:
        cut = f"%{'?' * reference.cut}" if isinstance(reference, FromAnswer) and reference.cut else ""
        known = f"${{{variable(reference, numbers)}{cut}}}"
        if isinstance(reference, FromAnswer) and reference.swapped:
            known = f'$(swapped "{known}")'
    return f'$(encoded "{known}")' if reference.encoded else known


def _escaped(character: str) -> str:
    if character in "'\\":
        return "\\" + character
    if "\x20" <= character <= "\x7e" or character in "\n\t":
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "backslashreplace"))
