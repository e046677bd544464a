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
    # Verdicts are observations: nobody reads what pytest would find in an assertion, and rewriting takes a second.
    "--assert=plain",
    "-p", "pytest_bdd.plugin",
    "-p", "xdist.plugin",
    "-p", "uec_booking.harness.running.plugin",
    "-p", "uec_booking.steps",
    "-p", "no:terminal",
    # They collect garbage again and again to find what nobody closed, which our tests do and no user asked for.
    "-p", "no:unraisableexception",
    "-p", "no:threadexception",
    "-p", "no:cacheprovider",
    "-p", "no:stepwise",
)  # fmt: skip

#: What pytest takes from the user's environment.
_OF_THE_ENVIRONMENT = ("PYTEST_ADDOPTS", "PYTEST_DEBUG", "PYTEST_PLUGINS")
#: Set for our worker processes too: a plugin of pytest that happens to be installed has no say.
_NO_OTHER_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def run_engine(plugins: Sequence[object], workers: int = 1) -> int:
    """Run the features through pytest with these plugins, one of them the session; returns pytest's status."""
    with (
        resources.as_file(resources.files("uec_booking.features")) as features,
        tempfile.TemporaryDirectory() as empty,
        _environment(),
    ):
        ini = Path(empty) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        options = [*_ENGINE, "-c", str(ini), "--rootdir", str(features), "--confcutdir", str(features)]
        if workers > 1:
            options += ["-n", str(workers)]
        return int(pytest.main([*options, str(features)], plugins=list(plugins)))


@contextmanager
def _environment() -> Iterator[None]:
    """What the environment says to pytest in the block, in our worker processes too."""
    names = (*_OF_THE_ENVIRONMENT, *_NO_OTHER_PLUGINS)
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ.update(_NO_OTHER_PLUGINS)
    try:
        yield
    finally:
        for name in _NO_OTHER_PLUGINS:
            del os.environ[name]
        os.environ.update(before)
