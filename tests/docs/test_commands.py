"""Every command in the docs is there, with options that it has; the pages made from the code are current."""

from __future__ import annotations

import argparse
import re
import runpy
import shlex
from pathlib import Path

import pytest
from uec_booking.harness.actors.patients import ENOUGH
from uec_booking.harness.commands import COMMANDS as OURS
from uec_booking.harness.settings.template import template

from ..support.source import ROOT
from .pages import COMMANDS, DOCS, NO_COMMANDS, blocks, pages

MADE = runpy.run_path(str(ROOT / "dev" / "reference_pages.py"), run_name="reference_pages")
AGAIN = "run: python dev/reference_pages.py"
#: Where a command line ends for the program: what follows is the shell's.
_SHELL = re.compile(r"\s(?:>|\||&&|2>)\s?")


@pytest.fixture(scope="module")
def parsers() -> dict[str, argparse.ArgumentParser]:
    return {name: MADE["parser_of"](name) for name in OURS}


def test_the_page_of_commands_is_current() -> None:
    assert (DOCS / "reference" / "commands.md").read_text(encoding="utf-8") == MADE["commands"](), AGAIN


def test_the_page_of_settings_is_current() -> None:
    assert (DOCS / "reference" / "settings.md").read_text(encoding="utf-8") == MADE["settings"](), AGAIN


def test_each_key_is_explained_in_the_file_that_init_writes() -> None:
    keys = set(re.findall(r"^\| `(\w+)`", MADE["settings"](), re.MULTILINE))
    assert keys
    assert not {key for key in keys if not re.search(rf"\b{key}\b", template(ENOUGH))}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_are_there(page: Path, parsers: dict[str, argparse.ArgumentParser]) -> None:
    wrong = []
    for block in blocks(page):
        if block.language not in COMMANDS | NO_COMMANDS:
            wrong.append(f"a block says not what it is: {block.language!r} {block.text[:60]!r}")
        elif block.language in COMMANDS:
            wrong += [f"{line}: {fault}" for line in block.lines() if (fault := _fault(line, parsers))]
    assert not wrong, "\n".join(wrong)


def _fault(line: str, parsers: dict[str, argparse.ArgumentParser]) -> str:
    """What is wrong with a line, where it calls make or our program by name."""
    if line.startswith("make "):
        target = re.compile(rf"^{line.split()[1]}:", re.MULTILINE)
        return "" if target.search((ROOT / "Makefile").read_text(encoding="utf-8")) else "make has no such target"
    called = re.search(r"(?:^|\s)(?:\.venv/bin/)?uec-booking (.*)", line)
    if not called or line.startswith((" ", "token()")):
        return ""
    name, *arguments = shlex.split(_SHELL.split(called[1])[0], comments=True)
    if name == "--version":
        return ""
    if name not in parsers:
        return "there is no such command"
    try:
        parsers[name].parse_args(arguments)
    except SystemExit as end:
        return "" if end.code == 0 else "its options are not accepted"
    return ""


def test_the_links_of_the_readme_lead_somewhere() -> None:
    """Those of the pages are looked at when the site is built."""
    linked = re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert linked
    assert not [link for link in linked if not (ROOT / link).exists()]
