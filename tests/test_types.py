"""The types: mypy is content, and what reads types finds `uec_booking` in a plain checkout."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .support.source import ROOMS, ROOT

#: Wrong in one place, which only those who know the types of the harness can tell.
_USER = """
from uec_booking.harness import cli
from uec_booking.standard import answers, conflicts

reveal_type(cli.main)
reveal_type(answers.situations)
reveal_type(conflicts.load)
cli.no_such_thing
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What git has, with the links that `make setup` makes, and nothing installed."""
    for name in ("pyproject.toml", *ROOMS):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    subprocess.run([sys.executable, tmp_path / ".ci/link_packages.py"], check=True, capture_output=True)
    (tmp_path / "user.py").write_text(_USER, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_mypy_resolves_the_packages_of_a_checkout(checkout: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "user.py"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=300)
    told = done.stdout.splitlines()
    assert [line for line in told if ": error:" in line] == [
        'user.py:8: error: Module has no attribute "no_such_thing"  [attr-defined]'
    ], done.stdout + done.stderr
    shown = [line for line in told if "Revealed type" in line]
    assert len(shown) == 3 and not any('"Any"' in line for line in shown), shown


@pytest.mark.slow
def test_pyright_resolves_the_packages_of_a_checkout(checkout: Path) -> None:
    """Where it is installed: it needs node, so it is not among the libraries that the lock names."""
    pyright = shutil.which("pyright")
    if pyright is None:
        pytest.skip("there is no pyright on the path")
    command = [pyright, "--outputjson", "--pythonpath", sys.executable, "user.py"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=300)
    told = json.loads(done.stdout)["generalDiagnostics"]
    assert [one["message"] for one in told if one["severity"] == "error"] == [
        '"no_such_thing" is not a known attribute of module "uec_booking.harness.cli"'
    ], done.stdout
    shown = [one["message"] for one in told if one["severity"] == "information"]
    assert len(shown) == 3 and not any("Unknown" in message for message in shown), shown


def test_every_part_of_the_distribution_says_that_it_is_typed() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for package, folder in table["package-dir"].items():
        assert (ROOT / folder / "py.typed").is_file(), folder
        assert "py.typed" in table["package-data"][package]
