"""A plugin of pytest: the mutant that ``MUTANT`` names (as FILE NUMBER) is at work while the collected tests run."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest
from mutant_code import at_work
from mutants import mutants_of

_entered = ExitStack()


def pytest_collection_finish(session: pytest.Session) -> None:
    file, _, number = os.environ["MUTANT"].partition(" ")
    _entered.enter_context(at_work(next(one for one in mutants_of(file) if one.number == int(number))))


def pytest_sessionfinish(session: pytest.Session) -> None:
    _entered.close()
