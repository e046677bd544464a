"""The pages of the docs, and the code blocks in them.

A block says by its language what it is. ``bash``: a test runs it as it stands. ``sh``: command lines, whose commands
and options a test holds against the program. Everything else is no command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..support.source import ROOT

DOCS = ROOT / "docs"
#: Made from the code: their own tests say whether they are current.
GENERATED = {
    "requirements",
    "conflicts",
    "defects",
    "consumer-defects",
    "hostile-peers",
    "assurance",
    "commands",
    "settings",
}
COMMANDS = {"bash", "sh"}
NO_COMMANDS = {"toml", "json", "yaml", "groovy", "text"}

_BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    language: str
    text: str

    def lines(self) -> Iterator[str]:
        """Its command lines, those that go on behind a backslash in one."""
        for line in self.text.replace("\\\n", " ").splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                yield line


def pages() -> list[Path]:
    """What is written by hand: the README and the pages."""
    return [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if page.stem not in GENERATED)]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    return [Block(page, found[1], found[2]) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]
