"""The pages of reference that are made from the code: docs/reference/commands.md and settings.md.

    .venv/bin/python dev/reference_pages.py            # writes both

``parser_of`` gives the parser of a command, so that tests can hold each command line of the docs against it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from uec_booking.harness.actors.patients import ENOUGH
from uec_booking.harness.commands import COMMANDS
from uec_booking.harness.settings.model import Limits
from uec_booking.harness.settings.tables import SettingsFile
from uec_booking.harness.settings.template import template
from uec_booking.harness.text import markdown_cell

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
_MADE = "<!-- Made by `python dev/reference_pages.py`; not to be edited. -->\n"
#: These hand over to programs of their own.
_PROGRAMS = {"simulate": "uec_booking.simulator.cli", "desk": "uec_booking.simulator.consumer.cli"}
#: How the types of JSON Schema are called in TOML.
_KINDS = {"object": "table", "array": "list", "number": "number", "integer": "number", "boolean": "true or false"}


class _Asked(Exception):
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__(parser.prog)
        self.parser = parser


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser that a command reads its arguments with: caught when it is about to."""

    def caught(parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        raise _Asked(parser)

    module = _PROGRAMS.get(command) or f"uec_booking.harness.commands.{COMMANDS[command][0]}"
    with patch.multiple(argparse.ArgumentParser, parse_args=caught, parse_intermixed_args=caught):
        try:
            import_module(module).main([])
        except _Asked as asked:
            return asked.parser
    raise LookupError(f"{command} reads its arguments otherwise")


def commands() -> str:
    """The page of commands."""
    return "\n".join(
        [
            f"{_MADE}\n# Commands\n",
            "`uec-booking COMMAND --help` says the same. What the numbers of the exit status mean stands in",
            "[Exit statuses](exit-statuses.md).\n",
            "| command | what it does |\n|---|---|",
            *(f"| [{name}](#{name}) | {markdown_cell(what)} |" for name, (_, what) in COMMANDS.items()),
            *(line for name in COMMANDS for line in _command(name, parser_of(name))),
        ]
    )


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"\n## {name}\n"
    if parser.description:
        yield f"{markdown_cell(parser.description)}\n"
    yield from _arguments(parser)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part, below in action.choices.items():
                yield f"\n### {name} {part}\n"
                yield from _arguments(below)
    if parser.epilog:
        yield f"\n```text\n{parser.epilog.strip()}\n```"


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    rows = [
        f"| {_call(action)} | {_meaning(action, parser)} |"
        for action in parser._actions
        if action.help and action.help is not argparse.SUPPRESS and "--help" not in action.option_strings
    ]
    if rows:
        yield "| argument | meaning |\n|---|---|"
        yield from rows


def _call(action: argparse.Action) -> str:
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices and not action.metavar:
        metavar = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        return f"`{metavar}`"
    value = "" if action.nargs == 0 else f" {metavar}"
    return ", ".join(f"`{option}{value}`" for option in action.option_strings)


def _meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    return markdown_cell((action.help or "") % {**vars(action), "prog": parser.prog})


def settings() -> str:
    """The page of settings."""
    schema = SettingsFile.model_json_schema()
    tables = dict(_tables(schema, schema))
    lines = [
        f"{_MADE}\n# Settings\n",
        "`uec-booking init my-system.toml` writes this file, in which each key is explained; what begins with `#` is",
        "left out until the `#` is taken away. The keys, their kinds and defaults stand in the tables below it.",
        "[Before a run](../doctor.md) tells how each is given by an environment variable.\n",
        f"```toml\n{template(ENOUGH).rstrip()}\n```",
    ]
    for name, table in tables.items():
        lines.append(f"\n## {name or 'Before the first table'}\n\n| key | kind | default |\n|---|---|---|")
        lines += _keys(name, table, schema)
    return "\n".join(lines) + "\n"


def _tables(table: Mapping[str, Any], schema: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, Any]]:
    """Each table by its heading in the file, one below another after it."""
    yield name, table
    for key, value in table["properties"].items():
        if below := _below(value, schema):
            inside = f"{name.strip('[]')}.{key}".lstrip(".")
            heading = f"[{inside}.NAME]" if value.get("additionalProperties") else f"[{inside}]"
            yield from _tables(below, schema, f"[{heading}]" if value.get("type") == "array" else heading)


def _below(value: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The table that a key stands for, alone, as a choice, as an entry of a list or of a table of names."""
    inside = (value, *value.get("anyOf", ()), value.get("items", {}), value.get("additionalProperties") or {})
    references = [one["$ref"] for one in inside if isinstance(one, Mapping) and "$ref" in one]
    return schema["$defs"][references[0].rpartition("/")[2]] if references else None


def _keys(name: str, table: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    required = table.get("required", ())
    defaults = asdict(Limits()) if name == "[limits]" else {}
    for key, value in table["properties"].items():
        if not _below(value, schema):
            default = defaults.get(key, value.get("default"))
            shown = "must be given" if key in required else _as_toml(default)
            yield f"| `{key}` | {_kind(value)} | {shown} |"


def _kind(value: Mapping[str, Any]) -> str:
    kinds = [one["type"] for one in (value, *value.get("anyOf", ())) if one.get("type", "null") != "null"]
    return _KINDS.get(kinds[0], "text") if kinds else "text"


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value else "–"


def main() -> None:
    """Write both pages."""
    FOLDER.mkdir(exist_ok=True)
    FOLDER.joinpath("commands.md").write_text(commands(), encoding="utf-8")
    FOLDER.joinpath("settings.md").write_text(settings(), encoding="utf-8")


if __name__ == "__main__":
    main()
