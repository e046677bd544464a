"""The session of those who live in pytest: ``pytest features --provider-url …``."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import preflight, settings_file
from .bundled import completed
from .errors import SettingsError
from .journal import FILE
from .plaintext import clean
from .session import RunSession
from .settings import Settings
from .sweep import sweep


@contextmanager
def plain_session(config: pytest.Config, leases: Path) -> Iterator[RunSession]:
    """A session made from pytest's own options. What was booked is cancelled at its end.

    Each worker process of pytest-xdist makes its own, with a bundled world of its own where one is needed;
    they share ``leases``, so that no two book the same slot of a real system.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="uec-booking-") as folder,
            completed(_named(config), config.getoption("--edition"), config.getoption("--reading")) as settings,
        ):
            preflight.check(settings)
            session = RunSession(settings, folder, str(leases), config.getoption("--only"))
            try:
                yield session
            finally:
                for left in sweep(Path(folder) / FILE, settings):
                    # The folder goes with the session, so its summary is where this is told.
                    warnings.warn(left, stacklevel=1)
    except SettingsError as problem:
        if hasattr(config, "workerinput"):
            # A worker process of pytest-xdist must not end on its own account.
            raise pytest.UsageError(clean(problem)) from None
        pytest.exit(clean(problem), returncode=pytest.ExitCode.USAGE_ERROR)


def check_named(config: pytest.Config) -> None:
    """Look once at the systems that the options name, before worker processes each do. Ends pytest if one is wrong."""
    try:
        named = _named(config)
        if named is not None:
            preflight.check(named)
    except SettingsError as problem:
        pytest.exit(clean(problem), returncode=pytest.ExitCode.USAGE_ERROR)


def _named(config: pytest.Config) -> Settings | None:
    """The settings that the options make; None when they name no system."""
    option = config.getoption
    if option("--uec-config"):
        return settings_file.load(Path(option("--uec-config")))
    if option("--provider-url") or option("--registry-url"):
        return settings_file.from_urls(option("--provider-url"), option("--registry-url"), services=option("--service"))
    return None
