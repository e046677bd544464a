"""The skeleton of a check, written into a copy of the checkout: what is left open in it fails, and says where."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from uec_booking.standard.topics import TOPICS

from ..support.source import ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]

COPIED = ("features", "harness", "reports", "simulator", "standard", "steps", "tests", "dev", "docs", ".ci")
NEW = {
    "--topic": "provider/reading",
    "--sentence": "what was removed is answered as gone",
    "--check": "is_gone",
    "--defect": "never-says-gone",
}
FILES = (
    "features/provider/reading.feature",
    "steps/provider/reading.py",
    "harness/checks/provider/reading.py",
    "simulator/defects/provider/reading/is_gone.py",
)


#: Writes a skeleton for each topic that it is given, all in one process.
_FOR_EACH = """
import sys
sys.path.insert(0, "dev")
from new_check import Wanted, new_check
for number, topic in enumerate(sys.argv[1:]):
    new_check(Wanted("PRV-GET-04", topic, f"sentence {number} is true", f"is_true_{number}", f"breaks-it-{number}"))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of its own, that may be written to."""
    root = tmp_path / "copy"
    # With what Python has compiled already: without that each process below would compile all of it.
    ignored = shutil.ignore_patterns("out", "out-*", "*.egg-info")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("pyproject.toml", "conftest.py", "README.md"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def run(copy: Path) -> Run:
    """Runs Python with arguments in the copy, whose packages come before those of this checkout."""
    environment = {**os.environ, "PYTHONPATH": str(copy / ".packages")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=240)

    assert run(".ci/link_packages.py").returncode == 0
    assert str(copy) in run("-c", "import uec_booking.harness as h; print(h.__file__)").stdout
    return run


def scaffold(run: Run, name: str = "PRV-GET-04", **other: str) -> subprocess.CompletedProcess[str]:
    options = {**NEW, **{f"--{key}": value for key, value in other.items()}}
    return run("dev/new_check.py", name, *(part for option in options.items() for part in option))


def test_a_skeleton_touches_four_files_and_cannot_pass(copy: Path, run: Run) -> None:
    before = {path: path.read_bytes() for path in _sources(copy)}
    done = scaffold(run)
    assert done.returncode == 0, done.stderr
    changed = {str(path.relative_to(copy)) for path in _sources(copy) if before.get(path) != path.read_bytes()}
    assert changed == set(FILES)
    assert all(file in done.stdout for file in FILES)

    # Style has nothing against it but the names that are to be filled in.
    assert run("-m", "ruff", "format", "--check", ".").returncode == 0
    lint = run("-m", "ruff", "check", "--output-format", "concise", ".")
    assert lint.returncode == 1
    said = [line for line in lint.stdout.splitlines() if ":" in line]
    assert {line.split(":")[0] for line in said} == set(FILES[1:3])
    assert all("F821 Undefined name `TODO`" in line for line in said)

    # A test names each line that is to be filled in, in all four files.
    tests = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/traceability/test_filled_in.py")
    assert tests.returncode == 1
    for file in FILES:
        assert f"{file}:" in tests.stdout

    # The check is known: the scenario runs, and ends with an error of ours instead of a verdict.
    program = "import sys; from uec_booking.harness.cli import main; sys.exit(main())"
    ran = run("-c", program, "assure", "--only", "PRV-GET-04", "--out", str(copy.parent / "out"))
    assert ran.returncode == 4, ran.stdout + ran.stderr

    # The defect can be switched on, and is listed; its summary is to be written.
    listed = run("-m", "uec_booking.simulator", "--list")
    assert "never-says-gone" in listed.stdout
    defects = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/simulator/test_defects.py", "-k", "names_are")
    assert defects.returncode == 1 and "never-says-gone" in defects.stdout


def test_a_new_requirement_is_begun_too_and_lacks_its_sources(copy: Path, run: Run) -> None:
    done = scaffold(run, "PRV-GET-15", text="What was removed is gone.")
    assert done.returncode == 0, done.stderr
    assert 'id = "PRV-GET-15"' in (copy / "standard/requirements/provider/reading.toml").read_text(encoding="utf-8")
    tests = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/standard/test_requirements.py", "-k", "schema")
    assert tests.returncode == 1 and "TODO" in tests.stdout


def test_where_a_topic_is_a_folder_each_room_has_files_of_its_own(copy: Path, run: Run) -> None:
    options = ["--topic", "provider/slot_search", "--file", "features=slots", "--file", "checks=bundles"]
    kept = [part for key in ("--sentence", "--check", "--defect") for part in (key, NEW[key])]
    done = run("dev/new_check.py", "PRV-GET-04", *options, *kept)
    assert done.returncode == 0, done.stderr
    for file in ("features/provider/slot_search/slots.feature", "harness/checks/provider/slot_search/bundles.py"):
        assert "is_gone" in (copy / file).read_text(encoding="utf-8")
        assert f"  {file}\n" in done.stdout
    # What is new is said, with what is there already.
    assert "simulator/defects/provider/slot_search/is_gone.py (new; there are answers, " in done.stdout


def test_there_is_a_place_for_every_topic_that_is_tested(run: Run) -> None:
    topics = ["workflow", *(f"{role}/{topic}" for role in ("provider", "registry") for topic in TOPICS[role])]
    done = run("-c", _FOR_EACH, *topics)
    assert done.returncode == 0, done.stdout + done.stderr
    lint = run("-m", "ruff", "check", "--output-format", "concise", ".")
    said = [line for line in lint.stdout.splitlines() if ": " in line]
    assert said and all("F821 Undefined name `TODO`" in line for line in said), lint.stdout
    house = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_house.py", "-k", "topics or imports or step"
    )
    assert house.returncode == 0, house.stdout


@pytest.mark.parametrize(
    ("name", "other", "said"),
    [
        ("PRV-GET-99", {}, "no requirement PRV-GET-99"),
        ("PRV-GET-08", {}, "merged into PRV-GET-01"),
        ("SEC-01", {}, "never judged here"),
        ("PRV-GET-04", {"text": "Another text."}, "Leave --text out"),
        ("PRV-GET-04", {"topic": "provider/readings"}, "no topic"),
        ("PRV-GET-04", {"topic": "consumer/reading"}, "no topic"),
        ("PRV-GET-04", {"check": "stands"}, "harness/checks/provider/reading.py has stands already"),
        ("PRV-GET-04", {"check": "Is gone"}, "cannot be the name of a check"),
        ("PRV-GET-04", {"defect": "vread-gives-current"}, "has vread_gives_current already"),
        ("PRV-GET-04", {"defect": "reads-once"}, "already"),
        ("PRV-GET-04", {"defect": "Reads_once"}, "cannot be the name of a defect"),
        ("PRV-GET-04", {"sentence": "the read scope was sufficient"}, "already"),
        ("PRV-GET-04", {"sentence": "two\nlines"}, "one line"),
        ("PRV-GET-04", {"topic": "provider/slot_search", "file": "../x"}, "name of a file"),
        ("PRV-GET-04", {"topic": "provider/slot_search", "file": "slot_windows"}, "give it with --file"),
        ("PRV-GET-04", {"topic": "provider/slot_search", "file": "harness=bundles"}, "has no files of a topic"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    copy: Path, run: Run, name: str, other: dict[str, str], said: str
) -> None:
    before = {path: path.read_bytes() for path in _sources(copy)}
    done = scaffold(run, name, **other)
    assert done.returncode == 3, done.stdout + done.stderr
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert before == {path: path.read_bytes() for path in _sources(copy)}


def _sources(root: Path) -> list[Path]:
    return [
        path
        for room in ("features", "steps", "harness", "simulator", "standard")
        for path in sorted((root / room).rglob("*"))
        if path.suffix in (".py", ".feature", ".toml")
    ]
