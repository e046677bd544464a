"""``uec-booking init``: writes a commented settings file, filled in with what it is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from uec_booking.standard import editions

from ..actors.patients import ENOUGH
from ..catalogue.explanation import command
from ..errors import SettingsError
from ..running.stated import stated_at
from ..settings.model import Tls
from ..settings.template import filled_in, template
from ..settings.values import Wrong
from ..text import say
from .questions import FITS, asked

#: Option: the key of the settings file that it fills in, what is meant, and what is said of it in the help.
OPTIONS: dict[str, tuple[str, str, str]] = {
    "--provider": ("provider.base_url", "URL", "service root of the provider under test"),
    "--service": ("provider.services.later", "ID", "DoS service id with slots from 6 hours on"),
    "--soon": ("provider.services.within_2_hours", "ID", "DoS service id with slots within 2 hours, if another"),
    "--name": ("provider.name", "NAME", "what the provider is called in reports"),
    "--asid": ("provider.asid", "ASID", "ASID of the provider"),
    "--audience": ("provider.audience", "URL", "service root that tokens are made out to, if another"),
    "--registry": ("registry.base_url", "URL", "base URL of the registry under test"),
    "--ca": ("tls.ca", "FILE", "authority that signed the servers' certificates, as PEM"),
    "--client-certificate": ("tls.client_certificate", "FILE", "client certificate for mutual TLS, as PEM"),
    "--client-key": ("tls.client_key", "FILE", "its key"),
    "--operator": ("operator", "NAME", "who has the run made"),
}
_FILES = ("tls.ca", "tls.client_certificate", "tls.client_key")


def main(arguments: Sequence[str]) -> int:
    """Write the file; 0. Raises ``SettingsError`` rather than overwrite one that is there."""
    options = command_line().parse_args(arguments)
    if options.file.exists() and not options.force:
        raise SettingsError(f"There is a file {options.file} already. Name another, or overwrite it with --force.")
    values: dict[str, Any] = {key: getattr(options, key) for key, _, _ in OPTIONS.values() if getattr(options, key)}
    _check(values)
    if options.edition:
        values["edition"] = options.edition
    if options.stated:
        tls = Tls(*(str(values.get(key, "")) for key in _FILES))
        found = stated_at(options.stated, tls)
        values = {**found.values, **values}
        for line in found.notes:
            say(f"note: {line}")
    if not values and sys.stdin.isatty() and sys.stdout.isatty():
        values = asked()
    _write(options.file, _beside(values, options.file), options.force)
    rest = "Put your addresses and service ids in" if not values else "Look through it"
    say(f"{options.file} is written. {rest}, then:")
    say(f"{command()} doctor --config {options.file}", "  ")
    return 0


def _check(values: Mapping[str, Any]) -> None:
    for option, (key, _, _) in OPTIONS.items():
        try:
            if key in values:
                FITS.get(key, str)(values[key])
        except Wrong as problem:
            raise SettingsError(f"{option}: {problem} Nothing was written.") from None


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking init",
        description="Write a settings file in which each key is explained. At a terminal, and with no option, it asks.",
    )
    parser.add_argument("file", nargs="?", type=Path, default=Path("uec-booking.toml"), metavar="FILE")
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")
    for option, (key, kind, what) in OPTIONS.items():
        parser.add_argument(option, dest=key, metavar=kind, help=what)
    parser.add_argument(
        "--from",
        dest="stated",
        metavar="URL",
        help="read the CapabilityStatement of the provider at URL: its software, and what it claims",
    )
    parser.add_argument("--edition", choices=editions.EDITIONS, help=f"edition (default {editions.DEFAULT})")
    return parser


def _beside(values: dict[str, Any], file: Path) -> dict[str, Any]:
    """A path in the file is relative to the file, and one on the command line to where that was given."""
    beside = dict(values)
    for key in _FILES:
        if key in values:
            path = Path(values[key])
            beside[key] = (path if file.parent == Path() else path.resolve()).as_posix()
    if "registry.base_url" in values:
        beside["capabilities"] = list(dict.fromkeys([*values.get("capabilities", ()), "registry"]))
    return beside


def _write(path: Path, values: dict[str, Any], overwrite: bool) -> None:
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(filled_in(template(ENOUGH), values))
    except OSError as problem:
        raise SettingsError(f"{path} cannot be written: {problem.strerror}. Name another.") from None
