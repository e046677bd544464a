"""Lines on a terminal, in a file or in a build log: wrapped, and plain where colours or signs cannot be shown.

Nothing that a system under test sends gets here unescaped (``reports.text``); what this stream cannot show becomes an
escape, so that a report never breaks on a name.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from typing import TextIO

from uec_booking.harness.judging.verdicts import (
    ERROR,
    FAIL,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    NOT_RUN,
    PASS,
    TO_ATTEST,
    WARN,
    Verdict,
)

from .text import one_line
from .words import SYMBOLS

#: Columns of a line, where the terminal has as many.
WIDTH = 100
#: Below it nothing could be read.
_NARROWEST = 50

#: How a line begins that GitHub Actions takes for a command: what a system sent could be wrapped there.
_COMMAND = re.compile(r"^(\s*)(?=::|##\[)", re.MULTILINE)
_ASCII = {
    PASS: "ok",
    FAIL: "XX",
    ERROR: "XX",
    INCONCLUSIVE: "??",
    WARN: "!!",
    NOT_APPLICABLE: "--",
    NOT_RUN: "--",
    TO_ATTEST: "--",
}
_COLOURS = {PASS: "32", FAIL: "31", ERROR: "31", INCONCLUSIVE: "33", WARN: "33", TO_ATTEST: "33", NOT_RUN: "33"}


class Screen:
    """Writes to ``stream``; standard output, as it is at the time, where none is given.

    ``NO_COLOR`` and ``COLUMNS`` are heeded, the latter up to ``WIDTH``.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._given = stream
        self._passing = False

    @property
    def width(self) -> int:
        """Columns of a line: those of the terminal, or of ``COLUMNS``; ``WIDTH`` where nobody tells."""
        told = os.environ.get("COLUMNS", "").isdecimal() or self.is_terminal
        columns = shutil.get_terminal_size((WIDTH, 24)).columns if told else WIDTH
        return max(_NARROWEST, min(WIDTH, columns))

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks on, who may be shown what passes."""
        return self._stream.isatty() and os.environ.get("TERM") != "dumb"

    def write(self, line: str = "") -> None:
        """One line, or several that stand as they are."""
        self._stream.write(self._cleared() + _COMMAND.sub(r"\1> ", self.showable(line)) + "\n")
        self._stream.flush()

    def pass_by(self, line: str) -> None:
        """A line that the next one takes the place of; shown on a terminal only."""
        if self.is_terminal:
            self._stream.write(self._cleared() + self.dim(one_line(self.showable(line), self.width - 1)))
            self._stream.flush()
            self._passing = True

    def clear(self) -> None:
        """Take away what is passing by."""
        self._stream.write(self._cleared())
        self._stream.flush()

    def wrapped(self, text: str, first: str, rest: str | None = None) -> None:
        """A paragraph, its first line begun with ``first`` and the others with ``rest``."""
        shown = self.showable(one_line(text, 2_400))
        indent = first if rest is None else rest
        width = self.width
        if len(shown) + len(first) <= width:
            self.write(first + shown)
            return
        self.write(textwrap.fill(shown, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False))

    def row(self, label: str, value: str) -> None:
        """A line of a table of two columns."""
        self.wrapped(value, f"{label:<20}", " " * 20)

    def fact(self, label: str, value: str, limit: int = 300) -> None:
        """A labelled line below something; none where there is no value."""
        if value:
            self.wrapped(one_line(value, limit), f"  {label:<11} ", " " * 14)

    def rule(self) -> None:
        """A line across."""
        self.write(("─" if self._unicode() else "-") * self.width)

    def mark(self, verdict: Verdict) -> str:
        """The sign of a verdict."""
        symbol = (SYMBOLS if self._unicode() else _ASCII).get(verdict, "?")
        return self.coloured(symbol, verdict)

    def coloured(self, text: str, verdict: Verdict) -> str:
        """In the colour of a verdict, which means nothing else."""
        colour = _COLOURS.get(verdict)
        return f"\x1b[{colour}m{text}\x1b[0m" if colour and self._colours() else text

    def dim(self, text: str) -> str:
        """Of less weight than the rest."""
        return f"\x1b[2m{text}\x1b[0m" if self._colours() else text

    def showable(self, text: str) -> str:
        """What this stream cannot show becomes an escape."""
        if self._unicode():
            return text
        encoding = self._stream.encoding or "ascii"
        plain = text.replace("…", "...").replace("·", "-").replace("–", "-")
        return plain.encode(encoding, "backslashreplace").decode(encoding)

    def _cleared(self) -> str:
        passing, self._passing = self._passing, False
        return "\r\x1b[K" if passing else ""

    def _colours(self) -> bool:
        return self.is_terminal and not os.environ.get("NO_COLOR")

    def _unicode(self) -> bool:
        return (self._stream.encoding or "").lower().replace("_", "-") in ("utf-8", "utf8")

    @property
    def _stream(self) -> TextIO:
        return self._given or sys.stdout
