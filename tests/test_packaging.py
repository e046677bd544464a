"""All that belongs to the program is packaged, and it runs where it was installed."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from .support.source import PREFIX, ROOMS, ROOT, is_output, modules


@pytest.fixture(scope="module")
def setuptools_table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return table["tool"]["setuptools"]


def test_every_package_is_listed(setuptools_table: dict[str, Any]) -> None:
    there = {".".join((PREFIX, *p.relative_to(ROOT).parent.parts)) for room in ROOMS for p in modules(room)}
    assert there == set(setuptools_table["packages"])


def test_every_data_file_is_listed(setuptools_table: dict[str, Any]) -> None:
    lost = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and _is_data(path) and not _packaged(path, setuptools_table)
    ]
    assert not lost, f"not in package-data: {lost}"


def _is_data(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return path.suffix not in (".py", ".pyc") and not hidden and not is_output(path)


def _packaged(path: Path, table: dict[str, Any]) -> bool:
    for package, patterns in table["package-data"].items():
        folder = ROOT.joinpath(*package.split(".")[1:])
        if path.is_relative_to(folder):
            inside = path.relative_to(folder).as_posix()
            if any(fnmatch(inside, p) and inside.count("/") == p.count("/") for p in patterns):
                return True
    return False


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of an environment that has our wheel, made of our sdist, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source / name)
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__", "out", "out-*", ".*"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-index", "--no-deps"]
    make = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    _run(sys.executable, "-c", make, str(folder), cwd=source)
    sdist = next(folder.glob("*.tar.gz"))
    _run(*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", str(folder), str(sdist))
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    site = next(environment.glob("lib/python*/site-packages"))
    _run(*pip, "install", *offline, "--target", str(site), *map(str, folder.glob("*.whl")))
    # The libraries, but not the link to this checkout: a .pth inside a folder named so is not read.
    (site / "libraries.pth").write_text(f"{Path(pytest.__file__).parent.parent}\n", encoding="utf-8")
    return environment / "bin" / "python"


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.e2e
def test_the_wheel_runs_from_an_empty_folder_elsewhere(installed: Path, tmp_path: Path) -> None:
    where = _run(str(installed), "-c", "import uec_booking.harness as h; print(h.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent.parent)
    # What a vendor has in his own repository is nobody's business but his own.
    for name in ("steps", "reports", "harness"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('imported the wrong package')\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit('read a conftest of the user')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    out = tmp_path / "out"
    command = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"
    _run(str(installed), "-c", command, "assure", "--only", "story-a", "--out", str(out), cwd=tmp_path)
    assert {"results.json", "junit.xml", "allure-results"} <= {path.name for path in out.iterdir()}
    # What needs data of its own.
    _run(str(installed), "-c", command, "init", "mine.toml", "--service", "1", cwd=tmp_path)
    assert 'later = "1"' in (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert "needs a run of" in _run(str(installed), "-c", command, "doctor", "--only", "story-a", cwd=tmp_path)


def test_the_wheelhouse_is_of_what_the_program_needs_and_hashed() -> None:
    """Whether it can be fetched is no matter of a test, which has no network."""
    spec = importlib.util.spec_from_file_location("wheelhouse", ROOT / ".ci/wheelhouse.py")
    assert spec is not None and spec.loader is not None
    wheelhouse = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wheelhouse)
    needed = wheelhouse.needed()
    lock = wheelhouse.locked(needed)
    assert {"cryptography", "cffi", "lxml", "pytest", "urllib3"} <= needed
    assert not {"mypy", "playwright", "ruff"} & needed
    entries = re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==[^\\\n]+ \\\n    --hash=sha256:", lock, re.MULTILINE)
    assert {canonicalize_name(entry) for entry in entries} == needed
