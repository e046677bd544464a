"""The session of those who live in pytest: ``pytest features --provider-url …``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from . import settings as settings_module
from .bundled import bundled_world
from .errors import SettingsError
from .journal import FILE
from .session import RunSession
from .settings import Settings
from .sweep import sweep


@contextmanager
def plain_session(config: pytest.Config) -> Iterator[RunSession]:
    """A session made from pytest's own options. What was booked is cancelled at its end.

    Each worker process of pytest-xdist makes its own, with a bundled world of its own
    where one is needed: nothing has to be shared.
    """
    try:
        named = _named(config)
        with tempfile.TemporaryDirectory(prefix="uec-booking-") as folder, _complete(named) as settings:
            session = RunSession(settings, folder, str(Path(folder) / "leases"), config.getoption("--only"))
            try:
                yield session
            finally:
                sweep(Path(folder) / FILE, settings)
    except SettingsError as problem:
        raise pytest.UsageError(str(problem)) from None


def _named(config: pytest.Config) -> Settings | None:
    file, provider, registry = (
        config.getoption(name) for name in ("--uec-config", "--provider-url", "--registry-url")
    )
    edition, reading = config.getoption("--edition"), config.getoption("--reading")
    if file:
        found = settings_module.load(Path(file))
        return replace(found, edition=edition or found.edition, reading=reading or found.reading)
    if provider or registry:
        return settings_module.from_urls(provider, registry, edition, reading)
    return None


@contextmanager
def _complete(named: Settings | None) -> Iterator[Settings]:
    if named is not None and not named.missing_parts():
        yield named
        return
    with bundled_world(["--edition", named.edition] if named else []) as world:
        yield named.with_bundled(world) if named else world
