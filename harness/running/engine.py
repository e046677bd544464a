"""pytest as the engine that runs the features: with our plugins, and with nothing of the user's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest

#: Options of pytest that make it our engine and nothing else: no file of the user's has a say in it.
_ENGINE = (
    "--import-mode=importlib",
    "--capture=no",
    "-p", "uec_booking.harness.running.plugin",
    "-p", "uec_booking.steps",
    "-p", "no:terminal",
    "-p", "no:cacheprovider",
    "-p", "no:stepwise",
)  # fmt: skip

#: What pytest, and plugins of it that happen to be installed, take from the user's environment.
_OF_THE_ENVIRONMENT = (
    "PYTEST_ADDOPTS",
    "PYTEST_DEBUG",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "PYTEST_PLUGINS",
    "PYTEST_TIMEOUT",
)


def run_engine(plugins: Sequence[object], workers: int = 1) -> int:
    """Run the features through pytest with these plugins, one of them the session; returns pytest's status."""
    with (
        resources.as_file(resources.files("uec_booking.features")) as features,
        tempfile.TemporaryDirectory() as empty,
        _without(_OF_THE_ENVIRONMENT),
    ):
        ini = Path(empty) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        options = [*_ENGINE, "-c", str(ini), "--rootdir", str(features), "--confcutdir", str(features)]
        if workers > 1:
            options += ["-n", str(workers)]
        return int(pytest.main([*options, str(features)], plugins=list(plugins)))


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    """These environment variables are not set in the block, for our worker processes neither."""
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)
