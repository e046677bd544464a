"""The options by which ``assure`` and ``doctor`` are told the systems, and the settings that they make."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from uec_booking.standard import editions

from ..errors import SettingsError
from ..running.consumer_world import surrounded
from ..running.local_simulator import completed
from ..settings import load
from ..settings.model import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that name systems, and how they are judged."""
    add = parser.add_argument
    add("--config", type=Path, metavar="FILE", help="settings file (write one with `uec-booking init`)")
    add("--provider", default="", metavar="URL", help="base URL of the provider under test")
    add(
        "--service",
        action="append",
        default=[],
        metavar="ID",
        help="DoS service id of that provider, for all purposes or as PURPOSE=ID (repeatable)",
    )
    add("--registry", default="", metavar="URL", help="base URL of the registry under test")
    add("--ca", default="", metavar="FILE", help="authority that signed the certificates of these systems, as PEM")
    add("--edition", choices=editions.EDITIONS, help=f"edition to judge by (default {editions.DEFAULT})")
    add("--reading", choices=editions.READINGS, help="stricter reading laid over the edition")


def settings_named(options: argparse.Namespace) -> Settings | None:
    """The settings that the options make; None when they name no system.

    Raises:
        SettingsError: the options contradict each other, or the file is wrong.
    """
    if options.config:
        if options.provider or options.registry or options.service or options.ca:
            raise SettingsError(
                "Name the systems by --config or by --provider, --service, --registry and --ca, not both."
            )
        found = load.load(options.config)
        if not found.parts and found.consumer is None:
            raise SettingsError(
                f"{options.config} names no system. Write at least [provider] with its base_url, or [consumer], "
                "or leave --config out to try the bundled simulator."
            )
        return found
    if options.provider or options.registry:
        return load.from_urls(options.provider, options.registry, services=options.service, ca=options.ca)
    if options.service or options.ca:
        given = "--service" if options.service else "--ca"
        raise SettingsError(f"{given} goes with --provider URL: name the provider too.")
    by_environment = load.from_environment()
    return by_environment if by_environment and (by_environment.parts or by_environment.consumer) else None


@contextmanager
def complete(options: argparse.Namespace) -> Iterator[Settings]:
    """The settings of a run; the bundled world runs for its time where it has to play a part."""
    with (
        completed(settings_named(options), options.edition or "", options.reading or "") as systems,
        surrounded(systems, getattr(options, "only", None) or "") as settings,
    ):
        yield replace(settings, options=tuple(options_given(options)))


def options_given(options: argparse.Namespace) -> Iterator[str]:
    """The options that name the systems and how they are judged. No address holds a secret: see ``settings_file``."""
    if options.config:
        yield from ("--config", str(options.config))
    if options.provider:
        yield from ("--provider", options.provider)
    for service in options.service:
        yield from ("--service", service)
    for name in ("registry", "ca", "edition", "reading"):
        if getattr(options, name):
            yield from (f"--{name}", getattr(options, name))
