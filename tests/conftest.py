"""Generated tests are judged by what they find, never by how busy the machine is.

The program is on the path, as in an activated environment: reports print lines that call it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .support.browser import browser
from .support.program import Running

#: Fixtures of the whole suite.
__all__ = ["browser"]

# The same examples each time, so that whoever is told of a failure sees it too. `--hypothesis-profile=default` draws
# others.
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"

#: What the tests of each folder drive: a part within pytest's process, a simulator, or whole runs of the program.
KINDS = {
    "docs": "unit",
    "fuzzing": "simulator",
    "dev": "e2e",
    "hostile_peers": "slow",
    "checks": "unit",
    "bundling": "unit",
    "histories": "unit",
    "judging": "unit",
    "lifecycle": "e2e",
    "reports": "unit",
    "standard": "unit",
    "traceability": "unit",
    "consumer": "unit",
    "clients": "simulator",
    "crashing": "simulator",
    "registry": "simulator",
    "simulator": "simulator",
    "e2e": "e2e",
    "exploring": "e2e",
    "foreign": "e2e",
    "foreign_consumers": "e2e",
    "foreign_registry": "e2e",
    "hostile": "e2e",
    "loading": "e2e",
    "proving": "e2e",
}
#: One of these each test has.
MARKS = set(KINDS.values())


def pytest_configure(config: pytest.Config) -> None:
    # pytest-xdist gives its workers 80 columns: lines are as long as where nobody says anything.
    os.environ.pop("COLUMNS", None)
    """Make warnings errors: unclosed sockets and files among them, and what a library is about to drop.

    Said here and not in pyproject.toml, which `pytest features` reads too: there no warning may decide a scenario.
    A library's warning that cannot be mended gets a line of its own below, with its reason.
    """
    config.addinivalue_line("filterwarnings", "error")
    # ldap3, as it is imported: it uses names of pyasn1 that are older than today's.
    config.addinivalue_line("filterwarnings", "ignore:(tagMap|typeMap) is deprecated:DeprecationWarning")


@pytest.fixture(autouse=True)
def _no_program_is_left() -> Iterator[None]:
    yield
    Running.end_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by its folder, so that ``-m unit`` selects what is quick; one that is marked already stays so."""
    tests = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(tests) and not MARKS & {mark.name for mark in item.iter_markers()}:
            folder = item.path.relative_to(tests).parts[0]
            item.add_marker("unit" if folder.endswith(".py") else KINDS[folder])
