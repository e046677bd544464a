"""A real run against the bundled world of edition 0.2.0, which answers 422 for a taken slot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.within import here

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Runs ``uec-booking`` as a user would, in a folder of its own or in ``cwd``; in a process where it is a run."""
    folder = tmp_path_factory.mktemp("elsewhere")
    program = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"

    def call(*arguments: object, cwd: Path = folder) -> subprocess.CompletedProcess[str]:
        if arguments[0] != "assure":
            done = here(*map(str, arguments), cwd=cwd)
            return subprocess.CompletedProcess(arguments, done.status, done.out, done.err)
        return subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )

    return call


@pytest.fixture(scope="session")
def stored_run(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a partial run: the slot is taken by someone else."""
    folder = tmp_path_factory.mktemp("run")
    done = cli("assure", "--edition", "0.2.0", "--only", "PRV-BOOK-10 and story-wrong", "--out", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
