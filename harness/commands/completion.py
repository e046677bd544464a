"""``uec-booking completion SHELL``: a script by which a shell completes commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from ..judging.verdicts import EXIT_CONFORMANT
from . import COMMANDS

_HOW = """to have it in each new shell:
  bash   uec-booking completion bash > ~/.local/share/bash-completion/completions/uec-booking
  zsh    uec-booking completion zsh > a folder of $fpath, as _uec-booking"""


def main(arguments: Sequence[str]) -> int:
    """Print the script to standard output; returns 0."""
    import shtab

    options = command_line().parse_args(arguments)
    print(shtab.complete(_whole(), shell=options.shell), end="")
    return EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking completion",
        description="Print a script by which a shell completes commands and their options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_HOW,
    )
    parser.add_argument("shell", choices=("bash", "zsh"), help="the shell that reads it")
    return parser


def _whole() -> argparse.ArgumentParser:
    """All commands with their options; those that become another program have none here."""
    parser = argparse.ArgumentParser(prog="uec-booking")
    parser.add_argument("--version", action="version", version="")
    parts = parser.add_subparsers(dest="command")
    for name, (module, what) in COMMANDS.items():
        made = getattr(import_module(f"{__package__}.{module}"), "command_line", None)
        parts.add_parser(name, help=what, parents=[made()] if made else [], add_help=not made)
    return parser
