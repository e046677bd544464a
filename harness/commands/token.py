"""``uec-booking token``: prints a bearer token for a call by hand, or all that curl needs for it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..errors import SettingsError
from ..judging.verdicts import EXIT_CONFORMANT
from ..reproducing.signing import SCOPES, authorisation, for_curl
from ..settings.model import Organisation, Part, Settings
from .systems import add_options, settings_named


def main(arguments: Sequence[str]) -> int:
    """Print it; returns 0."""
    options = command_line().parse_args(arguments)
    settings = settings_named(options)
    if settings is None:
        raise SettingsError("Name the system that the token is for: with --config FILE, or with --provider URL.")
    part = _part(settings, options.part)
    signed = authorisation(settings, part, options.scope, _organisation(settings, options.organisation), options.change)
    print("\n".join(for_curl(part, signed)) if options.curl else signed.partition(" ")[2])
    return EXIT_CONFORMANT


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking token",
        description="Print a bearer token that is good now, for calls by hand: unsecured and good for five minutes, as "
        "the standard has it, or that of the registry's own service where the settings name one.",
    )
    add_options(parser)
    add = parser.add_argument
    add("scope", choices=SCOPES, metavar="SCOPE", help=f"what it is for: {', '.join(SCOPES)}")
    add("--part", default="provider", help="the system that it is for: provider (default), second_provider, registry")
    add("--organisation", default="first_111", metavar="KEY", help="who calls: first_111 (default), second_111, other")
    add("--change", default="", metavar="TEXT", help="a token that is not right, in the words of a negative test")
    add("--curl", action="store_true", help="print what `curl --config` reads: the token, authority and certificate")
    return parser


def _part(settings: Settings, key: str) -> Part:
    if key not in settings.parts:
        raise SettingsError(f"The settings name no {key}. They have {', '.join(settings.parts)}: choose with --part.")
    return settings.parts[key]


def _organisation(settings: Settings, key: str) -> Organisation:
    if key not in settings.organisations:
        raise SettingsError(
            f"There is no organisation {key}. --organisation is one of {', '.join(settings.organisations)}."
        )
    return settings.organisations[key]
