"""Text made harmless: nothing that a system sent reaches a terminal, a page or a file of ours unescaped.

Whatever a server sends ends up in front of a reader. Characters that could move a cursor, break a document or
turn the reading order are written as visible escapes (``\\x1b``): harmless, and still evidence.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap

WIDTH = 100

_NOT_PLAIN = re.compile(r"[^\x20-\x7e\t\n]")


def clean(text: object) -> str:
    """``text`` with unsafe characters as escapes; newlines and tabs stay, CR LF becomes LF.

    Unsafe is what Python does not call printable: controls (C0 and C1), marks and overrides of the reading direction
    and other invisible signs, line separators, lone surrogates, and what is no character at all.
    """
    text = str(text)
    return text if text.isprintable() else _NOT_PLAIN.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: object, limit: int = 300) -> str:
    """``clean`` text on one line of at most ``limit`` characters, ending in ``…`` where cut."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def ended(text: object) -> str:
    """``text`` with a full stop, unless it ends a sentence already: what a system says often does."""
    line = str(text).rstrip()
    return line if line.endswith((".", "!", "?", "…", '."', ".'")) else f"{line}."


def in_words(value: object, limit: int = 120) -> str:
    """A value out of a resource, in words for a reader: never as Python writes it."""
    if value is None:
        return "absent"
    if value == "":
        return "empty"
    if isinstance(value, str):
        return f'"{value}"'
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def markdown_cell(text: object) -> str:
    """Text that may stand in a table of Markdown: what Markdown or HTML would take for its own is escaped."""
    return re.sub(r"[\\|<*]|(?<!\w)_", r"\\\g<0>", str(text))


def say(text: str = "", indent: str = "", hanging: str | None = None) -> None:
    """Print one paragraph, wrapped to ``WIDTH`` columns; ids and options are not broken at their hyphens."""
    rest = indent if hanging is None else hanging
    line = for_terminal(text)
    if line:
        line = textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=rest, break_on_hyphens=False)
    print(line)


def complain(text: object) -> None:
    """Say on standard error what went wrong, in one paragraph with our name before it.

    White space is put together: a line break in what a system sent must not look like a line of ours.
    """
    print(f"uec-booking: {' '.join(clean(text).split())}", file=sys.stderr)


def for_terminal(text: object) -> str:
    """``text`` on one line, with escapes for what is unsafe and for letters that the terminal does not have."""
    line = " ".join(clean(text).splitlines()).replace("\t", " ")
    encoding = sys.stdout.encoding or "ascii"
    return line.encode(encoding, "backslashreplace").decode(encoding)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
