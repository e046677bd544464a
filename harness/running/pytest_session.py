"""The session of those who live in pytest: ``pytest features --provider-url …``."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from ..bookkeeping.booking_log import FILE
from ..cleanup.sweep import sweep
from ..errors import SettingsError
from ..proxy.server import tapped
from ..settings import load
from ..settings.model import Settings, TapPlace
from ..text import clean
from . import preflight
from .consumer_world import surrounded
from .local_simulator import completed
from .session import RunSession

#: Under this name a worker process is told of the recording proxy.
_TAP = "uec_tap"


@contextmanager
def plain_session(config: pytest.Config, leases: Path) -> Iterator[RunSession]:
    """A session made from pytest's own options. What was booked is cancelled at its end.

    Each worker process of pytest-xdist makes its own, with a bundled world of its own where one is needed;
    they share ``leases``, so that no two book the same slot of a real system.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="uec-booking-") as folder,
            completed(_named(config), config.getoption("--edition"), config.getoption("--reading")) as systems,
            surrounded(systems, config.getoption("--only") or "") as settings,
        ):
            preflight.check(settings)
            session = RunSession(settings, folder, str(leases), config.getoption("--only") or "")
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


class _OneTap:
    """Tells each worker process of the one recording proxy, which the controlling process has opened."""

    def __init__(self, place: TapPlace) -> None:
        self._place = place

    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[_TAP] = json.dumps(asdict(self._place))


def check_named(config: pytest.Config) -> None:
    """Look once at the systems that the options name, before worker processes each do. Ends pytest if one is wrong.

    The recording proxy that they name is opened here too, for all workers.
    """
    try:
        named = _named(config)
        if named is not None:
            preflight.check(named)
            ends = ExitStack()
            config.add_cleanup(ends.close)
            settings = ends.enter_context(tapped(named))
            if settings.tap is not None:
                config.pluginmanager.register(_OneTap(settings.tap))
    except SettingsError as problem:
        pytest.exit(clean(problem), returncode=pytest.ExitCode.USAGE_ERROR)


def _named(config: pytest.Config) -> Settings | None:
    """The settings that the options make; None when they name no system."""
    option = config.getoption
    if option("--uec-config"):
        settings = load.load(Path(option("--uec-config")))
        opened = getattr(config, "workerinput", {}).get(_TAP)
        return replace(settings, tap=TapPlace(**json.loads(opened))) if opened else settings
    if option("--provider-url") or option("--registry-url"):
        return load.from_urls(option("--provider-url"), option("--registry-url"), services=option("--service"))
    return None
