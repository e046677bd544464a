"""Text for terminals: nothing that a system sent reaches one unescaped, and none breaks on a letter."""

from __future__ import annotations

import sys
import textwrap

WIDTH = 100


def say(text: str = "", indent: str = "", hanging: str | None = None) -> None:
    """Print one paragraph, wrapped to ``WIDTH`` columns."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    encoding = sys.stdout.encoding or "ascii"
    shown = shown.encode(encoding, "backslashreplace").decode(encoding)
    rest = indent if hanging is None else hanging
    print(textwrap.fill(shown, WIDTH, initial_indent=indent, subsequent_indent=rest) if shown else "")
